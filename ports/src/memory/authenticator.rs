use std::collections::HashMap;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::{AuthenticationError, Authenticator, Principal};

/// Knows some tokens, and nothing of how they are made.
#[derive(Debug, Clone, Default)]
pub struct MemoryAuthenticator(pub HashMap<String, Principal>);

#[async_trait]
impl Authenticator for MemoryAuthenticator {
    async fn authenticate(&self, token: &str, now: Timestamp) -> Result<Principal, AuthenticationError> {
        match self.0.get(token) {
            None => Err(AuthenticationError::Rejected("is not known here")),
            Some(principal) if principal.until.is_some_and(|until| until <= now) => Err(AuthenticationError::Rejected("has expired")),
            Some(principal) => Ok(principal.clone()),
        }
    }
}

use std::sync::Mutex;

use async_trait::async_trait;

use super::locked;
use crate::{ChannelError, Letter, Mailer, WebhookCall, Webhooks};

/// What was sent stays here; what is to fail, fails first.
#[derive(Debug, Default)]
pub struct MemoryChannels {
    letters: Mutex<Vec<Letter>>,
    calls: Mutex<Vec<WebhookCall>>,
    failures: Mutex<Vec<ChannelError>>,
}

impl MemoryChannels {
    /// The next attempts fail by these, the last first.
    pub fn fail(&self, failures: impl IntoIterator<Item = ChannelError>) {
        locked(&self.failures).extend(failures);
    }

    /// The letters that were sent.
    pub fn letters(&self) -> Vec<Letter> {
        locked(&self.letters).clone()
    }

    /// The programs that were called.
    pub fn calls(&self) -> Vec<WebhookCall> {
        locked(&self.calls).clone()
    }

    fn outcome(&self) -> Result<(), ChannelError> {
        locked(&self.failures).pop().map_or(Ok(()), Err)
    }
}

#[async_trait]
impl Mailer for MemoryChannels {
    async fn send(&self, letter: &Letter) -> Result<(), ChannelError> {
        self.outcome()?;
        locked(&self.letters).push(letter.clone());
        Ok(())
    }
}

#[async_trait]
impl Webhooks for MemoryChannels {
    async fn call(&self, call: &WebhookCall) -> Result<(), ChannelError> {
        self.outcome()?;
        locked(&self.calls).push(call.clone());
        Ok(())
    }
}

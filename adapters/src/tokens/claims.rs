use domain::{Role, UserId};
use jiff::{SignedDuration, Timestamp};
use ports::Principal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    jws,
    keys::{KeySet, KeysError},
};

/// Who issues the tokens.
pub const ISSUER: &str = "todo";
/// Whom they are for.
pub const AUDIENCE: &str = "todo-api";
/// By so much may clocks differ.
pub const SKEW: SignedDuration = SignedDuration::from_secs(60);

/// The claims of RFC 7519 that our tokens have, and the role. Instants are whole seconds since 1970.
#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    sub: UserId,
    role: Role,
    exp: i64,
    nbf: i64,
    iat: i64,
    jti: Uuid,
}

/// One or many, as RFC 7519 allows.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// A token that is to be made.
#[derive(Debug, Clone)]
pub struct Issue {
    /// Whom it speaks for.
    pub user: UserId,
    /// The most that its bearer may do.
    pub role: Role,
    /// From when on it holds.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// Names it.
    pub id: Uuid,
}

impl KeySet {
    /// Makes a token.
    ///
    /// # Errors
    /// If no key can sign.
    pub fn issue(&self, issue: &Issue) -> Result<String, KeysError> {
        let claims = Claims {
            iss: ISSUER.into(),
            aud: Audience::One(AUDIENCE.into()),
            sub: issue.user.clone(),
            role: issue.role,
            exp: issue.until.as_second(),
            nbf: issue.from.as_second(),
            iat: issue.from.as_second(),
            jti: issue.id,
        };
        jws::sign(self, &claims)
    }

    /// Whom `token` speaks for at `now`, or what is wrong with it.
    pub(super) fn check(&self, token: &str, now: Timestamp) -> Result<Principal, &'static str> {
        let claims: Claims = jws::open(self, token)?;
        if claims.iss != ISSUER {
            return Err("was issued by somebody else");
        }
        let mine = match &claims.aud {
            Audience::One(one) => one == AUDIENCE,
            Audience::Many(many) => many.iter().any(|one| one == AUDIENCE),
        };
        if !mine {
            return Err("is for somebody else");
        }
        let instant = |seconds| Timestamp::from_second(seconds).map_err(|_| "has a time that no calendar has");
        let (from, until) = (instant(claims.nbf)?, instant(claims.exp)?);
        if now.duration_since(until) >= SKEW {
            return Err("has expired");
        }
        if from.duration_since(now) > SKEW {
            return Err("does not hold yet");
        }
        Ok(Principal { user: claims.sub, role: claims.role, until: Some(until) })
    }
}

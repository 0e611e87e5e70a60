use std::{fmt, io, path::PathBuf};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What is wrong with a file of keys. Shows no key.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The file cannot be read or written.
    #[error("the file of token keys {path} cannot be used")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It is no JSON Web Key Set with Ed25519 keys.
    #[error("{path} is no set of token keys ({problem}): make one with `todo token-key {path}`")]
    Malformed {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// Nothing in it can sign.
    #[error("no key in the set can sign: put one with its private part `d` in front")]
    CannotSign,
    /// The system gives no random numbers.
    #[error("the system gives no random numbers")]
    NoRandomness(#[source] getrandom::Error),
}

/// A JSON Web Key of RFC 8037, as it is stored.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredKey {
    kty: String,
    crv: String,
    kid: String,
    /// The public part.
    x: String,
    /// The private part; absent in a key that only verifies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    d: Option<String>,
}

/// A JSON Web Key Set of RFC 7517, as it is stored.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct StoredKeys {
    pub keys: Vec<StoredKey>,
}

impl StoredKey {
    /// A new key pair, named by its thumbprint (RFC 7638).
    pub(super) fn generate() -> Result<Self, KeysError> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(KeysError::NoRandomness)?;
        let key = SigningKey::from_bytes(&secret);
        let x = BASE64_URL_SAFE_NO_PAD.encode(key.verifying_key().as_bytes());
        let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
        let kid = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(members));
        Ok(Self { kty: "OKP".into(), crv: "Ed25519".into(), kid, x, d: Some(BASE64_URL_SAFE_NO_PAD.encode(secret)) })
    }

    fn read(self) -> Result<Key, String> {
        let Self { kty, crv, kid, x, d } = self;
        if kty != "OKP" || crv != "Ed25519" || kid.is_empty() {
            return Err("a key is no Ed25519 key with a kid".into());
        }
        let verifying = bytes(&x).and_then(|x| VerifyingKey::from_bytes(&x).ok());
        let verifying = verifying.ok_or_else(|| "a key's x is no public key".to_owned())?;
        let signing = match d {
            None => None,
            Some(d) => Some(SigningKey::from_bytes(&bytes(&d).ok_or_else(|| "a key's d is no private key".to_owned())?)),
        };
        if signing.as_ref().is_some_and(|signing| signing.verifying_key() != verifying) {
            return Err("a key's x and d do not belong together".into());
        }
        Ok(Key { kid, verifying, signing })
    }
}

fn bytes(text: &str) -> Option<[u8; 32]> {
    BASE64_URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

struct Key {
    kid: String,
    verifying: VerifyingKey,
    signing: Option<SigningKey>,
}

/// Keys by name: the first signs, all of them verify.
pub struct KeySet(Vec<Key>);

/// Never shows a key.
impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|key| &key.kid)).finish()
    }
}

impl KeySet {
    pub(super) fn read(stored: StoredKeys) -> Result<Self, String> {
        let keys: Vec<_> = stored.keys.into_iter().map(StoredKey::read).collect::<Result<_, _>>()?;
        let distinct: std::collections::BTreeSet<_> = keys.iter().map(|key| &key.kid).collect();
        match keys.len() {
            0 => Err("there is no key in it".into()),
            many if distinct.len() < many => Err("two keys have one kid".into()),
            _ => Ok(Self(keys)),
        }
    }

    /// Signs with the first key: its name and the signature of what `message` makes of that name.
    pub(super) fn sign(&self, message: impl FnOnce(&str) -> String) -> Result<(String, Signature), KeysError> {
        let first = self.0.first().ok_or(KeysError::CannotSign)?;
        let signing = first.signing.as_ref().ok_or(KeysError::CannotSign)?;
        let message = message(&first.kid);
        let signature = signing.sign(message.as_bytes());
        Ok((message, signature))
    }

    /// Whether the key `kid` signed `message`; `None` if there is no such key.
    pub(super) fn verifies(&self, kid: &str, message: &[u8], signature: &Signature) -> Option<bool> {
        let key = self.0.iter().find(|key| key.kid == kid)?;
        // Strict: no second signature of one message can be made from the first, and no weak key is taken.
        Some(key.verifying.verify_strict(message, signature).is_ok())
    }
}

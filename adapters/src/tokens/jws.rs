use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ed25519_dalek::Signature;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::keys::{KeySet, KeysError};

/// Longer texts are no tokens of ours.
const MAX: usize = 4096;

#[derive(Serialize, Deserialize)]
struct Header {
    alg: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    typ: Option<String>,
    kid: String,
    /// What must be understood (RFC 7515, section 4.1.11): we understand nothing of the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    crit: Option<serde_json::Value>,
}

/// The compact serialisation (RFC 7515) of `claims`, signed by the first key.
pub(super) fn sign(keys: &KeySet, claims: &impl Serialize) -> Result<String, KeysError> {
    // Text and numbers always serialise.
    let json = |value: Result<Vec<u8>, serde_json::Error>| BASE64_URL_SAFE_NO_PAD.encode(value.unwrap_or_default());
    let (message, signature) = keys.sign(|kid| {
        let header = Header { alg: "EdDSA".into(), typ: Some("JWT".into()), kid: kid.to_owned(), crit: None };
        format!("{}.{}", json(serde_json::to_vec(&header)), json(serde_json::to_vec(claims)))
    })?;
    Ok(format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature.to_bytes())))
}

/// The claims of `token`, once its signature is known to hold; or what is wrong with it.
pub(super) fn open<C: DeserializeOwned>(keys: &KeySet, token: &str) -> Result<C, &'static str> {
    const MALFORMED: &str = "is no JSON Web Token in compact form";
    if token.len() > MAX {
        return Err(MALFORMED);
    }
    let (message, signature) = token.rsplit_once('.').ok_or(MALFORMED)?;
    let (header, claims) = message.split_once('.').ok_or(MALFORMED)?;
    let header: Header = part(header).ok_or(MALFORMED)?;
    // Nothing else: a token must not choose how it is checked.
    if header.alg != "EdDSA" || header.crit.is_some() || header.typ.is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT")) {
        return Err("is not signed in the way that is asked for here (EdDSA)");
    }
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok().and_then(|bytes| Signature::from_slice(&bytes).ok()).ok_or(MALFORMED)?;
    match keys.verifies(&header.kid, message.as_bytes(), &signature) {
        None => Err("is signed by a key that is not known here"),
        Some(false) => Err("has a signature that does not hold"),
        Some(true) => part(claims).ok_or("lacks a claim, or has one of another form"),
    }
}

fn part<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

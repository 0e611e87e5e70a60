//! Tokens: what holds, and everything that must not.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::path::PathBuf;

use adapters::tokens::{Issue, KeyFile, KeySet, SKEW, add_key, open_or_create};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::Role;
use jiff::{SignedDuration, Timestamp};
use ports::{AuthenticationError, Authenticator, Principal};
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn keys() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token-keys.json");
    open_or_create(&path).unwrap();
    (folder, path)
}

fn issue() -> Issue {
    Issue { user: "ana".parse().unwrap(), role: Role::Editor, from: now(), until: now() + HOUR, id: Uuid::nil() }
}

async fn ask(keys: &KeyFile, token: &str, at: Timestamp) -> Result<Principal, String> {
    keys.authenticate(token, at).await.map_err(|error| match error {
        AuthenticationError::Rejected(why) => why.to_owned(),
        other @ AuthenticationError::Unavailable(_) => panic!("{other:?}"),
    })
}

#[tokio::test]
async fn a_token_speaks_for_its_person_as_long_as_it_holds() {
    let (_folder, path) = keys();
    let (file, token) = (KeyFile::open(&path).unwrap(), KeySet::open(&path).unwrap().issue(&issue()).unwrap());
    let expected = Principal { user: "ana".parse().unwrap(), role: Role::Editor, until: Some(now() + HOUR) };
    assert_eq!(ask(&file, &token, now()).await, Ok(expected.clone()));
    // Clocks differ a little, both ways, and no more.
    let second = SignedDuration::from_secs(1);
    assert_eq!(ask(&file, &token, now() - SKEW).await, Ok(expected.clone()));
    assert_eq!(ask(&file, &token, now() - SKEW - second).await, Err("does not hold yet".into()));
    assert_eq!(ask(&file, &token, now() + HOUR + SKEW - second).await, Ok(expected));
    assert_eq!(ask(&file, &token, now() + HOUR + SKEW).await, Err("has expired".into()));
}

/// Signs any claims under any header with the file's first key, or with none.
fn forged(path: &PathBuf, header: impl FnOnce(&str) -> Value, claims: &Value, signed: bool) -> String {
    use ed25519_dalek::{Signer, SigningKey};
    let stored: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let first = &stored["keys"][0];
    let secret: [u8; 32] = BASE64_URL_SAFE_NO_PAD.decode(first["d"].as_str().unwrap()).unwrap().try_into().unwrap();
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(&header(first["kid"].as_str().unwrap())), part(claims));
    let signature = SigningKey::from_bytes(&secret).sign(message.as_bytes()).to_bytes();
    format!("{message}.{}", if signed { BASE64_URL_SAFE_NO_PAD.encode(signature) } else { String::new() })
}

fn claims() -> Value {
    let at = now().as_second();
    json!({ "iss": "todo", "aud": "todo-api", "sub": "ana", "role": "owner", "iat": at, "nbf": at, "exp": at + 3600, "jti": Uuid::nil() })
}

fn header(kid: &str) -> Value {
    json!({ "alg": "EdDSA", "typ": "JWT", "kid": kid })
}

#[tokio::test]
async fn whatever_is_wrong_with_a_token_is_found() {
    let (_folder, path) = keys();
    let file = KeyFile::open(&path).unwrap();
    // The way of forging is right: unchanged, it is taken.
    assert!(ask(&file, &forged(&path, header, &claims(), true), now()).await.is_ok());

    let changed = |name: &str, value: Value| {
        let mut claims = claims();
        claims[name] = value;
        forged(&path, header, &claims, true)
    };
    let cases = [
        (changed("iss", json!("else")), "was issued by somebody else"),
        (changed("aud", json!("else")), "is for somebody else"),
        (changed("aud", json!(["else", "other"])), "is for somebody else"),
        (changed("sub", json!("not a user id")), "lacks a claim"),
        (changed("role", json!("root")), "lacks a claim"),
        (changed("exp", Value::Null), "lacks a claim"),
        (changed("exp", json!(i64::MAX)), "has a time"),
        (changed("nbf", json!("soon")), "lacks a claim"),
        (forged(&path, |kid| json!({ "alg": "none", "kid": kid }), &claims(), false), "is not signed in the way"),
        (forged(&path, |kid| json!({ "alg": "HS256", "kid": kid }), &claims(), true), "is not signed in the way"),
        (forged(&path, |kid| json!({ "alg": "EdDSA", "kid": kid, "crit": ["exp"] }), &claims(), true), "is not signed in the way"),
        (forged(&path, |_| json!({ "alg": "EdDSA", "kid": "another" }), &claims(), true), "is signed by a key that is not known"),
        (forged(&path, |_| json!({ "alg": "EdDSA" }), &claims(), true), "is no JSON Web Token"),
        (forged(&path, header, &claims(), false), "is no JSON Web Token"),
        (String::new(), "is no JSON Web Token"),
        ("a.b.c".into(), "is no JSON Web Token"),
        ("x".repeat(5000), "is no JSON Web Token"),
    ];
    for (token, expected) in cases {
        let why = ask(&file, &token, now()).await.expect_err(expected);
        assert!(why.starts_with(expected), "{why}, not {expected}");
    }
    // Many audiences are fine if one is this.
    assert!(ask(&file, &changed("aud", json!(["else", "todo-api"])), now()).await.is_ok());
}

#[tokio::test]
async fn no_sign_of_a_token_can_be_changed() {
    let (_folder, path) = keys();
    let (file, token) = (KeyFile::open(&path).unwrap(), KeySet::open(&path).unwrap().issue(&issue()).unwrap());
    for at in 0..token.len() {
        let mut other = token.clone().into_bytes();
        other[at] = if other[at] == b'A' { b'B' } else { b'A' };
        let other = String::from_utf8(other).unwrap();
        assert!(ask(&file, &other, now()).await.is_err(), "sign {at}");
    }
}

#[tokio::test]
async fn keys_are_rotated_without_a_restart() {
    let (_folder, path) = keys();
    let file = KeyFile::open(&path).unwrap();
    let old = KeySet::open(&path).unwrap().issue(&issue()).unwrap();
    assert!(ask(&file, &old, now()).await.is_ok());
    add_key(&path).unwrap();
    let new = KeySet::open(&path).unwrap().issue(&issue()).unwrap();
    let later = now() + SignedDuration::from_secs(30);
    assert!(ask(&file, &new, later).await.is_ok(), "the new key counts");
    assert!(ask(&file, &old, later).await.is_ok(), "the old one still does");

    // Without its private part a key goes on checking; once it is gone, its tokens are.
    let mut stored: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    stored["keys"][1].as_object_mut().unwrap().remove("d");
    std::fs::write(&path, stored.to_string()).unwrap();
    let later = later + SignedDuration::from_secs(30);
    assert!(ask(&file, &old, later).await.is_ok());
    stored["keys"].as_array_mut().unwrap().pop();
    std::fs::write(&path, stored.to_string()).unwrap();
    let later = later + SignedDuration::from_secs(30);
    assert_eq!(ask(&file, &old, later).await, Err("is signed by a key that is not known here".into()));
    assert!(ask(&file, &new, later).await.is_ok());
    // What is damaged for a moment takes nobody's login.
    std::fs::write(&path, "{").unwrap();
    assert!(ask(&file, &new, later + SignedDuration::from_secs(30)).await.is_ok());
}

#[test]
fn the_file_is_its_owners_alone_and_says_what_is_wrong_with_it() {
    let (_folder, path) = keys();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let text = std::fs::read_to_string(&path).unwrap();
    let secret = serde_json::from_str::<Value>(&text).unwrap()["keys"][0]["d"].as_str().unwrap().to_owned();
    assert!(!format!("{:?}", KeySet::open(&path).unwrap()).contains(&secret));
    let stored = |change: &dyn Fn(&mut Value)| {
        let mut stored: Value = serde_json::from_str(&text).unwrap();
        change(&mut stored);
        std::fs::write(&path, stored.to_string()).unwrap();
        KeySet::open(&path).expect_err("it is taken").to_string()
    };
    for (change, said) in [
        (&(|stored: &mut Value| stored["keys"] = json!([])) as &dyn Fn(&mut Value), "no key"),
        (&|stored: &mut Value| stored["keys"] = json!([stored["keys"][0], stored["keys"][0]]), "one kid"),
        (&|stored: &mut Value| stored["keys"][0]["kty"] = json!("RSA"), "no Ed25519 key"),
        (&|stored: &mut Value| stored["keys"][0]["d"] = json!(BASE64_URL_SAFE_NO_PAD.encode([7; 32])), "do not belong together"),
        (&|stored: &mut Value| stored["keys"][0]["x"] = json!("AAAA"), "no public key"),
    ] {
        let problem = stored(change);
        assert!(problem.contains(said) && problem.contains("todo token-key") && !problem.contains(&secret), "{problem}");
    }
}

//! Keys for checkpoints: whoever has only the public half can verify and nothing else, and OpenSSL reads and writes both.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::{fs, os::unix::fs::PermissionsExt, process::Command};

use adapters::checkpoint_key::{KeyError, PublicKeyFile, SigningKeyFile};
use ports::{CheckpointKey, CheckpointVerifier};

#[test]
fn a_key_is_made_once_and_only_its_owner_may_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let (private, public) = (folder.path().join("private"), folder.path().join("public"));
    let key = SigningKeyFile::read_or_make(&private, &public).unwrap();
    assert_eq!(fs::metadata(&private).unwrap().permissions().mode() & 0o777, 0o600);
    let signature = key.sign(b"a statement");
    let verifier = PublicKeyFile::read(&public).unwrap();
    assert!(verifier.verifies(b"a statement", &signature));
    assert!(!verifier.verifies(b"another", &signature));
    let mut changed = signature;
    changed[10] ^= 1;
    assert!(!verifier.verifies(b"a statement", &changed));
    // Again it is the same; the public half comes back where it was lost.
    fs::remove_file(&public).unwrap();
    assert_eq!(SigningKeyFile::read_or_make(&private, &public).unwrap().sign(b"a statement"), signature);
    assert!(PublicKeyFile::read(&public).unwrap().verifies(b"a statement", &signature));
    let other = SigningKeyFile::read_or_make(&folder.path().join("other"), &folder.path().join("other.pub")).unwrap();
    assert!(!verifier.verifies(b"a statement", &other.sign(b"a statement")));
}

#[test]
fn openssl_s_keys_are_read_and_openssl_reads_ours() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let openssl = |args: &[&str]| {
        let output = Command::new("openssl").args(args).current_dir(&folder).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    openssl(&["genpkey", "-algorithm", "ed25519", "-out", "theirs"]);
    openssl(&["pkey", "-in", "theirs", "-pubout", "-out", "theirs.pub"]);
    let signature = SigningKeyFile::read(&path("theirs")).unwrap().sign(b"a statement");
    assert!(PublicKeyFile::read(&path("theirs.pub")).unwrap().verifies(b"a statement", &signature));

    let signature = SigningKeyFile::read_or_make(&path("ours"), &path("ours.pub")).unwrap().sign(b"a statement");
    fs::write(path("signature"), signature).unwrap();
    fs::write(path("statement"), b"a statement").unwrap();
    openssl(&["pkeyutl", "-verify", "-pubin", "-inkey", "ours.pub", "-rawin", "-in", "statement", "-sigfile", "signature"]);
    openssl(&["pkey", "-in", "ours", "-noout"]);
}

#[test]
fn what_is_no_key_is_refused_with_a_remedy_and_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    assert!(matches!(SigningKeyFile::read(&file), Err(KeyError::Io { .. })));
    fs::write(&file, "hush").unwrap();
    let Err(error) = SigningKeyFile::read_or_make(&file, &folder.path().join("public")) else { panic!("no key") };
    assert!(error.to_string().contains("openssl genpkey") && !error.to_string().contains("hush"), "{error}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "hush");
    assert!(PublicKeyFile::read(&file).unwrap_err().to_string().contains("-pubout"));
}

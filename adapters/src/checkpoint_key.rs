//! Ed25519 keys for checkpoints, in the files that `openssl genpkey -algorithm ed25519` and `openssl pkey -pubout` write.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use ed25519_dalek::{
    Signature, Signer, SigningKey, VerifyingKey,
    pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, KeypairBytes, spki::der::pem::LineEnding},
};
use ports::{CheckpointKey, CheckpointVerifier};

use crate::files::write_whole;

/// Signs checkpoints. Debug does not show it.
pub struct SigningKeyFile(SigningKey);

/// Tells whether a checkpoint was signed by the key that this is the public half of.
#[derive(Debug)]
pub struct PublicKeyFile(VerifyingKey);

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("{path} cannot be used")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It holds no private key. What it holds is not told.
    #[error("{0} holds no private Ed25519 key: make one with `openssl genpkey -algorithm ed25519 -out FILE`")]
    Private(PathBuf),
    /// It holds no public key.
    #[error("{0} holds no public Ed25519 key: write it with `openssl pkey -in PRIVATE -pubout -out FILE`")]
    Public(PathBuf),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes for a key")]
    Random,
}

impl SigningKeyFile {
    /// The private key in `path`: PKCS#8 as PEM.
    ///
    /// # Errors
    /// If there is none.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let pem = fs::read_to_string(path).map_err(|source| KeyError::Io { path: path.to_owned(), source })?;
        SigningKey::from_pkcs8_pem(&pem).map(Self).map_err(|_| KeyError::Private(path.to_owned()))
    }

    /// The private key in `path`; a new one where there is no such file, which only its owner may read. The public half is
    /// written to `public` where that is missing.
    ///
    /// # Errors
    /// If what is there is no key, or a file cannot be written.
    pub fn read_or_make(path: &Path, public: &Path) -> Result<Self, KeyError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| KeyError::Io { path, source }
        };
        let key = if path.exists() {
            Self::read(path)?
        } else {
            let mut secret_key = [0; 32];
            getrandom::fill(&mut secret_key).map_err(|_| KeyError::Random)?;
            // Without the public half, as OpenSSL writes and reads it.
            let pem = KeypairBytes { secret_key, public_key: None }.to_pkcs8_pem(LineEnding::LF);
            let pem = pem.map_err(|_| KeyError::Private(path.to_owned()))?;
            write_whole(path, pem.as_bytes(), 0o600).map_err(failed(path))?;
            Self(SigningKey::from_bytes(&secret_key))
        };
        if !public.exists() {
            let pem = key.0.verifying_key().to_public_key_pem(LineEnding::LF).map_err(|_| KeyError::Public(public.to_owned()))?;
            write_whole(public, pem.as_bytes(), 0o644).map_err(failed(public))?;
        }
        Ok(key)
    }
}

impl CheckpointKey for SigningKeyFile {
    fn sign(&self, statement: &[u8]) -> [u8; 64] {
        self.0.sign(statement).to_bytes()
    }
}

impl PublicKeyFile {
    /// The public key in `path`: SPKI as PEM.
    ///
    /// # Errors
    /// If there is none.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let pem = fs::read_to_string(path).map_err(|source| KeyError::Io { path: path.to_owned(), source })?;
        VerifyingKey::from_public_key_pem(&pem).map(Self).map_err(|_| KeyError::Public(path.to_owned()))
    }
}

impl CheckpointVerifier for PublicKeyFile {
    fn verifies(&self, statement: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(statement, &Signature::from_bytes(signature)).is_ok()
    }
}

use std::{
    io,
    path::{Path, PathBuf},
};

use ports::MacKey;
use ring::hmac;

use crate::files::write_whole;

/// As much as a key has at least.
const LEAST: usize = 32;

/// A key in a file, whatever its bytes: for example what a secret store has put there. Debug does not show it.
pub struct KeyFile(hmac::Key);

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file cannot be read or written.
    #[error("{path} cannot be used")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It could be guessed.
    #[error("{0} holds less than 32 bytes: make a key with `openssl rand -hex 32 -out FILE`")]
    Short(PathBuf),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes for a key")]
    Random,
}

impl KeyFile {
    /// The key in `path`. Spaces and line ends around it do not count.
    ///
    /// # Errors
    /// If there is none, or it is too short.
    pub fn read(path: &Path) -> Result<Self, KeyFileError> {
        let bytes = std::fs::read(path).map_err(|source| KeyFileError::Io { path: path.to_owned(), source })?;
        let key = bytes.trim_ascii();
        if key.len() < LEAST {
            return Err(KeyFileError::Short(path.to_owned()));
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, key)))
    }

    /// The key in `path`; a new one where there is no such file, which only its owner may read.
    ///
    /// # Errors
    /// If what is there is no key, or the file cannot be written.
    pub fn read_or_make(path: &Path) -> Result<Self, KeyFileError> {
        if !path.exists() {
            let mut bytes = [0; LEAST];
            getrandom::fill(&mut bytes).map_err(|_| KeyFileError::Random)?;
            let text = ports::hex(&bytes) + "\n";
            write_whole(path, text.as_bytes(), 0o600).map_err(|source| KeyFileError::Io { path: path.to_owned(), source })?;
        }
        Self::read(path)
    }
}

impl MacKey for KeyFile {
    fn mac(&self, text: &[u8]) -> [u8; 32] {
        signature(&self.0, text)
    }
}

/// HMAC-SHA256 of `text` under `key`.
pub(super) fn signature(key: &hmac::Key, text: &[u8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(hmac::sign(key, text).as_ref());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_hmac_sha256() {
        // RFC 4231, case 2 and case 6.
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"Jefe");
        let mac = ports::hex(&signature(&key, b"what do ya want for nothing?"));
        assert_eq!(mac, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[0xaa; 131]);
        let mac = ports::hex(&signature(&key, b"Test Using Larger Than Block-Size Key - Hash Key First"));
        assert_eq!(mac, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }

    #[test]
    fn a_key_is_made_once_and_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("notify.key");
        let first = KeyFile::read_or_make(&path).expect("a key").mac(b"text");
        assert_eq!(KeyFile::read_or_make(&path).expect("a key").mac(b"text"), first);
        let other = KeyFile::read_or_make(&folder.path().join("other.key")).expect("a key");
        assert_ne!(other.mac(b"text"), first);
        std::fs::write(&path, "short\n").expect("a file");
        assert!(matches!(KeyFile::read_or_make(&path), Err(KeyFileError::Short(_))));
        assert!(matches!(KeyFile::read(&folder.path().join("none")), Err(KeyFileError::Io { .. })));
    }
}

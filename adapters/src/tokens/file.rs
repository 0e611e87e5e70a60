use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use ports::{AuthenticationError, Authenticator, Principal};
use tracing::warn;

use super::keys::{KeySet, KeysError, StoredKey, StoredKeys};

/// So often is the file looked at again: a rotated key counts without a restart.
const FRESH: SignedDuration = SignedDuration::from_secs(30);

/// Checks tokens by the keys of a file, for example one that a secret store has put there.
#[derive(Debug)]
pub struct KeyFile {
    path: PathBuf,
    held: Mutex<Held>,
}

#[derive(Debug)]
struct Held {
    keys: Arc<KeySet>,
    read_at: Option<Timestamp>,
}

impl KeyFile {
    /// The keys in `path`.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn open(path: &Path) -> Result<Self, KeysError> {
        let keys = Arc::new(KeySet::open(path)?);
        Ok(Self { path: path.to_owned(), held: Mutex::new(Held { keys, read_at: None }) })
    }

    /// The keys that count at `now`. A file that cannot be read for the moment leaves those that were read before.
    fn keys(&self, now: Timestamp) -> Arc<KeySet> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.read_at.is_none_or(|at| now.duration_since(at).abs() >= FRESH) {
            held.read_at = Some(now);
            match KeySet::open(&self.path) {
                Ok(keys) => held.keys = Arc::new(keys),
                Err(error) => {
                    metrics::counter!("todo_token_keys_unreadable_total").increment(1);
                    warn!(?error, "the token keys as they were read before go on counting");
                }
            }
        }
        held.keys.clone()
    }
}

#[async_trait]
impl Authenticator for KeyFile {
    async fn authenticate(&self, token: &str, now: Timestamp) -> Result<Principal, AuthenticationError> {
        self.keys(now).check(token, now).map_err(AuthenticationError::Rejected)
    }
}

impl KeySet {
    /// Reads the keys in `path`.
    ///
    /// # Errors
    /// If there are none.
    pub fn open(path: &Path) -> Result<Self, KeysError> {
        Self::read(stored(path)?).map_err(|problem| KeysError::Malformed { path: path.to_owned(), problem })
    }
}

fn stored(path: &Path) -> Result<StoredKeys, KeysError> {
    let text = fs::read(path).map_err(|source| KeysError::Io { path: path.to_owned(), source })?;
    // serde's own words may quote what is there.
    serde_json::from_slice(&text).map_err(|error| KeysError::Malformed {
        path: path.to_owned(),
        problem: format!("{:?} error at line {}, column {}", error.classify(), error.line(), error.column()),
    })
}

/// Makes a new key that signs from now on, in front of those in `path`, which go on verifying. Makes the file where there
/// is none. Only its owner may read it.
///
/// # Errors
/// If the file can be neither read nor written.
pub fn add_key(path: &Path) -> Result<(), KeysError> {
    let failed = |source| KeysError::Io { path: path.to_owned(), source };
    let mut keys = if path.exists() { stored(path)? } else { StoredKeys::default() };
    keys.keys.insert(0, StoredKey::generate()?);
    let text = serde_json::to_string_pretty(&keys).map_err(|error| failed(error.into()))?;
    // Whole or not at all: written beside it, then put in its place.
    let beside = path.with_extension("new");
    let written = (|| {
        let mut file = private(&beside)?;
        file.write_all(text.as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        fs::rename(&beside, path)
    })();
    written.map_err(|source| {
        let _ = fs::remove_file(&beside);
        failed(source)
    })
}

/// The keys in `path`, made where there are none.
///
/// # Errors
/// If they can be neither read nor made.
pub fn open_or_create(path: &Path) -> Result<KeySet, KeysError> {
    if !path.exists() {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|source| KeysError::Io { path: path.to_owned(), source })?;
        }
        add_key(path)?;
    }
    KeySet::open(path)
}

/// A new file that only its owner may read, from its first byte on.
fn private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        // What a process left behind that ended half way.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(path)?;
            options.open(path)
        }
        opened => opened,
    }
}

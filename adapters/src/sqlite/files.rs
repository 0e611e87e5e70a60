//! Whole SQLite files: away with one, or one in the place of another.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rusqlite::Connection;

/// How long connections that are being closed may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why a file does not take the place of another. The other is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// SQLite refuses.
    #[error("{0} cannot be closed")]
    Sqlite(PathBuf, #[source] rusqlite::Error),
    /// Somebody has it open.
    #[error("{0} is in use")]
    InUse(PathBuf),
    /// It cannot be renamed.
    #[error("{0} cannot be renamed")]
    Rename(PathBuf, #[source] io::Error),
}

/// Puts the SQLite file `next` in the place of `live`, at once: whenever the power fails, there is either the one or the other.
/// Nobody else may use either of them; connections to `next` that are just being closed are waited for.
///
/// # Errors
/// If one of them cannot be closed or renamed.
pub fn replace(next: &Path, live: &Path) -> Result<(), ReplaceError> {
    // Without a log beside them, each is one file, and a rename is all.
    settle(next)?;
    if live.exists() {
        settle(live)?;
    }
    let renamed = File::open(next).and_then(|file| file.sync_all()).and_then(|()| fs::rename(next, live));
    let folder = live.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let durable = renamed.and_then(|()| File::open(folder)).and_then(|folder| folder.sync_all());
    durable.map_err(|error| ReplaceError::Rename(next.to_owned(), error))
}

/// Removes the SQLite file at `path`, with what SQLite keeps beside it. What is not there is no error.
///
/// # Errors
/// If something cannot be removed.
pub fn remove(path: &Path) -> io::Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        let mut file = path.as_os_str().to_owned();
        file.push(suffix);
        match fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Brings everything into the file itself, and removes the log beside it.
fn settle(path: &Path) -> Result<(), ReplaceError> {
    let failed = |error| ReplaceError::Sqlite(path.to_owned(), error);
    let deadline = Instant::now() + PATIENCE;
    loop {
        let connection = Connection::open(path).map_err(failed)?;
        connection.busy_timeout(Duration::from_millis(200)).map_err(failed)?;
        match connection.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get::<_, String>(0)) {
            Ok(mode) if mode == "delete" => return connection.close().map_err(|(_, error)| failed(error)),
            Err(error) if error.sqlite_error_code() != Some(rusqlite::ErrorCode::DatabaseBusy) => return Err(failed(error)),
            _ if Instant::now() > deadline => return Err(ReplaceError::InUse(path.to_owned())),
            _ => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

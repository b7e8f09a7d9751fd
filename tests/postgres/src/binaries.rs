//! Finding `initdb` and `postgres`.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use postgresql_embedded::{PostgreSQL, SettingsBuilder};

use crate::PostgresError;

/// The folder of the newest PostgreSQL binaries on this machine, fetched where there are none.
pub(crate) fn find() -> Result<PathBuf, PostgresError> {
    in_path().or_else(of_debian).or_else(of_pg_config).map_or_else(fetch, Ok)
}

fn has_both(folder: &Path) -> bool {
    ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file())
}

fn in_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find(|folder| has_both(folder))
}

/// Debian keeps the server's programs out of the path, one folder per major version.
fn of_debian() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let version = |folder: &PathBuf| folder.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions.filter_map(Result::ok).map(|entry| entry.path()).max_by_key(version)?;
    Some(newest.join("bin")).filter(|folder| has_both(folder))
}

fn of_pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    let folder = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
    Some(folder).filter(|folder| has_both(folder))
}

/// Fetches binaries into a folder that stays, readable for whoever the server runs as.
fn fetch() -> Result<PathBuf, PostgresError> {
    let fetched = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let settings = SettingsBuilder::new().installation_dir("/var/tmp/komunala-postgresql").build();
        let mut postgresql = PostgreSQL::new(settings);
        // it also initializes a cluster of its own, which fails for root and does not matter
        let set_up = runtime.block_on(postgresql.setup()).map_err(|error| error.to_string());
        Ok::<_, std::io::Error>((postgresql.settings().binary_dir(), set_up))
    });
    let (folder, set_up) = fetched.join().map_err(|_| std::io::Error::other("the fetching thread panicked"))??;
    if has_both(&folder) {
        return Ok(folder);
    }
    Err(PostgresError::NotFound { fetching: set_up.err().unwrap_or_else(|| "it held no server".to_owned()) })
}

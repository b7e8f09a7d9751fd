//! A throw-away cluster that dies with the test process, however that ends.

use std::{
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
};

use crate::{PostgresError, binaries};

/// PostgreSQL refuses to run as root; `nobody` owns nothing, so nothing can be damaged.
const NOBODY: u32 = 65534;

/// Starts the server and waits for its standard input to end, which it does when the test process is gone, even when
/// it was killed. Then the server and its folder go.
const WATCHDOG: &str = r#"
trap '' INT TERM HUP
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c full_page_writes=off \
    -c max_connections=400 -c shared_buffers=64MB </dev/null >"$2/log" 2>&1 &
cat >/dev/null
kill -QUIT $! 2>/dev/null
wait
rm -rf "$2"
"#;

/// A running server.
pub(crate) struct Cluster {
    /// The folder of its socket.
    folder: PathBuf,
    /// Holds the watchdog's standard input open.
    _watchdog: Child,
}

impl Cluster {
    /// The cluster of this process, started when it is first asked for.
    pub(crate) fn of_this_process() -> Result<&'static Self, PostgresError> {
        static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();
        CLUSTER
            .get_or_init(|| Self::start().map_err(|error| error.to_string()))
            .as_ref()
            .map_err(|detail| PostgresError::Files(std::io::Error::other(detail.clone())))
    }

    /// The address of one of its databases.
    pub(crate) fn url(&self, database: &str) -> String {
        let folder = self.folder.to_string_lossy().replace('/', "%2F");
        format!("postgres://postgres@{folder}/{database}")
    }

    fn start() -> Result<Self, PostgresError> {
        let binaries = binaries::find()?;
        let folder = tempfile::Builder::new().prefix("komunala-pg-").tempdir()?.keep();
        let root = is_root(&folder)?;
        if root {
            chown(&folder, Some(NOBODY), Some(NOBODY))?;
        }
        let as_server = |mut command: Command| {
            if root {
                command.uid(NOBODY).gid(NOBODY);
            }
            command.current_dir(&folder);
            command
        };
        let mut initdb = Command::new(binaries.join("initdb"));
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"]);
        let output = as_server(initdb).arg(folder.join("data")).output()?;
        if !output.status.success() {
            let detail = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(PostgresError::DoesNotStart { binaries: binaries.display().to_string(), detail });
        }
        let mut watchdog = Command::new("sh");
        watchdog.args(["-c", WATCHDOG, "watchdog"]).arg(&binaries).arg(&folder);
        watchdog.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let watchdog = as_server(watchdog).spawn()?;
        Ok(Self { folder, _watchdog: watchdog })
    }

    /// What the server wrote so far, for whoever could not reach it.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

/// Whoever owns what this process makes is who it runs as.
fn is_root(made: &Path) -> std::io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    Ok(std::fs::metadata(made)?.uid() == 0)
}

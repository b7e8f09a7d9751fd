//! A throw-away cluster that dies with the test process, however that ends.

use std::{
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::OnceLock,
};

use crate::{PostgresError, binaries};

/// PostgreSQL refuses to run as root; `nobody` owns nothing, so nothing can be damaged.
const NOBODY: u32 = 65534;

/// Lays the cluster out, starts the server and waits for its standard input to end, which it does when the test process
/// is gone, even when it was killed. Then the server and its folder go.
const WATCHDOG: &str = r#"
trap '' INT TERM HUP
server=
if "$1/initdb" --username=postgres --auth=trust --encoding=UTF8 --locale=C --no-sync -D "$2/data" >"$2/log" 2>&1
then
    # the last is several words
    "$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c max_connections=400 $3 </dev/null >"$2/log" 2>&1 &
    server=$!
else
    touch "$2/failed"
fi
cat >/dev/null
# again and again: a server that has only just begun ignores it
while [ -n "$server" ] && kill -QUIT "$server" 2>/dev/null; do sleep 0.1; done
rm -rf "$2"
"#;

/// What a server is told that many small tests share: nothing of it outlives them.
const QUICK: &str = "-c fsync=off -c full_page_writes=off -c shared_buffers=64MB";
/// What one is told that is measured: what it has committed is on the disk, and a million rows have room.
const DURABLE: &str = "-c shared_buffers=512MB -c max_wal_size=4GB";

/// A running server.
pub(crate) struct Cluster {
    /// Where the programs of the server are.
    binaries: PathBuf,
    /// The folder of its files and its socket.
    folder: PathBuf,
    /// Holds the watchdog's standard input open.
    _watchdog: Child,
}

impl Cluster {
    /// The cluster of this process, started when it is first asked for.
    pub(crate) fn of_this_process() -> Result<&'static Self, PostgresError> {
        static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();
        Self::started_once(&CLUSTER, QUICK)
    }

    /// Another one that does not lose what it has committed, started when it is first asked for.
    pub(crate) fn durable() -> Result<&'static Self, PostgresError> {
        static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();
        Self::started_once(&CLUSTER, DURABLE)
    }

    fn started_once(
        once: &'static OnceLock<Result<Self, String>>,
        options: &str,
    ) -> Result<&'static Self, PostgresError> {
        once.get_or_init(|| Self::start(options).map_err(|error| error.to_string()))
            .as_ref()
            .map_err(|detail| PostgresError::Files(std::io::Error::other(detail.clone())))
    }

    /// The address of one of its databases.
    pub(crate) fn url(&self, database: &str) -> String {
        let folder = self.folder.to_string_lossy().replace('/', "%2F");
        format!("postgres://postgres@{folder}/{database}")
    }

    fn start(options: &str) -> Result<Self, PostgresError> {
        let binaries = binaries::find()?;
        let folder = tempfile::Builder::new().prefix("komunala-pg-").tempdir()?.keep();
        let root = std::fs::metadata(&folder)?.uid() == 0;
        if root {
            chown(&folder, Some(NOBODY), Some(NOBODY))?;
        }
        let mut watchdog = Command::new("sh");
        watchdog.args(["-c", WATCHDOG, "watchdog"]).arg(&binaries).arg(&folder).arg(options).current_dir(&folder);
        watchdog.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        if root {
            watchdog.uid(NOBODY).gid(NOBODY);
        }
        let watchdog = watchdog.spawn()?;
        Ok(Self { binaries, folder, _watchdog: watchdog })
    }

    /// Whether it never will run.
    pub(crate) fn has_failed(&self) -> bool {
        self.folder.join("failed").exists()
    }

    /// The error of whoever could not reach it: what it wrote so far.
    pub(crate) fn does_not_start(&self) -> PostgresError {
        PostgresError::DoesNotStart {
            binaries: self.binaries.display().to_string(),
            detail: std::fs::read_to_string(self.folder.join("log")).unwrap_or_default(),
        }
    }
}

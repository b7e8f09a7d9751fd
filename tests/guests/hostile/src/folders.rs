//! Reaching for files that were not granted.
//!
//! Two folders are: `/shared` to look at, `/own` to change. Beside them, where the guest must not get, lies `secret`; in
//! both there are links to it and to the folder around it.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
};

use wasip2::filesystem::preopens::get_directories;

type Attempt = (&'static str, fn() -> io::Result<()>);

/// What is tried, by its name. Only the first two are allowed.
const ATTEMPTS: [Attempt; 20] = [
    ("read", || read("/shared/file")),
    ("write", || write("/own/new")),
    ("dots", || read("/shared/../secret")),
    ("dots-of-own", || read("/own/../secret")),
    ("dots-deep", || read("/shared/./../shared/../../secret")),
    ("link", || read("/shared/link")),
    ("link-to-folder", || read("/shared/up/secret")),
    ("own-link", || read("/own/link")),
    ("own-link-to-folder", || read("/own/up/secret")),
    ("write-through-link", || write("/own/link")),
    ("write-through-folder", || write("/own/up/secret")),
    ("a-link-of-its-own", link_of_its_own),
    ("relative", || read("secret")),
    ("absolute", || read("/etc/passwd")),
    ("create", || write("/shared/new")),
    ("overwrite", || OpenOptions::new().write(true).open("/shared/file").and_then(|mut file| file.write_all(b"x"))),
    ("truncate", || File::open("/shared/file")?.set_len(0)),
    ("remove", || fs::remove_file("/shared/file")),
    ("move-in", || fs::rename("/own/file", "/shared/file")),
    ("move-out", || fs::rename("/own/file", "/own/../file")),
];

/// The names of the attempts that succeeded.
pub(crate) fn reached() -> String {
    let reached = ATTEMPTS.iter().filter(|(_, attempt)| attempt().is_ok()).map(|(name, _)| *name);
    reached.collect::<Vec<_>>().join(",")
}

fn read(path: &str) -> io::Result<()> {
    File::open(path)?.read_to_end(&mut Vec::new()).map(drop)
}

fn write(path: &str) -> io::Result<()> {
    fs::write(path, b"written")
}

/// Makes a link that leads out, and follows it.
fn link_of_its_own() -> io::Result<()> {
    for (folder, name) in get_directories() {
        if name == "/own" {
            folder.symlink_at("../secret", "mine").map_err(|code| io::Error::other(code.message()))?;
        }
    }
    read("/own/mine")
}

//! What a process takes of the machine, besides memory.

use std::{fs, os::unix::fs::MetadataExt as _, path::Path, time::Duration};

/// Ticks of a second in proc(5); the kernel says 100 to every program, whatever it counts in itself.
const TICKS: u64 = 100;
/// Bytes of a block in stat(2).
const BLOCK: u64 = 512;

/// The time of processors that a process has taken, for itself and in the kernel; none where the system does not tell.
pub fn cpu(process: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // the name, which may hold anything, ends with the last bracket; user and system time are the 14th and 15th field
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields).split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 1_000 / TICKS)
}

/// What the files below a folder take on the disk, in bytes; what cannot be looked at counts for nothing.
pub fn on_disk(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let sizes = entries.map(|entry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => metadata.blocks() * BLOCK + on_disk(&entry.path()),
        Ok(metadata) => metadata.blocks() * BLOCK,
        Err(_) => 0,
    });
    sizes.sum()
}

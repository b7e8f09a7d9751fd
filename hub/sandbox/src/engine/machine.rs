//! What the machine (or the container's limit) has to give.

/// Assumed where the system does not say.
const ASSUMED_MEMORY: u64 = 2 * 1024 * 1024 * 1024;

/// How many threads can run at one time.
pub(super) fn cores() -> u32 {
    std::thread::available_parallelism().map_or(2, |cores| cores.get().try_into().unwrap_or(u32::MAX))
}

/// The memory this process may use, in bytes: the machine's, or the control group's limit if that is lower.
pub(super) fn memory() -> u64 {
    let machine = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| total_of(&text));
    let group = std::fs::read_to_string("/sys/fs/cgroup/memory.max").ok().and_then(|text| text.trim().parse().ok());
    match (machine, group) {
        (Some(machine), Some(group)) => u64::min(machine, group),
        (one, other) => one.or(other).unwrap_or(ASSUMED_MEMORY),
    }
}

fn total_of(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_total_is_read_in_kib() {
        assert_eq!(super::total_of("MemFree: 1 kB\nMemTotal:       16 kB\n"), Some(16_384));
        assert_eq!(super::total_of("MemTotal: lots\n"), None);
    }
}

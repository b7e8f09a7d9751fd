//! How much memory a process has.

/// The most resident memory of this process since [`forget_peak`], in MiB; zero where the system does not tell.
pub fn peak_mib() -> u64 {
    read("self", "VmHWM:") / 1024
}

/// The resident memory of a process, in KiB; zero where the system does not tell.
pub fn resident_kib(process: u32) -> u64 {
    read(&process.to_string(), "VmRSS:")
}

/// Begins to measure anew.
pub fn forget_peak() {
    // proc(5), clear_refs; where that is not possible the peak is one of the whole run
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn read(process: &str, line: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let found = status.lines().find_map(|it| it.strip_prefix(line));
    found.and_then(|kib| kib.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

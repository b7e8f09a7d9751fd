//! How much memory this process has had.

/// The most resident memory since [`forget_peak`], in MiB; zero where the system does not tell.
pub(crate) fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = peak.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}

/// Begins to measure anew.
pub(crate) fn forget_peak() {
    // proc(5), clear_refs; where that is not possible the peak is one of the whole run
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

//! Using up what there is: time, stack, memory, tables, handles, logs.
#![allow(unsafe_code, reason = "only assembly can grow a table, and only raw parts make two strings of one")]

use std::{arch::asm, hint::black_box, io::Write as _, mem};

use wasip2::{clocks::monotonic_clock, http::types::Fields};

const MEGABYTE: usize = 1_000_000;

/// Never returns.
pub(crate) fn spin() {
    let mut turns: u64 = 0;
    loop {
        turns = black_box(turns.wrapping_add(1));
    }
}

/// A year in nanoseconds.
pub(crate) fn sleep() {
    monotonic_clock::subscribe_duration(365 * 24 * 60 * 60 * 1_000_000_000).block();
}

/// Until the stack is gone. What it returns depends on every level, so no level can be left out.
pub(crate) fn recursion(depth: u64) -> u64 {
    let frame = black_box([depth; 16]);
    if black_box(depth) == u64::MAX {
        return 0;
    }
    recursion(depth + 1).wrapping_add(frame[15])
}

/// Until growing is denied, which aborts; what is there is written to, so that it counts.
pub(crate) fn memory() {
    loop {
        mem::forget(black_box(vec![1_u8; MEGABYTE]));
    }
}

/// Until growing is denied: the table of the functions, which `build.rs` leaves unbounded.
pub(crate) fn table() {
    loop {
        let size: i32;
        // SAFETY: the new elements are null, and nothing ever reads them.
        unsafe {
            asm!(
                ".tabletype __indirect_function_table, funcref",
                "ref.null_func",
                "i32.const 1000",
                "table.grow __indirect_function_table",
                "local.set {size}",
                size = out(local) size,
            );
        }
        assert!(size >= 0, "the table cannot grow");
    }
}

/// One string of 200 MB.
pub(crate) fn string() -> String {
    "x".repeat(200 * MEGABYTE)
}

/// 200 strings that share one megabyte.
pub(crate) fn aliased_strings() -> Vec<String> {
    let text = "x".repeat(MEGABYTE).leak();
    // SAFETY: none is ever freed: whoever lifts them stops at a limit, or frees one address 200 times over and traps,
    // which is the guest's own loss.
    (0..200).map(|_| unsafe { String::from_raw_parts(text.as_mut_ptr(), text.len(), text.len()) }).collect()
}

/// A million handles.
pub(crate) fn resources() {
    for _ in 0..1_000_000 {
        mem::forget(Fields::new());
    }
}

/// 400,000 lines.
pub(crate) fn logs() {
    for line in 0..200_000 {
        // Whether anybody listens is not this guest's problem.
        let _ = writeln!(std::io::stdout(), "line {line} of a flood on stdout, with some more text to make it longer");
        let _ = writeln!(std::io::stderr(), "line {line} of a flood on stderr, with some more text to make it longer");
    }
}

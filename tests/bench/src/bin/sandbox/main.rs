//! What the sandbox costs, and what one adapter feels of another. A program with a report: run it with `--release`.
//!
//! 1. A fresh sandboxed call of the gas adapter that lists 24 invoices, its answer coming through `wasi:http` in process,
//!    beside the same component in bare wasmtime with the same linker, and beside the same mapping code run natively.
//! 2. The calls of that adapter while another one misbehaves in every way it knows.
#![allow(clippy::print_stdout, reason = "a program with a report")]

mod adapters;
mod bare;
mod billing;
mod fresh_call;
mod latency;
mod native;
mod neighbours;

/// As in the program `komunala`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    if cfg!(debug_assertions) {
        println!("NOTE: built without optimisation; run it with --release");
    }
    fresh_call::report()?;
    neighbours::report()
}

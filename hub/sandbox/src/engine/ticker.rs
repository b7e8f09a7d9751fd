//! The clock of epoch interruption.

use std::time::Duration;

use wasmtime::EngineWeak;

/// How often a running guest is asked whether it is late. A tick costs one atomic add and one wake-up of a thread, and
/// every guest that has run for a whole one a yield; 1 ms kills a loop half a millisecond late and delays other tasks by
/// 8 ms at most, 10 ms by 30.
pub(crate) const TICK: Duration = Duration::from_millis(1);

/// Starts the ticker on an OS thread: a task would tick only when the very runtime that a guest has seized gets round
/// to it. The thread ends with the engine.
pub(super) fn start(engine: EngineWeak) -> std::io::Result<()> {
    std::thread::Builder::new()
        .name("guest-ticker".to_owned())
        .stack_size(64 * 1024)
        .spawn(move || {
            loop {
                #[expect(clippy::disallowed_methods, reason = "a thread of its own, which does nothing else")]
                std::thread::sleep(TICK);
                match engine.upgrade() {
                    Some(engine) => engine.increment_epoch(),
                    None => return,
                }
            }
        })
        .map(drop)
}

//! Progress of what takes a while; nothing is drawn where nobody watches.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// How often something turns.
const TURN: Duration = Duration::from_millis(100);

/// A bar for so many bytes.
pub(super) fn bytes(what: &str, length: usize) -> ProgressBar {
    let bar = ProgressBar::new(length as u64).with_message(what.to_owned());
    bar.set_style(style("{msg} [{bar:30}] {bytes}/{total_bytes}"));
    bar
}

/// A bar for so many things.
pub(super) fn items(what: &str, count: u64) -> ProgressBar {
    let bar = ProgressBar::new(count).with_message(what.to_owned());
    bar.set_style(style("{msg} [{bar:30}] {pos}/{len}"));
    bar
}

/// A bar for things that go out one by one, with how fast they do and how long it takes still.
pub(super) fn sending(what: &str) -> ProgressBar {
    let bar = ProgressBar::new(0).with_message(what.to_owned());
    bar.set_style(style("{msg} [{bar:30}] {pos}/{len} {per_sec}, {eta} left {prefix}"));
    bar
}

/// A bar for steps that each have a name; how many they are is said later.
pub(super) fn steps() -> ProgressBar {
    let bar = ProgressBar::new(0);
    bar.set_style(style("[{bar:30}] {pos}/{len} {msg} ({elapsed})"));
    bar
}

/// Something that turns, for work whose length nobody knows.
pub(super) fn turning(what: &str) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(what.to_owned());
    bar.set_style(style("{spinner} {msg} ({elapsed})"));
    bar.enable_steady_tick(TURN);
    bar
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("a test reads each template")
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_template_can_be_read() {
        super::bytes("sending", 1).finish_and_clear();
        super::items("checking", 1).finish_and_clear();
        super::steps().finish_and_clear();
        super::sending("sending").finish_and_clear();
        super::turning("checking").finish_and_clear();
    }
}

//! How many at once: found out by trying.

use std::time::Duration;

use tokio::time::Instant;

/// Refusals within this time are one: they answer what was under way together.
const ONE_REFUSAL: Duration = Duration::from_secs(1);
/// A window is kept in thousandths, so that it grows by whole numbers.
const WHOLE: u32 = 1000;

/// Between one and `most` at once.
pub(super) struct Window {
    most: u32,
    thousandths: u32,
    under_way: u32,
    refused_at: Option<Instant>,
}

impl Window {
    /// Begins as wide as it may become: whoever bears it need not be asked first.
    pub(super) fn new(most: u32) -> Self {
        let most = most.clamp(1, u32::MAX / WHOLE);
        Self { most, thousandths: most * WHOLE, under_way: 0, refused_at: None }
    }

    /// How many there may be.
    pub(super) fn size(&self) -> u32 {
        (self.thousandths / WHOLE).max(1)
    }

    pub(super) fn is_free(&self) -> bool {
        self.under_way < self.size()
    }

    /// Takes a place; `false` when there is none.
    pub(super) fn take(&mut self) -> bool {
        let is_free = self.is_free();
        self.under_way += u32::from(is_free);
        is_free
    }

    pub(super) fn give_back(&mut self) {
        self.under_way = self.under_way.saturating_sub(1);
    }

    pub(super) fn is_idle(&self) -> bool {
        self.under_way == 0
    }

    /// One more after as many successes as there are places; answers whether there is one more now.
    pub(super) fn grow(&mut self) -> bool {
        let before = self.size();
        self.thousandths = (self.thousandths + (WHOLE / before).max(1)).min(self.most * WHOLE);
        self.size() > before
    }

    /// Half as many; answers whether this was another refusal than the last.
    pub(super) fn shrink(&mut self, now: Instant) -> bool {
        if self.refused_at.is_some_and(|at| now.duration_since(at) < ONE_REFUSAL) {
            return false;
        }
        self.refused_at = Some(now);
        self.thousandths = (self.thousandths / 2).max(WHOLE);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_halves_at_a_refusal_and_grows_by_one_for_a_windows_worth_of_successes() {
        let (mut window, now) = (Window::new(8), Instant::now());
        assert!(window.shrink(now) && !window.shrink(now));
        assert_eq!(window.size(), 4);
        for _ in 0..4 {
            window.grow();
        }
        assert_eq!(window.size(), 5);
        for second in 1..20 {
            window.shrink(now + ONE_REFUSAL * second);
        }
        assert_eq!(window.size(), 1);
        for _ in 0..1000 {
            window.grow();
        }
        assert_eq!(window.size(), 8);
    }

    #[test]
    fn places_are_taken_up_to_the_size() {
        let mut window = Window::new(2);
        assert!(window.take() && window.take() && !window.take());
        window.give_back();
        assert!(!window.is_idle() && window.take());
    }
}

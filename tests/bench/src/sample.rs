//! What a row of measurements says: quantiles, and how far chance may have moved a median.

use std::time::Duration;

use rand::RngExt as _;

/// How often a row is drawn anew from itself.
const DRAWS: usize = 1_000;

/// Times that were measured, in milliseconds.
#[derive(Debug, Clone, Default)]
pub struct Sample(Vec<f64>);

impl Sample {
    /// Adds a time.
    #[allow(clippy::float_arithmetic, reason = "a time for people")]
    pub fn add(&mut self, time: Duration) {
        self.0.push(time.as_secs_f64() * 1_000.0);
    }

    /// How many times there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The time that so many per thousand are not longer than; zero where there is none.
    pub fn per_mille(&self, per_mille: usize) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let place = (sorted.len() * per_mille / 1_000).min(sorted.len().saturating_sub(1));
        sorted.get(place).copied().unwrap_or(0.0)
    }

    /// The median.
    pub fn median(&self) -> f64 {
        self.per_mille(500)
    }

    /// Between which differences of the medians 95 of 100 lie, when both rows are drawn anew from themselves.
    #[allow(clippy::float_arithmetic, reason = "a difference for people")]
    pub fn difference(&self, other: &Self) -> (f64, f64) {
        let drawn = (0..DRAWS).map(|_| self.draw().median() - other.draw().median());
        let drawn = Self(drawn.collect());
        (drawn.per_mille(25), drawn.per_mille(975))
    }

    fn draw(&self) -> Self {
        let mut random = rand::rng();
        Self((0..self.0.len()).map(|_| self.0[random.random_range(0..self.0.len())]).collect())
    }
}

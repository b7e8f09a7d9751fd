//! What customers are told: in their utility's own words.

mod words;

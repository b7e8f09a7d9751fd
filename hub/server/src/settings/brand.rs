//! How a provider looks on what the hub prints for it.

use komunala_domain::{Brand, Colour, text};
use serde::Deserialize;

/// A colour, and how customers reach the provider.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BrandSection {
    /// The colour of its name: `#0a5c96`. Black where it is left out.
    pub colour: Option<Colour>,
    /// How its customers reach it, a line each, at most 4: address, phone, web site.
    pub contact: Vec<String>,
}

/// The most lines of contacts; a page's head has room for as many.
const MOST_LINES: usize = 4;
/// The longest of them, in bytes.
const LONGEST_LINE: usize = 100;

impl BrandSection {
    pub(super) fn brand(&self, wrong: &mut impl FnMut(&str, String)) -> Brand {
        if self.contact.len() > MOST_LINES {
            wrong("provider.brand.contact", format!("at most {MOST_LINES} lines are printed"));
        }
        for (index, line) in self.contact.iter().enumerate() {
            if let Err(error) = text::single_line(line, LONGEST_LINE) {
                wrong(&format!("provider.brand.contact[{index}]"), error.to_string());
            }
        }
        Brand { colour: self.colour, contact: self.contact.clone() }
    }
}

//! How a provider looks on what the hub prints for it.

use std::path::{Path, PathBuf};

use komunala_domain::{Brand, Colour, LARGEST_LOGO, Logo, text};
use serde::Deserialize;

/// A colour, a sign, and how customers reach the provider.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BrandSection {
    /// The colour of its name: `#0a5c96`. Black where it is left out.
    pub colour: Option<Colour>,
    /// A PNG picture of at most 128 KiB, up to 1600 pixels wide and high, beside the settings file.
    pub logo: Option<PathBuf>,
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
        let logo = self.logo.as_deref().map(logo).transpose().unwrap_or_else(|problem| {
            wrong("provider.brand.logo", problem);
            None
        });
        Brand { colour: self.colour, logo, contact: self.contact.clone() }
    }
}

/// Reads a picture, and tries whether it can be printed: no bill fails for it later.
fn logo(path: &Path) -> Result<Logo, String> {
    use std::io::Read as _;
    let of_path = |problem: &dyn std::fmt::Display| format!("{}: {problem}", path.display());
    let mut png = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| of_path(&error))?;
    file.take(LARGEST_LOGO as u64 + 1).read_to_end(&mut png).map_err(|error| of_path(&error))?;
    let logo = Logo::new(png).map_err(|error| of_path(&error))?;
    komunala_rendering::try_logo(&logo).map_err(|error| of_path(&error))?;
    Ok(logo)
}

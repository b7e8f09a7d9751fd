//! The pin in a text of settings: changed, and nothing else with it.

use komunala_app::ports::workshop::SettingsProblem;
use komunala_domain::Sha256;
use toml_edit::{DocumentMut, Item, TomlError, Value};

/// The text with another component pinned; comments and layout stay as they were written.
pub(super) fn pinned(text: &str, component: Sha256) -> Result<String, SettingsProblem> {
    let unreadable = |error: TomlError| SettingsProblem::new("settings", error.message());
    let mut document: DocumentMut = text.parse().map_err(unreadable)?;
    let pin = document.get_mut("adapter").and_then(|adapter| adapter.get_mut("sha256"));
    let pin = pin.and_then(Item::as_value_mut);
    let pin = pin.ok_or_else(|| SettingsProblem::new("adapter.sha256", "is missing"))?;
    // what stands around it, a comment above all, stays
    let decor = pin.decor().clone();
    *pin = Value::from(component.to_string());
    *pin.decor_mut() = decor;
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_changed_and_everything_else_stays_as_it_was_written() {
        let text =
            "# whose\n[adapter]\nname = \"gas\"   # the folder\nsha256 = \"00\" # the pin\n\n[grant]\nhosts=[]\n";
        let changed = pinned(text, Sha256([0xab; 32])).unwrap();
        assert_eq!(changed, text.replace("\"00\"", &format!("\"{}\"", "ab".repeat(32))));
        assert_eq!(pinned("[provider]\n", Sha256([0; 32])).unwrap_err().field, "adapter.sha256");
    }
}

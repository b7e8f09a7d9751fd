//! Values that come from people and billing systems, as one line.

/// A text as one line of at most `max` characters, cut with an ellipsis: no line breaks, no other control characters, and
/// none that turn the direction of writing.
pub(crate) fn line(text: &str, max: usize) -> String {
    let plain = plain(text);
    if plain.chars().count() <= max {
        return plain;
    }
    plain.chars().take(max.saturating_sub(1)).chain(['…']).collect()
}

/// The same, uncut.
pub(crate) fn plain(text: &str) -> String {
    let visible = |c: char| if c.is_control() || is_invisible(c) { ' ' } else { c };
    let visible: String = text.chars().map(visible).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a character leaves no mark, or turns the direction of writing.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_on_its_line_and_has_an_end() {
        assert_eq!(line("Ana\r\nBcc: x@y.z\u{202e}\0", 60), "Ana Bcc: x@y.z");
        assert_eq!(line(&"ж".repeat(100), 10), format!("{}…", "ж".repeat(9)));
    }
}

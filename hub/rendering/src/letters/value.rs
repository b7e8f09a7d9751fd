//! Values on their way into a letter. They come from people and billing systems: each stays on its line and is no
//! longer than a name is.

/// The longest salutation, in characters.
const MAX_SALUTATION: usize = 60;

/// A text as one line of at most `max` characters, cut with an ellipsis: no line breaks, no other control characters, and
/// none that turn the direction of writing.
pub(crate) fn line(text: &str, max: usize) -> String {
    let visible = |c: char| if c.is_control() || is_invisible(c) { ' ' } else { c };
    let plain: String = text.chars().map(visible).collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if plain.chars().count() <= max {
        return plain;
    }
    plain.chars().take(max.saturating_sub(1)).chain(['…']).collect()
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A given name for the salutation; empty where it is none. Anybody can register with anybody's address, so a name that
/// a mail program would turn into a link must not carry an advertisement to a stranger.
pub(super) fn salutation(name: &str) -> String {
    let name = line(name, MAX_SALUTATION);
    let words: Vec<char> = name.chars().collect();
    let points = words.windows(2).any(|pair| matches!(pair[0], '.' | ':') && !pair[1].is_whitespace());
    if points || name.contains(['/', '@', '\\']) || name.to_lowercase().starts_with("www") {
        String::new()
    } else {
        name
    }
}

/// A code in groups of four digits; none where it is not made of digits.
pub(super) fn groups(code: &str) -> Option<Vec<String>> {
    let digits = (1..=16).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| code.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect())
}

/// An address that may be followed: `https` or `http`, of printable ASCII, at most 2,000 bytes.
pub(super) fn web_address(link: &str) -> Option<&str> {
    let secure = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"))?;
    let plain = !secure.is_empty() && link.len() <= 2000 && link.bytes().all(|b| b.is_ascii_graphic());
    plain.then_some(link)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_on_its_line_and_has_an_end() {
        assert_eq!(line("Ana\r\nBcc: x@y.z\u{202e}\0", 60), "Ana Bcc: x@y.z");
        assert_eq!(line(&"ж".repeat(100), 10), format!("{}…", "ж".repeat(9)));
    }

    #[test]
    fn a_name_that_would_become_a_link_is_left_out() {
        for name in ["Ана", "Jean-Luc", "O'Brien", "Dr. Ana", "Марія Іванівна", "J. R."] {
            assert_eq!(salutation(name), name);
        }
        for name in ["win.example.com", "http://x", "www", "WWW.x", "a@b", "x:8080"] {
            assert_eq!(salutation(name), "", "{name}");
        }
    }

    #[test]
    fn a_code_stands_in_groups_of_four() {
        assert_eq!(groups("12345678").unwrap(), ["1234", "5678"]);
        assert_eq!(groups("1234<b>"), None);
        assert_eq!(groups(""), None);
    }

    #[test]
    fn only_web_addresses_are_links() {
        assert!(web_address("https://portal.example.rs/confirm?token=abc").is_some());
        for wrong in ["javascript:alert(1)", "https://", "token", "https://a b", "https://x\r\n", "http://ж"] {
            assert_eq!(web_address(wrong), None, "{wrong}");
        }
    }
}

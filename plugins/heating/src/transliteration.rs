//! What customers write, in the letters that the billing system has.

use crate::code_page;

/// Serbian Cyrillic in Serbian Latin, letter by letter, three of them as digraphs.
const CYRILLIC: [(char, &str); 30] = [
    ('а', "a"),
    ('б', "b"),
    ('в', "v"),
    ('г', "g"),
    ('д', "d"),
    ('ђ', "đ"),
    ('е', "e"),
    ('ж', "ž"),
    ('з', "z"),
    ('и', "i"),
    ('ј', "j"),
    ('к', "k"),
    ('л', "l"),
    ('љ', "lj"),
    ('м', "m"),
    ('н', "n"),
    ('њ', "nj"),
    ('о', "o"),
    ('п', "p"),
    ('р', "r"),
    ('с', "s"),
    ('т', "t"),
    ('ћ', "ć"),
    ('у', "u"),
    ('ф', "f"),
    ('х', "h"),
    ('ц', "c"),
    ('ч', "č"),
    ('џ', "dž"),
    ('ш', "š"),
];

/// A text as one field of a CSV file in Windows-1250: Cyrillic as Latin, line ends as blanks, semicolons as commas, and a
/// question mark for what the code page does not have.
pub(crate) fn field(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for character in text.chars() {
        match character {
            ';' => bytes.push(b','),
            control if control.is_control() => {
                // CRLF is one blank
                if bytes.last() != Some(&b' ') {
                    bytes.push(b' ');
                }
            }
            other => match (code_page::encode(other), latin(other)) {
                (Some(byte), _) => bytes.push(byte),
                (None, Some(latin)) => bytes.extend(latin.chars().filter_map(code_page::encode)),
                (None, None) => bytes.push(b'?'),
            },
        }
    }
    bytes
}

fn latin(letter: char) -> Option<String> {
    let mut lower = letter.to_lowercase();
    let (lower, None) = (lower.next()?, lower.next()) else { return None };
    let latin = CYRILLIC.iter().find(|(cyrillic, _)| *cyrillic == lower).map(|(_, latin)| *latin)?;
    if lower == letter {
        return Some(latin.to_owned());
    }
    let mut letters = latin.chars();
    Some(letters.next()?.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(text: &str) -> String {
        code_page::decode(&field(text)).unwrap()
    }

    #[test]
    fn cyrillic_is_written_in_latin_letters() {
        assert_eq!(written("Љиљана Џинић: грејање; хвала!\r\nЂорђе"), "Ljiljana Džinić: grejanje, hvala! Đorđe");
        assert_eq!(written("Čačak – „Žižak“ €"), "Čačak – „Žižak“ €");
    }

    #[test]
    fn what_the_code_page_does_not_have_becomes_a_question_mark() {
        assert_eq!(written("ї😀"), "??");
    }

    proptest! {
        #[test]
        fn any_text_becomes_one_field(text in any::<String>()) {
            let bytes = field(&text);
            prop_assert!(!bytes.contains(&b';'));
            prop_assert!(code_page::decode(&bytes).is_some());
        }
    }
}

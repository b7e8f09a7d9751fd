//! Texts in letters that every phone has: Cyrillic in Latin, and no hooks on letters.
//!
//! A text in the alphabet of GSM takes less than half of what it takes otherwise. What has no likeness stays as it is.

use komunala_domain::{Language, serbian::small_latin};

use crate::alphabet;

/// A text with as many letters of the alphabet of GSM as can be had without saying something else.
pub fn in_gsm_letters(language: Language, text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut plain = String::with_capacity(text.len());
    for (at, &letter) in letters.iter().enumerate() {
        // between letters of Cyrillic it softens, and has no sound of its own
        if is_apostrophe(letter) && is_within_word(&letters, at) {
            continue;
        }
        if alphabet::places(letter).is_some() {
            plain.push(letter);
            continue;
        }
        let small = letter.to_lowercase().next().unwrap_or(letter);
        let likeness = match language {
            Language::Ukrainian => ukrainian(&letters, at, small).or_else(|| serbian(small)),
            _ => serbian(small).or_else(|| ukrainian(&letters, at, small)),
        };
        match likeness.or_else(|| unhooked(small)) {
            Some(likeness) if small == letter => plain.push_str(likeness),
            Some(likeness) => capital(&mut plain, likeness, is_among_capitals(&letters, at)),
            None => match mark(letter) {
                Some(mark) => plain.push_str(mark),
                None => plain.push(letter),
            },
        }
    }
    plain
}

/// Serbian Cyrillic, by way of Serbian Latin.
fn serbian(small: char) -> Option<&'static str> {
    Some(match small_latin(small)? {
        "ž" => "z",
        "ć" | "č" => "c",
        "š" => "s",
        "đ" => "dj",
        "dž" => "dz",
        latin => latin,
    })
}

/// Ukrainian as in passports (resolution 55 of the Cabinet of Ministers, 2010): some letters sound otherwise where a word
/// begins, and `зг` must not read like `ж`.
fn ukrainian(letters: &[char], at: usize, small: char) -> Option<&'static str> {
    let begins = !at.checked_sub(1).and_then(|before| letters.get(before)).is_some_and(|before| is_of_word(*before));
    let follows = |wanted: char| at.checked_sub(1).and_then(|before| letters.get(before)) == Some(&wanted);
    Some(match small {
        'г' if follows('з') || follows('З') => "gh",
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' => "h",
        'ґ' => "g",
        'д' => "d",
        'е' => "e",
        'є' if begins => "ye",
        'є' => "ie",
        'ж' => "zh",
        'з' => "z",
        'и' => "y",
        'і' => "i",
        'ї' if begins => "yi",
        'ї' => "i",
        'й' if begins => "y",
        'й' => "i",
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' => "u",
        'ф' => "f",
        'х' => "kh",
        'ц' => "ts",
        'ч' => "ch",
        'ш' => "sh",
        'щ' => "shch",
        'ь' => "",
        'ю' if begins => "yu",
        'ю' => "iu",
        'я' if begins => "ya",
        'я' => "ia",
        _ => return None,
    })
}

/// Latin letters without their hooks.
fn unhooked(small: char) -> Option<&'static str> {
    Some(match small {
        'č' | 'ć' | 'ç' => "c",
        'ž' | 'ź' | 'ż' => "z",
        'š' | 'ś' => "s",
        'đ' => "dj",
        'á' | 'â' | 'ă' | 'ą' => "a",
        'ê' | 'ë' | 'ě' | 'ę' => "e",
        'í' | 'î' | 'ï' => "i",
        'ó' | 'ô' | 'ő' => "o",
        'ú' | 'û' | 'ű' => "u",
        'ł' => "l",
        'ń' => "n",
        _ => return None,
    })
}

/// Marks that are no letters.
fn mark(letter: char) -> Option<&'static str> {
    Some(match letter {
        '„' | '“' | '”' | '«' | '»' => "\"",
        '‘' | '’' | 'ʼ' | '`' => "'",
        '–' | '—' | '‑' | '−' => "-",
        '…' => "...",
        '\u{a0}' | '\u{202f}' | '\u{2009}' => " ",
        '№' => "No.",
        '³' => "3",
        '²' => "2",
        _ => return None,
    })
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphabetic() || is_apostrophe(letter)
}

fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '’' | 'ʼ')
}

fn is_within_word(letters: &[char], at: usize) -> bool {
    let is_cyrillic = |letter: Option<&char>| letter.is_some_and(|letter| ('\u{400}'..='\u{4ff}').contains(letter));
    is_cyrillic(at.checked_sub(1).and_then(|before| letters.get(before))) && is_cyrillic(letters.get(at + 1))
}

/// Whether the capital at a place stands in a word of capitals.
fn is_among_capitals(letters: &[char], at: usize) -> bool {
    let following = letters.get(at + 1).filter(|next| next.is_alphabetic());
    let preceding = at.checked_sub(1).and_then(|before| letters.get(before)).filter(|last| last.is_alphabetic());
    following.or(preceding).is_some_and(|letter| letter.is_uppercase())
}

fn capital(plain: &mut String, likeness: &str, among_capitals: bool) {
    let mut letters = likeness.chars();
    plain.extend(letters.next().into_iter().flat_map(char::to_uppercase));
    match among_capitals {
        true => plain.extend(letters.flat_map(char::to_uppercase)),
        false => plain.extend(letters),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::segments::{Coding, Segments};

    #[test]
    fn serbian_reads_alike_from_both_scripts() {
        for (language, text, plain) in [
            (
                Language::SerbianCyrillic,
                "Ђурђевдан, ЊЕГОШ и Џеп: „шљива“…",
                "Djurdjevdan, NJEGOS i Dzep: \"sljiva\"...",
            ),
            (Language::SerbianLatin, "Đurđevdan, čvor 3 m³ – šljiva", "Djurdjevdan, cvor 3 m3 - sljiva"),
            (Language::Slovenian, "Števec ni priključen. Žal!", "Stevec ni prikljucen. Zal!"),
        ] {
            assert_eq!(in_gsm_letters(language, text), plain);
        }
    }

    #[test]
    fn ukrainian_reads_as_in_passports() {
        // the examples of the resolution
        for (text, plain) in [
            ("Алушта", "Alushta"),
            ("Згорани", "Zghorany"),
            ("Розгон", "Rozghon"),
            ("Єнакієве", "Yenakiieve"),
            ("Гаєвич", "Haievych"),
            ("Їжакевич", "Yizhakevych"),
            ("Кадиївка", "Kadyivka"),
            ("Мар’їне", "Marine"),
            ("Йосипівка", "Yosypivka"),
            ("Стрий", "Stryi"),
            ("Щербухи", "Shcherbukhy"),
            ("Гоща", "Hoshcha"),
            ("Юрій", "Yurii"),
            ("Яготин", "Yahotyn"),
            ("Костянтин", "Kostiantyn"),
            ("Знам'янка", "Znamianka"),
            ("Ґалаґан", "Galagan"),
        ] {
            assert_eq!(in_gsm_letters(Language::Ukrainian, text), plain);
        }
        assert_eq!(in_gsm_letters(Language::Ukrainian, "ПОКАЗАННЯ: 5 м³"), "POKAZANNIA: 5 m3");
    }

    #[test]
    fn what_has_no_likeness_stays() {
        assert_eq!(in_gsm_letters(Language::English, "水 😀 ok €"), "水 😀 ok €");
    }

    proptest! {
        #[test]
        fn our_languages_fit_into_the_alphabet_and_what_fits_stays(
            text in "[абвгдђежзијклљмнњопрстћуфхцчџшґєіїйщьюяАБЖЉЊЏЩЄЇčćžšđČĆŽŠĐa-z0-9 .,:()„“–…]{0,200}"
        ) {
            for language in Language::ALL {
                let plain = in_gsm_letters(language, &text);
                prop_assert_eq!(Segments::of(&plain).coding, Coding::Gsm7, "{}", plain);
                prop_assert_eq!(in_gsm_letters(Language::English, &plain), plain.clone());
            }
        }
    }
}

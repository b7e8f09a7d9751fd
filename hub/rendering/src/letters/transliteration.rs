//! Serbian Cyrillic as Serbian Latin: letter by letter, without exceptions. (The way back has some: `nj` is not always
//! one letter. That is why texts are written in Cyrillic.)

use komunala_domain::serbian::small_latin;

/// A text in Latin script; what is not Serbian Cyrillic stays as it is.
///
/// The letters that become two are written `Lj`, and `LJ` in a word of capitals.
pub(crate) fn to_latin(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut latin = String::with_capacity(text.len());
    for (at, &letter) in letters.iter().enumerate() {
        match small_latin(letter) {
            Some(small) => latin.push_str(small),
            None => match letter.to_lowercase().next().and_then(small_latin) {
                Some(small) => capital(&mut latin, small, is_among_capitals(&letters, at)),
                None => latin.push(letter),
            },
        }
    }
    latin
}

fn capital(latin: &mut String, small: &str, among_capitals: bool) {
    let mut letters = small.chars();
    latin.extend(letters.next().into_iter().flat_map(char::to_uppercase));
    if among_capitals {
        latin.extend(letters.flat_map(char::to_uppercase));
    } else {
        latin.extend(letters);
    }
}

/// Whether the capital at a place stands in a word of capitals: what follows decides, or what precedes where nothing
/// follows.
fn is_among_capitals(letters: &[char], at: usize) -> bool {
    let following = letters.get(at + 1).filter(|next| next.is_alphabetic());
    let preceding = at.checked_sub(1).and_then(|before| letters.get(before)).filter(|last| last.is_alphabetic());
    following.or(preceding).is_some_and(|letter| letter.is_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_of_the_alphabet_has_its_latin_one() {
        assert_eq!(to_latin("абвгдђежзијклљмнњопрстћуфхцчџш"), "abvgdđežzijklljmnnjoprstćufhcčdžš");
        assert_eq!(
            to_latin("А Б В Г Д Ђ Е Ж З И Ј К Л М Н О П Р С Т Ћ У Ф Х Ц Ч Ш"),
            "A B V G D Đ E Ž Z I J K L M N O P R S T Ć U F H C Č Š"
        );
    }

    #[test]
    fn letters_that_become_two_follow_the_case_of_their_word() {
        for (cyrillic, latin) in [
            ("љубав", "ljubav"),
            ("Љубав", "Ljubav"),
            ("ЉУБАВ", "LJUBAV"),
            ("КОЊ", "KONJ"),
            ("Његош и Џон", "Njegoš i Džon"),
            ("ЏЕП", "DŽEP"),
            ("Љ.", "Lj."),
            ("очитавање мерног места", "očitavanje mernog mesta"),
        ] {
            assert_eq!(to_latin(cyrillic), latin);
        }
    }

    #[test]
    fn what_is_not_serbian_cyrillic_stays_as_it_is() {
        let other = "{{ given_name | plural(one=\"a\") }} 1234 5678 https://example.rs/?a=b – „Ћ“ їґє";
        assert_eq!(to_latin(other), other.replace('Ћ', "Ć"));
    }
}

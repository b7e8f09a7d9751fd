//! Whether an account is still the same person's.
//!
//! Billing systems write a name now in one script and now in the other, now in capitals and now not, family name first or
//! last; none of that is another holder. Nothing else is forgiven: a name that cannot be told apart from another person's
//! is another person's, and whoever holds the bill proves the account again.

use crate::{CustomerAccount, serbian::small_latin};

/// Whether two copies of an account name the same holder. A copy that names nobody says nothing of who it is.
pub fn is_same(before: &CustomerAccount, after: &CustomerAccount) -> bool {
    match (&before.name, &after.name) {
        (Some(before), Some(after)) => before == after || words(before) == words(after),
        _ => true,
    }
}

/// The words of a name in plain Latin letters, in an order of their own.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> =
        name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).map(plain).collect();
    words.sort();
    words
}

fn plain(word: &str) -> String {
    let mut plain = String::with_capacity(word.len());
    for letter in word.chars().flat_map(char::to_lowercase) {
        match small_latin(letter) {
            Some(latin) => latin.chars().for_each(|letter| unmarked(&mut plain, letter)),
            None => unmarked(&mut plain, letter),
        }
    }
    plain
}

/// A Latin letter of Serbian without its mark; letters of other alphabets stay.
fn unmarked(plain: &mut String, letter: char) {
    match letter {
        'đ' => plain.push_str("dj"),
        'ž' => plain.push('z'),
        'ć' | 'č' => plain.push('c'),
        'š' => plain.push('s'),
        other => plain.push(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Category, account::Premises};

    fn named(name: Option<&str>) -> CustomerAccount {
        CustomerAccount {
            external_id: "a-1".parse().unwrap(),
            customer_number: "1".to_owned(),
            category: Category::Household,
            name: name.map(str::to_owned),
            premises: Premises::default(),
            supply_points: Vec::new(),
        }
    }

    #[test]
    fn the_same_name_in_another_script_case_or_order_is_the_same_holder() {
        for (before, after) in [
            ("Ђорђе Петровић", "Đorđe Petrović"),
            ("ЏОРЏ ЉУБИЧИЋ", "Ljubičić Džordž"),
            ("Marko  Marković", "MARKOVIC MARKO"),
            ("Олена Шевченко", "ОЛЕНА ШЕВЧЕНКО"),
        ] {
            assert!(is_same(&named(Some(before)), &named(Some(after))), "{before} and {after}");
        }
    }

    #[test]
    fn another_name_is_another_holder_and_no_name_is_nobody() {
        for (before, after) in [("Ana Anić", "Ana Antić"), ("Marko Marković", "Marko"), ("Олена", "Oksana")] {
            assert!(!is_same(&named(Some(before)), &named(Some(after))), "{before} and {after}");
        }
        assert!(is_same(&named(None), &named(Some("Ana"))) && is_same(&named(Some("Ana")), &named(None)));
    }
}

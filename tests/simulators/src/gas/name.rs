//! Names and addresses of customers, as they occur where a utility is.

mod chernihiv;
mod ruma;

use super::utility::Utility;
use crate::draw::Draw;

/// What names and addresses are drawn from.
struct Register {
    women: &'static [&'static str],
    men: &'static [&'static str],
    families: &'static [&'static str],
    firms: &'static [&'static str],
    firm_suffix: &'static str,
    streets: &'static [&'static str],
    towns: &'static [(&'static str, &'static str)],
}

fn register(utility: Utility) -> &'static Register {
    match utility {
        Utility::Ruma => &ruma::REGISTER,
        Utility::Chernihiv => &chernihiv::REGISTER,
    }
}

/// A person's name, or a firm's where `business`; in Ruma every fourth is written in Cyrillic.
pub(super) fn name(utility: Utility, seed: u64, number: u64, business: bool) -> String {
    let register = register(utility);
    let mut draw = Draw::new(seed, "name", number);
    let name = if business {
        format!("{} {} {}", draw.pick(register.firms), draw.pick(register.families), register.firm_suffix)
    } else {
        let given = if draw.chance(500) { register.women } else { register.men };
        format!("{} {}", draw.pick(given), draw.pick(register.families))
    };
    written(utility, seed, number, name)
}

/// Street, house number, post code and town in one line, in the alphabet of the name.
pub(super) fn address(utility: Utility, seed: u64, number: u64) -> String {
    let register = register(utility);
    let mut draw = Draw::new(seed, "address", number);
    let (post_code, town) = draw.pick(register.towns);
    let line = format!("{} {}, {post_code} {town}", draw.pick(register.streets), draw.between(1, 180));
    written(utility, seed, number, line)
}

fn written(utility: Utility, seed: u64, number: u64, text: String) -> String {
    if utility == Utility::Ruma && ruma::writes_cyrillic(seed, number) { ruma::cyrillic(&text) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_alphabets_occur_among_few_customers_in_ruma_and_one_in_chernihiv() {
        let ruma: Vec<String> = (0..40).map(|number| name(Utility::Ruma, 7, number, false)).collect();
        assert!(ruma.iter().any(|name| name.contains("ić")));
        assert!(ruma.iter().any(|name| name.contains("ић")));
        for number in 0..40 {
            let name = name(Utility::Chernihiv, 7, number, number % 2 == 0);
            assert!(!name.contains(|letter: char| letter.is_ascii_alphabetic()), "{name}");
        }
    }
}

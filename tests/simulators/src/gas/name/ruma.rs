//! Ruma: Serbian, in Latin or Cyrillic.

use super::Register;
use crate::draw::Draw;
use crate::serbian::{FAMILIES, FIRMS};

pub(super) const REGISTER: Register = Register {
    women: WOMEN,
    men: MEN,
    families: FAMILIES,
    firms: FIRMS,
    firm_suffix: "DOO",
    streets: STREETS,
    towns: TOWNS,
};

const WOMEN: &[&str] =
    &["Ljiljana", "Snežana", "Đurđica", "Željka", "Jelena", "Milica", "Gordana", "Nevena", "Anđelka", "Višnja"];
const MEN: &[&str] =
    &["Njegoš", "Đorđe", "Žarko", "Miloš", "Ljubiša", "Nenad", "Čedomir", "Slaviša", "Dragan", "Stevan"];
const STREETS: &[&str] =
    &["Glavna", "Železnička", "Đure Jakšića", "Veljka Dugoševića", "Orlovićeva", "JNA", "Ljube Nenadovića"];
const TOWNS: &[(&str, &str)] = &[
    ("22400", "Ruma"),
    ("22406", "Irig"),
    ("22404", "Putinci"),
    ("22427", "Hrtkovci"),
    ("22420", "Platičevo"),
    ("22422", "Nikinci"),
];

/// Whether a customer's papers are in Cyrillic: every fourth one's are.
pub(super) fn writes_cyrillic(seed: u64, number: u64) -> bool {
    Draw::new(seed, "alphabet", number).chance(250)
}

/// Serbian Latin to Cyrillic; the digraphs lj, nj and dž are one letter each.
pub(super) fn cyrillic(latin: &str) -> String {
    const DIGRAPHS: &[(&str, char)] = &[
        ("Lj", 'Љ'),
        ("lj", 'љ'),
        ("LJ", 'Љ'),
        ("Nj", 'Њ'),
        ("nj", 'њ'),
        ("NJ", 'Њ'),
        ("Dž", 'Џ'),
        ("dž", 'џ'),
        ("DŽ", 'Џ'),
    ];
    const FROM: &str = "ABVGDĐEŽZIJKLMNOPRSTĆUFHCČŠabvgdđežzijklmnoprstćufhcčš";
    const TO: &str = "АБВГДЂЕЖЗИЈКЛМНОПРСТЋУФХЦЧШабвгдђежзијклмнопрстћуфхцчш";
    let mut text = String::with_capacity(latin.len() * 2);
    let mut rest = latin;
    while let Some(letter) = rest.chars().next() {
        if let Some((digraph, one)) = DIGRAPHS.iter().find(|(digraph, _)| rest.starts_with(digraph)) {
            text.push(*one);
            rest = &rest[digraph.len()..];
        } else {
            let place = FROM.chars().position(|from| from == letter);
            text.push(place.and_then(|place| TO.chars().nth(place)).unwrap_or(letter));
            rest = &rest[letter.len_utf8()..];
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digraphs_become_one_cyrillic_letter() {
        assert_eq!(cyrillic("Ljiljana Džinić, Đure Jakšića 5"), "Љиљана Џинић, Ђуре Јакшића 5");
        assert_eq!(cyrillic("NJEGOŠ"), "ЊЕГОШ");
    }
}

//! Names and addresses, in Serbian Latin or Cyrillic.

use crate::draw::Draw;

/// Each in both scripts.
const GIVEN: &[[&str; 2]] = &[
    ["Ljiljana", "Љиљана"],
    ["Đorđe", "Ђорђе"],
    ["Snežana", "Снежана"],
    ["Njegoš", "Његош"],
    ["Željko", "Жељко"],
    ["Milica", "Милица"],
];
const FAMILIES: &[[&str; 2]] = &[
    ["Jovanović", "Јовановић"],
    ["Hadžić", "Хаџић"],
    ["Šarčević", "Шарчевић"],
    ["Čolić", "Чолић"],
    ["Živković", "Живковић"],
];
const FIRMS: &[[&str; 2]] =
    &[["Pekara Žitko DOO", "Пекара Житко ДОО"], ["Apoteka \"Šljiva\" & sin", "Апотека \"Шљива\" и син"]];
const STREETS: &[[&str; 2]] = &[
    ["Glavna", "Главна"],
    ["Železnička", "Железничка"],
    ["Đure Jakšića", "Ђуре Јакшића"],
    ["Orlovićeva", "Орловићева"],
];
const TOWN: [&str; 2] = ["22400 Ruma", "22400 Рума"];

pub(super) fn name(seed: u64, place: u64, business: bool) -> String {
    let script = script(seed, place);
    let mut draw = Draw::new(seed, "water name", place);
    if business {
        return draw.pick(FIRMS)[script].to_owned();
    }
    format!("{} {}", draw.pick(GIVEN)[script], draw.pick(FAMILIES)[script])
}

pub(super) fn address(seed: u64, place: u64) -> String {
    let script = script(seed, place);
    let mut draw = Draw::new(seed, "water address", place);
    format!("{} {}, {}", draw.pick(STREETS)[script], draw.between(1, 180), TOWN[script])
}

/// One customer in four is written in Cyrillic.
fn script(seed: u64, place: u64) -> usize {
    usize::from(Draw::new(seed, "water script", place).chance(250))
}

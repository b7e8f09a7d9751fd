//! Names and addresses, in Serbian Latin: what Windows-1250 can write.

use crate::draw::Draw;
use crate::serbian::{FAMILIES, FIRMS};

const GIVEN: &[&str] = &[
    "Ljiljana",
    "Snežana",
    "Đurđica",
    "Željka",
    "Jelena",
    "Njegoš",
    "Đorđe",
    "Žarko",
    "Miloš",
    "Ljubiša",
    "Čedomir",
    "Slaviša",
    "Višnja",
    "Anđelka",
];
const STREETS: &[&str] = &[
    "Bulevar kralja Aleksandra",
    "Ustanička",
    "Vojvode Stepe",
    "Đorđa Vajferta",
    "Njegoševa",
    "Ljube Stojanovića",
    "Požeška",
    "Žička",
    "Čubrina",
    "Šumatovačka",
];

/// A name whose 40th and 41st letters are the two of one digraph.
const LONG: &str = "Dr Aleksandra Petrović-Đurđević Kostandinović";

pub(super) fn person(draw: &mut Draw) -> String {
    format!("{} {}", draw.pick(GIVEN), draw.pick(FAMILIES))
}

pub(super) fn firm(draw: &mut Draw) -> String {
    format!("{} {} DOO", draw.pick(FIRMS), draw.pick(FAMILIES))
}

/// Longer than its columns, which end between the `l` and the `j` of one letter.
pub(super) fn cut() -> String {
    let kept: String = LONG.chars().take(39).collect();
    format!("{kept}ljević")
}

pub(super) fn address(draw: &mut Draw) -> String {
    format!("{} {}/{}", draw.pick(STREETS), draw.between(1, 220), draw.between(1, 60))
}

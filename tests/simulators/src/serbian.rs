//! Names as they occur in Serbia, in Latin: with every letter that its code pages and alphabets disagree about.

pub(crate) const FAMILIES: &[&str] = &[
    "Jovanović",
    "Petrović",
    "Đukić",
    "Ljubičić",
    "Njegovan",
    "Čolić",
    "Šarčević",
    "Živković",
    "Džinić",
    "Hadžić",
    "Stanković",
    "Popov",
    "Vukčević",
    "Radonjić",
    "Kovač",
];
pub(crate) const FIRMS: &[&str] =
    &["Pekara Ljubav", "Mlin Žitko", "Staklara Đerdap", "Auto-servis Džin", "Apoteka Šljiva"];

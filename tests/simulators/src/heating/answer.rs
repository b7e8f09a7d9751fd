//! `ack/`: what the billing system answers to what the hub wrote.

use std::{fs, io, path::Path};

use super::{
    customer::Population,
    sealed::{Sealed, measure, seal, seal_of},
};

/// How the billing system answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answering {
    refused: Vec<(String, String)>,
    only: Option<String>,
}

impl Answering {
    /// Every row of a known customer is taken over.
    pub fn plainly() -> Self {
        Self::default()
    }

    /// Rows of this customer are refused with a code (`ODBIJENO`, `FORMAT`).
    #[must_use]
    pub fn refusing(mut self, customer: &str, code: &str) -> Self {
        self.refused.push((customer.to_owned(), code.to_owned()));
        self
    }

    /// Only files of a kind (`DOST`, `ZAHT`) are answered.
    #[must_use]
    pub fn only(self, prefix: &str) -> Self {
        Self { only: Some(prefix.to_owned()), ..self }
    }
}

pub(super) fn acknowledge(
    inbox: &Path,
    ack: &Path,
    population: Population,
    answering: &Answering,
) -> io::Result<Vec<String>> {
    let mut names: Vec<String> = fs::read_dir(inbox)?
        .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()))
        .collect::<io::Result<_>>()?;
    names.sort();
    names.retain(|name| name.ends_with(".csv"));
    let mut answered = Vec::new();
    for name in names {
        let (path, answer) = (inbox.join(&name), ack.join(&name));
        let wanted = answering.only.as_ref().is_none_or(|prefix| name.starts_with(prefix));
        if !wanted || !seal_of(&path).is_file() || seal_of(&answer).is_file() {
            continue;
        }
        let sealed = fs::read_to_string(seal_of(&path))?;
        if sealed.trim_end() != measure(&path)? {
            continue;
        }
        let text = fs::read(&path)?;
        let (text, _, _) = encoding_rs::WINDOWS_1250.decode(&text);
        let mut file = Sealed::create(answer)?;
        file.line(b"red;korisnik;odgovor")?;
        for (index, row) in text.lines().skip(1).enumerate() {
            file.line(reply(index + 1, row, population, answering).as_bytes())?;
        }
        let (path, content) = file.finish()?;
        seal(&path, &content)?;
        answered.push(name);
    }
    Ok(answered)
}

fn reply(number: usize, row: &str, population: Population, answering: &Answering) -> String {
    let fields: Vec<&str> = row.split(';').collect();
    let customer = match fields.as_slice() {
        [customer, "P" | "E", day] if day.len() == 8 => customer,
        [_, customer, "PITANJE" | "PRIMEDBA" | "REKLAMACIJA" | "PROMENA", text] if !text.is_empty() => customer,
        _ => return format!("{number};{};FORMAT", fields.first().copied().unwrap_or_default()),
    };
    let refused = answering.refused.iter().find(|(of, _)| of == customer).map(|(_, code)| code.as_str());
    let unknown = population.by_number(customer).is_none().then_some("KORISNIK_NEPOZNAT");
    format!("{number};{customer};{}", refused.or(unknown).unwrap_or("OK"))
}

//! The folders, and what is left in them over night.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    answer::{self, Answering},
    archive,
    bill::Bill,
    bill_files,
    customer::Population,
    customer_file,
    flaw::Flaw,
    night::{FileKind, Night},
    payment_file,
    sealed::{measure, seal, seal_of},
};
use crate::month::Month;

/// The billing system's end of an exchange of files: `out/`, which the hub reads, `in/`, which it writes, and `ack/`.
#[derive(Debug, Clone)]
pub struct HeatingExchange {
    folder: PathBuf,
    population: Population,
}

impl HeatingExchange {
    /// Makes the three folders where they are not there yet.
    pub fn create(folder: impl Into<PathBuf>, population: Population) -> io::Result<Self> {
        let exchange = Self { folder: folder.into(), population };
        for folder in [exchange.out(), exchange.inbox(), exchange.ack()] {
            fs::create_dir_all(folder)?;
        }
        Ok(exchange)
    }

    /// Who the customers are.
    pub fn population(&self) -> Population {
        self.population
    }

    /// What the billing system leaves for the hub.
    pub fn out(&self) -> PathBuf {
        self.folder.join("out")
    }

    /// What the hub leaves for the billing system.
    pub fn inbox(&self) -> PathBuf {
        self.folder.join("in")
    }

    /// What the billing system answers to it.
    pub fn ack(&self) -> PathBuf {
        self.folder.join("ack")
    }

    /// Writes the files of a set, each with its `.ok`. A set that was written before is sent again.
    pub fn write(&self, night: &Night) -> io::Result<()> {
        let has_bills = !night.bills.is_empty() || night.corrections.is_some();
        for kind in FileKind::ALL {
            let path = self.out().join(night.file_name(kind));
            let written = match kind {
                _ if night.without.contains(&kind) => continue,
                FileKind::Customers => match night.customers {
                    Some(who) => customer_file::write(path, night, who, self.population)?,
                    None => continue,
                },
                FileKind::Bills if has_bills => bill_files::write_bills(path, night, self.population)?,
                FileKind::Lines if has_bills => bill_files::write_lines(path, night, self.population)?,
                FileKind::Payments if night.payments => payment_file::write(path, night, self.population)?,
                _ => continue,
            };
            let (path, content) = written;
            let flaws = night.flaws.of(kind);
            if flaws.contains(&Flaw::LateOk) {
                continue;
            }
            seal(&path, &spoiled(&content, &flaws))?;
        }
        Ok(())
    }

    /// Writes the `.ok` of a file in `out/` that came late.
    pub fn seal(&self, name: &str) -> io::Result<()> {
        let path = self.out().join(name);
        seal(&path, &measure(&path)?)
    }

    /// Takes the `.ok` of a file in `out/` away, as the billing system does before it sends the file again.
    pub fn unseal(&self, name: &str) -> io::Result<()> {
        fs::remove_file(seal_of(&self.out().join(name)))
    }

    /// Writes the archives of a month: all bills that have a PDF, one archive per municipality. Their names are returned.
    pub fn write_documents(&self, period: Month) -> io::Result<Vec<String>> {
        archive::write(&self.out(), self.population, period, 1, 0, &|_| true)
    }

    /// Writes further archives of a month with other prints of the bills that `selected` takes.
    pub fn write_more_documents(
        &self,
        period: Month,
        number: u16,
        selected: impl Fn(&Bill) -> bool,
    ) -> io::Result<Vec<String>> {
        archive::write(&self.out(), self.population, period, number, u32::from(number) - 1, &selected)
    }

    /// The PDF of a bill as the archives hold it.
    pub fn document(bill: &Bill) -> Vec<u8> {
        archive::print(bill)
    }

    /// Answers every file in `in/` that is complete and not answered yet; their names are returned.
    pub fn acknowledge(&self, answering: &Answering) -> io::Result<Vec<String>> {
        answer::acknowledge(&self.inbox(), &self.ack(), self.population, answering)
    }

    /// The folder that holds the three.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

fn spoiled(content: &str, flaws: &[Flaw]) -> String {
    let (bytes, digest) = content.split_once(';').expect("both were just measured");
    if flaws.contains(&Flaw::WrongSize) {
        return format!("{bytes}0;{digest}");
    }
    if flaws.contains(&Flaw::WrongOk) {
        return format!("{bytes};{}", digest.chars().rev().collect::<String>());
    }
    content.to_owned()
}

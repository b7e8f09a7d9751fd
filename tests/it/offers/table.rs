//! The table, read from the file beside.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use serde::Deserialize;

/// `table.toml`.
pub(super) static TABLE: LazyLock<Table> =
    LazyLock::new(|| toml::from_str(include_str!("table.toml")).expect("the table has its form"));

/// Interfaces by providers.
#[derive(Debug, Deserialize)]
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Row>,
}

/// A provider.
#[derive(Debug, Deserialize)]
pub(super) struct Column {
    pub(super) provider: String,
    pub(super) title: String,
    pub(super) adapter: String,
}

/// What can be offered.
#[derive(Debug, Deserialize)]
pub(super) struct Row {
    pub(super) title: String,
    pub(super) interfaces: Vec<String>,
    pub(super) cells: BTreeMap<String, String>,
}

/// What a cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell {
    /// The adapter exports it.
    Exported,
    /// The adapter exports `files`, and the hub answers out of them.
    ByFiles,
    /// The hub takes it from something else that is there.
    Derived,
    /// Nobody has it.
    Empty,
}

impl Row {
    pub(super) fn text(&self, provider: &str) -> &str {
        self.cells.get(provider).map_or("", String::as_str)
    }

    pub(super) fn cell(&self, provider: &str) -> Cell {
        match self.text(provider) {
            "" => Cell::Empty,
            text if text.starts_with('✓') => Cell::Exported,
            text if text.contains("by files") => Cell::ByFiles,
            _ => Cell::Derived,
        }
    }
}

impl Table {
    /// The interfaces that an adapter exports, as the table has it.
    pub(super) fn exported<'a>(&'a self, provider: &'a str) -> BTreeSet<&'a str> {
        let files = self.rows.iter().any(|row| row.cell(provider) == Cell::ByFiles).then_some("files");
        self.interfaces(provider, |cell| cell == Cell::Exported).chain(files).collect()
    }

    /// The interfaces that customers of a provider can use, wherever the hub takes them from.
    pub(super) fn offered<'a>(&'a self, provider: &'a str) -> BTreeSet<&'a str> {
        self.interfaces(provider, |cell| cell != Cell::Empty).collect()
    }

    /// The capabilities that portals are told of: what they can use and what the adapter exports. What changes in bulk is
    /// the hub's business where the adapter has no feed of its own.
    pub(super) fn told<'a>(&'a self, provider: &'a str) -> BTreeSet<&'a str> {
        let exported = self.exported(provider);
        let usable = self.offered(provider).into_iter().filter(|interface| *interface != "changes");
        usable.chain(exported.iter().copied()).collect()
    }

    /// The interfaces that nobody has for a provider's customers.
    pub(super) fn empty<'a>(&'a self, provider: &'a str) -> Vec<&'a str> {
        self.interfaces(provider, |cell| cell == Cell::Empty).collect()
    }

    fn interfaces<'a>(&'a self, provider: &'a str, means: impl Fn(Cell) -> bool + 'a) -> impl Iterator<Item = &'a str> {
        let rows = self.rows.iter().filter(move |row| means(row.cell(provider)));
        rows.flat_map(|row| row.interfaces.iter().map(String::as_str))
    }
}

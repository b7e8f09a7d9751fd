//! A settings file of `deploy/settings` on its way into the world: changed where the world differs from the example.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use toml::{Table, Value};

/// A file that is being changed.
#[derive(Debug)]
pub struct SettingsFile {
    name: String,
    /// What the file says.
    pub table: Table,
    folder: PathBuf,
}

impl SettingsFile {
    /// The example `name`.toml of `deploy/settings`, to be written into `folder`.
    pub fn example(name: &str, folder: &Path) -> anyhow::Result<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../settings").join(name).with_extension("toml");
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let table = text.parse().with_context(|| path.display().to_string())?;
        Ok(Self { name: name.to_owned(), table, folder: folder.to_owned() })
    }

    /// Sets a value deep in the file, making the tables on the way.
    pub fn set(&mut self, path: &[&str], value: impl Into<Value>) {
        set(&mut self.table, path, value);
    }

    /// Takes over every value of `changes`, at its place.
    pub fn change(&mut self, changes: &Table) {
        merge(&mut self.table, changes);
    }

    /// The first table of a list of tables, such as `["grant", "credentials"]`.
    pub fn first(&mut self, path: &[&str]) -> anyhow::Result<&mut Table> {
        let found = path.split_first().and_then(|(first, rest)| {
            let start = self.table.get_mut(*first)?;
            rest.iter().try_fold(start, |here, part| here.get_mut(*part))?.get_mut(0)?.as_table_mut()
        });
        found.with_context(|| format!("{} has no list {}", self.name, path.join(".")))
    }

    /// Writes a secret where the example says that it is: `secrets/` and the file's name.
    pub fn write_secret(&self, secret: &str) -> anyhow::Result<()> {
        self.write_secret_for("", secret)
    }

    /// Writes another secret: `secrets/`, the file's name, and what it is for behind it.
    pub fn write_secret_for(&self, purpose: &str, secret: &str) -> anyhow::Result<()> {
        let folder = self.folder.join("secrets");
        fs::create_dir_all(&folder)?;
        Ok(fs::write(folder.join(format!("{}{purpose}", self.name)), secret)?)
    }

    /// The tables of a list of tables, such as `["provider", "payment_channels"]`.
    pub fn tables(&mut self, path: &[&str]) -> Vec<&mut Table> {
        let found = path.split_first().and_then(|(first, rest)| {
            let start = self.table.get_mut(*first)?;
            rest.iter().try_fold(start, |here, part| here.get_mut(*part))?.as_array_mut()
        });
        found.into_iter().flatten().filter_map(Value::as_table_mut).collect()
    }

    /// Puts the documents that the example names beside the file.
    pub fn write_documents(&self) -> anyhow::Result<()> {
        let documents = self.table.get("provider").and_then(|provider| provider.get("documents"));
        let documents = documents.and_then(Value::as_array).into_iter().flatten();
        for name in documents.filter_map(|document| document.get("file")?.as_str()) {
            let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../settings").join(name);
            let to = self.folder.join(name);
            fs::create_dir_all(to.parent().unwrap_or(&self.folder))?;
            fs::copy(&from, &to).with_context(|| from.display().to_string())?;
        }
        Ok(())
    }

    /// Writes the file.
    pub fn write(&self) -> anyhow::Result<()> {
        write_table(&self.folder.join(&self.name).with_extension("toml"), &self.table)
    }
}

fn merge(table: &mut Table, changes: &Table) {
    for (key, value) in changes {
        match (table.get_mut(key), value) {
            (Some(Value::Table(inner)), Value::Table(changes)) => merge(inner, changes),
            _ => drop(table.insert(key.clone(), value.clone())),
        }
    }
}

/// Sets a value deep in a table, making the tables on the way.
pub(crate) fn set(table: &mut Table, path: &[&str], value: impl Into<Value>) {
    let (last, way) = path.split_last().expect("a path has a last part");
    let mut here = table;
    for part in way {
        let next = here.entry(*part).or_insert_with(|| Value::Table(Table::new()));
        here = next.as_table_mut().expect("the way leads through tables");
    }
    here.insert((*last).to_owned(), value.into());
}

pub(crate) fn write_table(path: &Path, table: &Table) -> anyhow::Result<()> {
    fs::write(path, toml::to_string_pretty(table)?).with_context(|| path.display().to_string())
}

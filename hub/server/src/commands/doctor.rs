//! `komunala doctor`: everything that `serve` needs, looked at one by one, and nothing started.

use std::{fmt::Display, path::Path};

use anyhow::bail;
use komunala_store::Store;

use crate::{Configuration, settings::Settings, start};

pub(super) async fn run(path: &Path) -> anyhow::Result<()> {
    let mut report = Report::default();
    let configuration = report.check("configuration", Configuration::read(path));
    if let Some(configuration) = configuration {
        report.check("root secret", configuration.secrets.root.read(&configuration.base));
        if let Some(settings) =
            report.check("settings files", Settings::read(&configuration.base, &configuration.settings))
        {
            report.check("tenants and providers", start::directory(&settings));
            report.check("adapters", start::load_adapters(&configuration, &settings, None).await);
        }
        report.check("database and documents", Store::connect(&start::store_settings(&configuration)).await);
    }
    super::print(&report.text)?;
    match report.wrong {
        0 => Ok(()),
        wrong => bail!("{wrong} of the above must be put right before the hub can serve"),
    }
}

#[derive(Default)]
struct Report {
    text: String,
    wrong: usize,
}

impl Report {
    fn check<T, E: Display>(&mut self, what: &str, result: Result<T, E>) -> Option<T> {
        match result {
            Ok(value) => {
                self.text += &format!("ok     {what}\n");
                Some(value)
            }
            Err(error) => {
                self.wrong += 1;
                self.text += &format!("wrong  {what}: {error}\n");
                None
            }
        }
    }
}

//! Where secrets are looked for.

use std::{fs, path::Path};

use anyhow::{Context, ensure};
use base64::Engine as _;
use komunala_demo::WorldSettings;

use super::planted::Secret;

/// Texts by where they are from.
pub(super) struct Places(Vec<(&'static str, String)>);

const DATABASES: [&str; 2] = ["the database", "the key store"];

impl Places {
    pub(super) async fn new(
        settings: &WorldSettings,
        log: &Path,
        spans: Vec<String>,
        told: &[String],
    ) -> anyhow::Result<Self> {
        let mut places = vec![
            ("the log", fs::read_to_string(log)?),
            ("the spans", spans.join("\n")),
            ("what was told", told.join("\n")),
        ];
        for (place, file, url) in [
            (DATABASES[0], "komunala.db", settings.database_url.as_deref()),
            (DATABASES[1], "keys.db", settings.configuration.get("keys").and_then(|keys| keys["url"].as_str())),
        ] {
            places.push((
                place,
                match url {
                    Some(url) => komunala_test_postgres::dump(url).await?,
                    None => files(&settings.dir, file)?,
                },
            ));
        }
        Ok(Self(places))
    }

    /// A place in which nothing is found because nothing is there says nothing.
    pub(super) fn were_written_to(&self) -> anyhow::Result<()> {
        for (place, witness) in [
            ("the log", "\"level\":\"TRACE\""),
            ("the spans", "ListInvoices"),
            ("what was told", "CUSTOMER_NOT_PROVEN"),
            ("the database", "confirm_email"),
            ("the key store", "m0001_subjects"),
        ] {
            let text = self.0.iter().find(|(name, _)| *name == place).context("no such place")?;
            ensure!(text.1.contains(witness), "{place} holds no {witness}");
        }
        Ok(())
    }

    /// Says where a secret stands.
    pub(super) fn holding(&self, secret: &Secret) -> Vec<String> {
        let places = self.0.iter().filter(|(place, _)| !(secret.is_copied && *place == DATABASES[0]));
        places
            .filter_map(|(place, text)| {
                let around = forms(&secret.value).iter().find_map(|form| around(text, form))?;
                Some(format!("{} stands in {place}: {around}", secret.what))
            })
            .collect()
    }
}

/// A value as it may be written.
fn forms(value: &str) -> Vec<String> {
    vec![
        value.to_owned(),
        hex::encode(value),
        base64::engine::general_purpose::STANDARD.encode(value),
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value),
    ]
}

/// What stands around a value. A number of another length is another one: digits of a time are no code.
fn around(text: &str, value: &str) -> Option<String> {
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
    let is_whole = |at: usize| {
        let before = text[..at].chars().next_back();
        let after = text[at + value.len()..].chars().next();
        !is_number || ![before, after].into_iter().flatten().any(|c| c.is_ascii_alphanumeric())
    };
    let at = text.match_indices(value).map(|(at, _)| at).find(|at| is_whole(*at))?;
    let before: String = text[..at].chars().rev().take(80).collect();
    let after: String = text[at..].chars().take(value.len() + 80).collect();
    Some(before.chars().rev().chain(after.chars()).collect())
}

/// The bytes of an SQLite database, what is still in its journal included.
fn files(dir: &Path, name: &str) -> anyhow::Result<String> {
    let mut bytes = fs::read(dir.join(name))?;
    bytes.extend(fs::read(dir.join(format!("{name}-wal"))).unwrap_or_default());
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

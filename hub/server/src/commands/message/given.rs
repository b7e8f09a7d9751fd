//! Whose letters are looked at: a provider out of settings files, or nobody in particular.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use komunala_app::ports::workshop::Settled;
use komunala_domain::{Language, LetterTexts, Provider, ProviderId};

use crate::settings::{Paths, Read, SmsSection};

/// Whose letters are looked at.
pub(super) struct Sender {
    pub(super) name: String,
    pub(super) texts: LetterTexts,
    /// How it writes to phones, if it does.
    pub(super) phones: Option<SmsSection>,
    /// Of these the letters are shown where nobody asks for one.
    pub(super) languages: Vec<Language>,
}

/// The hub's own words, from a provider that does not exist.
pub(super) fn nobody() -> Sender {
    let (name, languages) = ("Example".to_owned(), vec![Language::English]);
    Sender { name, texts: LetterTexts::default(), phones: None, languages }
}

/// The provider that is asked for, or the only one that there is.
pub(super) fn sender(files: &[PathBuf], wanted: Option<&ProviderId>) -> anyhow::Result<Sender> {
    let mut providers = Vec::new();
    for file in files {
        providers.extend(read(file)?);
    }
    let ids = || providers.iter().map(|(provider, _)| provider.id.to_string()).collect::<Vec<_>>().join(", ");
    let found = match (wanted, providers.as_slice()) {
        (Some(wanted), providers) => providers.iter().find(|(provider, _)| provider.id == *wanted),
        (None, [only]) => Some(only),
        (None, []) => bail!("no file has a [provider]"),
        (None, _) => bail!("the files have several providers, name one with --provider: {}", ids()),
    };
    let (provider, phones) =
        found.with_context(|| format!("no file has the provider asked for; there is {}", ids()))?;
    Ok(Sender {
        name: provider.display_name.clone(),
        texts: provider.letter_texts.clone(),
        phones: phones.clone(),
        languages: provider.languages.clone(),
    })
}

/// The provider of a file and how it writes to phones, after the same checks as when it is applied, but for its adapter.
fn read(file: &Path) -> anyhow::Result<Option<(Provider, Option<SmsSection>)>> {
    let name = file.display();
    let text = std::fs::read_to_string(file).with_context(|| name.to_string())?;
    let settled = Read::parse(&text, &Paths::of_file(file)).and_then(|read| Ok((read.settled()?, read)));
    match settled {
        Ok((Settled::Provider(settings), Read::Provider(file))) => {
            Ok(Some((settings.provider.as_ref().clone(), file.provider.sms)))
        }
        Ok(_) => Ok(None),
        Err(problems) => {
            let lines: Vec<String> = problems.iter().map(|problem| format!("{name}: {problem}")).collect();
            bail!("the settings cannot be used\n{}", lines.join("\n"))
        }
    }
}

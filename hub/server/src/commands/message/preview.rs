//! `komunala message preview`.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use komunala_app::ports::letters::{Letter, Letters as _};
use komunala_domain::{Language, ProviderId};
use komunala_rendering::{KnownLetter, KnownText, TemplateLetters};

use super::{
    given::{self, Sender},
    phones,
};

/// What to look at.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Without --settings the hub's own words are shown. With a provider's settings file its own texts, [provider.texts.LETTER.LANGUAGE], \
take their place; a text that is wrong is named with its file, letter, language and line. A letter in a language that has no \
own text is shown in the hub's words. With --sms it is the texts for phones, [provider.sms.texts.TEXT], each as it is sent and \
with the number of segments that the gateway bills.

Examples:
  komunala message preview --list
  komunala message preview confirm_email --language sr-Latn
  komunala message preview reading_taken --settings settings/gas.toml
  komunala message preview --settings settings/*.toml --provider gas --out letters
  komunala message preview --sms outage_announced --settings settings/grid.toml")]
pub(in crate::commands) struct Preview {
    /// The letter or text; every one where it is left out
    letter: Option<String>,
    /// Texts for phones in place of letters
    #[arg(long, conflicts_with_all = ["out", "html"])]
    sms: bool,
    /// List the letters or texts, and the values that they may name
    #[arg(long, conflicts_with_all = ["letter", "out", "html", "settings"])]
    list: bool,
    /// Settings files of providers
    #[arg(long, value_name = "FILE", num_args = 1..)]
    settings: Vec<PathBuf>,
    /// Whose letters, where the files have several providers
    #[arg(long, value_name = "ID", requires = "settings")]
    provider: Option<ProviderId>,
    /// In which language: sr-Latn, sr-Cyrl, uk, sl or en; otherwise in all of the provider's
    #[arg(long, value_name = "TAG")]
    language: Option<Language>,
    /// Write each letter into this folder: .txt, .html, and .eml for a mail program
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Print the HTML in place of the text
    #[arg(long, conflicts_with = "out")]
    html: bool,
}

pub(super) fn run(preview: &Preview) -> anyhow::Result<()> {
    if preview.list {
        return crate::commands::print(&list(preview.sms));
    }
    let sender = match preview.settings.as_slice() {
        [] => given::nobody(),
        files => given::sender(files, preview.provider.as_ref())?,
    };
    let languages = preview.language.map_or_else(|| sender.languages.clone(), |language| vec![language]);
    if preview.sms {
        return crate::commands::print(&phones::report(preview.letter.as_deref(), &languages, &sender)?);
    }
    let wanted = match &preview.letter {
        None => KnownLetter::all(),
        Some(name) => match KnownLetter::find(name) {
            Some(letter) => vec![letter],
            None => bail!("there is no letter `{name}`; `komunala message preview --list` names them all"),
        },
    };
    let letters = TemplateLetters::new();
    let mut report = String::new();
    for &letter in &wanted {
        for &language in &languages {
            let written = letters.write(&sender.texts, language, &letter.sample(&sender.name))?;
            let shown = Shown { letter, language, written };
            match &preview.out {
                Some(folder) => report += &shown.keep(folder, &sender)?,
                None => report += &shown.printed(&sender, preview.html),
            }
        }
    }
    crate::commands::print(&report)
}

/// A letter in a language.
struct Shown {
    letter: KnownLetter,
    language: Language,
    written: Letter,
}

impl Shown {
    fn title(&self, sender: &Sender) -> String {
        let own = sender.texts.get(self.letter.name(), self.language).is_some();
        let whose = if own { "own words" } else { "the hub's words" };
        format!("{}, {}: {}, {whose}", self.letter.name(), self.language.tag(), sender.name)
    }

    fn printed(&self, sender: &Sender, html: bool) -> String {
        let Letter { subject, text, html: markup } = &self.written;
        if html {
            return format!("{markup}\n");
        }
        let title = self.title(sender);
        format!("── {title} ──\nSubject: {subject}\n\n{text}\n")
    }

    /// Writes the letter's files; answers what is told of it.
    fn keep(&self, folder: &Path, sender: &Sender) -> anyhow::Result<String> {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        let Letter { subject, text, html } = &self.written;
        let images: Vec<_> = self.letter.picture().into_iter().collect();
        // a browser has the picture within the page
        let html = images.iter().fold(html.clone(), |html, image| {
            let bytes = STANDARD.encode(&image.bytes);
            html.replace(&format!("cid:{}", image.content_id), &format!("data:{};base64,{bytes}", image.media_type))
        });
        let now = Timestamp::now();
        let mail = komunala_delivery::message::unsent(&self.written, images, &sender.name, self.language, now)?;
        let text = format!("Subject: {subject}\n\n{text}");
        let stem = folder.join(format!("{}.{}", self.letter.name(), self.language.tag()));
        let forms = [("txt", text.as_bytes()), ("html", html.as_bytes()), ("eml", mail.as_slice())];
        for (ending, bytes) in forms {
            let file = PathBuf::from(format!("{}.{ending}", stem.display()));
            std::fs::write(&file, bytes).with_context(|| file.display().to_string())?;
        }
        Ok(format!("{}.{{txt,html,eml}}  {}\n", stem.display(), self.title(sender)))
    }
}

fn list(of_phones: bool) -> String {
    let names: Vec<(&str, &[&str])> = match of_phones {
        true => KnownText::all().into_iter().map(|text| (text.name(), text.placeholders())).collect(),
        false => KnownLetter::all().into_iter().map(|letter| (letter.name(), letter.placeholders())).collect(),
    };
    let mut list = String::new();
    for (name, values) in names {
        writeln!(list, "{name:<20} {}", values.join(", ")).expect("a string takes everything");
    }
    list
}

//! Texts for phones, as they are sent.

use std::fmt::Write as _;

use anyhow::bail;
use komunala_app::ports::Texts as _;
use komunala_domain::{Language, PhoneTexts};
use komunala_rendering::{KnownText, TemplateLetters};
use komunala_sms::{Coding, Segments};

use super::given::Sender;

/// The text of this name, or every one, in these languages.
pub(super) fn report(wanted: Option<&str>, languages: &[Language], sender: &Sender) -> anyhow::Result<String> {
    let wanted = match wanted {
        None => KnownText::all(),
        Some(name) => match KnownText::find(name) {
            Some(text) => vec![text],
            None => bail!("there is no text `{name}`; `komunala message preview --sms --list` names them all"),
        },
    };
    let own = sender.phones.as_ref().map_or_else(PhoneTexts::default, |phones| phones.own_texts());
    let letters = TemplateLetters::new();
    let mut report = String::new();
    for &text in &wanted {
        for &language in languages {
            let said = letters.say(&own, language, &text.sample(&sender.name))?;
            let said = match &sender.phones {
                Some(phones) => phones.as_sent(language, said),
                None => said,
            };
            let whose = if own.get(text.name(), language).is_some() { "own words" } else { "the hub's words" };
            let (name, tag, segments) = (text.name(), language.tag(), segments(&said));
            writeln!(report, "── {name}, {tag}: {}, {whose}, {segments} ──\n{said}\n", sender.name)
                .expect("a string takes everything");
        }
    }
    Ok(report)
}

/// What the gateway bills.
fn segments(text: &str) -> String {
    let Segments { coding, count } = Segments::of(text);
    let letters = match coding {
        Coding::Gsm7 => "letters of GSM",
        Coding::Ucs2 => "UCS-2",
    };
    format!("{count} segment{} of {letters}", if count == 1 { "" } else { "s" })
}

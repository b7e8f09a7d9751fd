//! Short texts from templates: one line each, a file for every text in every language; or in a provider's own words.

mod known;
mod own;
mod sources;

use komunala_app::ports::{
    Texts,
    inbox::TextReply,
    letters::{CodeLetter, LetterError, OutageLetter, ReadingLetter},
    texts::TextContent,
};
use komunala_domain::{Language, PhoneTexts, PointNumber, reading::RegisterState};
use minijinja::{Value, context};

pub(crate) use self::sources::all;
pub use self::{known::KnownText, own::text_in_latin};
use crate::{
    TemplateLetters,
    days::day,
    letters::{number, template_error, time},
    line::line,
};

/// The longest provider's name in a text, in characters: the whole has 160 in one segment.
const MAX_PROVIDER_NAME: usize = 40;

/// How many supply points are named in a text.
const MAX_POINTS: usize = 3;

/// The longest reason of an outage in a text, in characters; the hub's own words leave it out.
const MAX_REASON: usize = 60;

/// The longest serial number in a text, in characters.
const MAX_SERIAL_NUMBER: usize = 24;

/// The longest example of how to write, and the longest word that confirms, in characters.
const MAX_EXAMPLE: usize = 120;
const MAX_WORD: usize = 12;

/// The longest text, in characters: four segments of Cyrillic.
const LONGEST: usize = 268;

impl Texts for TemplateLetters {
    fn say(&self, own: &PhoneTexts, language: Language, content: &TextContent<'_>) -> Result<String, LetterError> {
        let (name, values) = (file(content), values(language, content));
        let known = known::of(content);
        if let Some(source) = own.get(known.name(), language) {
            let said = own::named(known, language, &values).and_then(|values| self.own().passage(source, &values));
            match said.map(|said| said.map(|said| line(&said, LONGEST)).filter(|said| !said.is_empty())) {
                Ok(Some(said)) => return Ok(said),
                // it was checked when it was applied; whoever waits for the text is no part of what went wrong since
                Ok(None) => tracing::error!(text = known.name(), language = language.tag(), "an own text says nothing"),
                Err(error) => {
                    let detail = template_error(&error);
                    tracing::error!(text = known.name(), language = language.tag(), %detail, "an own text failed");
                }
            }
        }
        let tag = language.tag();
        let written = self
            .templates()
            .get_template(&format!("texts/{tag}/{name}.txt"))
            .and_then(|template| template.render(context! { lang => tag, ..values }));
        match written {
            Ok(text) => Ok(line(&text, LONGEST)),
            Err(error) => Err(LetterError { letter: name, language, detail: template_error(&error) }),
        }
    }
}

/// The template that says this.
fn file(content: &TextContent<'_>) -> &'static str {
    match content {
        TextContent::Outage(_) => "outage",
        TextContent::ConfirmSubscription(..) => "confirm_subscription",
        TextContent::ReadingTaken(_) => "reading_taken",
        TextContent::ReadingRefused(_) => "reading_refused",
        TextContent::Reply { reply, .. } => reply_name(*reply),
    }
}

/// What it is filled with.
fn values(language: Language, content: &TextContent<'_>) -> Value {
    match content {
        TextContent::Outage(outage) => of_outage(language, outage),
        TextContent::ConfirmSubscription(letter, points) => of_code(letter, points),
        TextContent::ReadingTaken(reading) | TextContent::ReadingRefused(reading) => of_reading(language, reading),
        TextContent::Reply { provider_name, example, confirm, .. } => {
            let provider_name = line(provider_name, MAX_PROVIDER_NAME);
            let (example, confirm) = (line(example, MAX_EXAMPLE), line(confirm, MAX_WORD));
            context! { provider_name, example, confirm }
        }
    }
}

fn of_outage(language: Language, outage: &OutageLetter<'_>) -> Value {
    context! {
        provider_name => line(outage.provider_name, MAX_PROVIDER_NAME),
        said => outage.news.word(),
        from_day => day(language, outage.start.date()),
        from_time => time(outage.start.time()),
        to_day => outage.end.map(|end| day(language, end.date())),
        to_time => outage.end.map(|end| time(end.time())),
        reason => outage.reason.map(|reason| line(reason, MAX_REASON)),
        points => named(outage.points),
        more => outage.points.len().checked_sub(MAX_POINTS).filter(|more| *more > 0),
    }
}

fn of_code(letter: &CodeLetter<'_>, points: &[PointNumber]) -> Value {
    context! {
        provider_name => line(letter.provider_name, MAX_PROVIDER_NAME),
        code => letter.code,
        points => named(points),
        minutes => letter.minutes,
    }
}

fn named(points: &[PointNumber]) -> Vec<String> {
    points.iter().take(MAX_POINTS).map(ToString::to_string).collect()
}

fn reply_name(reply: TextReply) -> &'static str {
    match reply {
        TextReply::HowTo => "how_to",
        TextReply::NoReadingsToday => "no_readings_today",
        TextReply::ReadingLower => "reading_lower",
        TextReply::ReadingWrong => "reading_wrong",
        TextReply::ReadingUnusual => "reading_unusual",
        TextReply::ReadingRefused => "reading_not_taken",
        TextReply::SignedUp => "signed_up",
        TextReply::SignedOff => "signed_off",
        TextReply::TooManyPoints => "too_many_points",
    }
}

fn of_reading(language: Language, reading: &ReadingLetter<'_>) -> Value {
    let is_one = reading.registers.len() == 1;
    let state = |state: &RegisterState| match is_one {
        // where a meter has one register its code says nothing
        true => number(language, state.value),
        false => format!("{} {}", state.code, number(language, state.value)),
    };
    let states: Vec<_> = reading.registers.iter().map(state).collect();
    context! {
        provider_name => line(reading.provider_name, MAX_PROVIDER_NAME),
        serial_number => line(reading.serial_number, MAX_SERIAL_NUMBER),
        day => day(language, reading.day),
        states => line(&states.join(", "), 100),
    }
}

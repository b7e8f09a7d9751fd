//! Letters from templates: every letter as text and as HTML, in every language.
//!
//! A language has one file per letter, which holds its words as blocks and serves both forms; the shapes that the
//! words go into are the same for all languages. Values are escaped in HTML and left alone in text; a value that a
//! template asks for and does not get is an error.

mod bill;
mod figures;
mod known;
pub(crate) mod own;
mod plural;
pub(crate) mod samples;
mod sources;
pub(crate) mod transliteration;
mod value;

use komunala_app::ports::letters::{Letter, LetterContent, LetterError, Letters, News};
use komunala_domain::{Language, LetterText, LetterTexts, PointNumber, reading::RegisterState};
use minijinja::{Environment, Value, context};

pub(crate) use self::figures::{number, time};
use self::{
    own::{OwnWords, Paragraph, Placeholders},
    value::{groups, salutation, web_address},
};
use crate::{days::day, line::line, templates::environment, texts};

pub use known::{KnownLetter, in_latin};
pub use own::{TextFault, TextPart, TextProblem};

/// The letters of the hub, and its short texts.
pub struct TemplateLetters {
    templates: Environment<'static>,
    own: OwnWords,
}

impl TemplateLetters {
    /// Reads the templates that the hub is built with.
    #[allow(clippy::new_without_default, reason = "it parses every template: not something to do in passing")]
    pub fn new() -> Self {
        let mut templates = environment();
        templates.add_filter("plural", plural::plural);
        for (name, source) in sources::all().chain(texts::all()) {
            templates.add_template_owned(name, source).expect("every template is parsed by the tests");
        }
        Self { templates, own: OwnWords::new() }
    }

    pub(crate) fn templates(&self) -> &Environment<'static> {
        &self.templates
    }

    pub(crate) fn own(&self) -> &OwnWords {
        &self.own
    }

    fn render(
        &self,
        form: &str,
        language: Language,
        letter: KnownLetter,
        values: Value,
    ) -> Result<Rendered, minijinja::Error> {
        let tag = language.tag();
        let template = self.templates.get_template(&format!("{tag}/{}.{form}", letter.name))?;
        let mut rendered = template.render_captured(context! {
            lang => tag,
            shape => format!("{}.{form}", letter.shape),
            automatic => format!("{tag}/automatic.{form}"),
            figures => self.figures(form, language, letter, &values)?,
            ..values
        })?;
        let subject = rendered.with_state_mut(|state| state.render_block("subject"))?;
        Ok(Rendered { subject, body: rendered.into_output() })
    }

    /// What stands in the middle of a bill's letter, whoever words the rest: its amounts, and all that it is paid by.
    fn figures(
        &self,
        form: &str,
        language: Language,
        letter: KnownLetter,
        values: &Value,
    ) -> Result<Option<Value>, minijinja::Error> {
        if letter.shape != "bill" {
            return Ok(None);
        }
        let words = self.templates.get_template(&format!("{}/bill.{form}", language.tag()))?;
        let shape = format!("bill_figures.{form}");
        let said = words.render(context! { lang => language.tag(), shape, ..values.clone() })?;
        Ok(Some(match form {
            "html" => Value::from_safe_string(said.trim().to_owned()),
            _ => Value::from(paragraphs(&said).trim()),
        }))
    }

    /// A letter in the hub's own words.
    fn in_our_words(
        &self,
        language: Language,
        letter: KnownLetter,
        values: &Value,
    ) -> Result<Letter, minijinja::Error> {
        let text = self.render("txt", language, letter, values.clone())?;
        let html = self.render("html", language, letter, values.clone())?;
        Ok(Letter { subject: line(&text.subject, usize::MAX), text: paragraphs(&text.body), html: html.body })
    }

    /// A letter in its provider's words.
    fn in_own_words(
        &self,
        language: Language,
        letter: KnownLetter,
        text: &LetterText,
        values: &Value,
    ) -> Result<Letter, minijinja::Error> {
        let figures = self.figures("txt", language, letter, values)?.map(|figures| figures.to_string());
        let named = Placeholders::of(language, letter, values, figures.as_deref())?;
        let said = self.own.say(text, &named.values)?;
        let markup = self.figures("html", language, letter, values)?;
        let figures = figures.as_deref().zip(markup.as_ref());
        let paragraph = |text| Paragraph { text, named: &named, figures }.value();
        let form = |form: &str| {
            self.templates.get_template(&format!("own.{form}"))?.render(context! {
                lang => language.tag(),
                automatic => format!("{}/automatic.{form}", language.tag()),
                subject => said.subject.clone(),
                greeting => said.greeting.clone(),
                paragraphs => said.paragraphs.iter().map(|text| paragraph(text)).collect::<Vec<_>>(),
                ..values.clone()
            })
        };
        Ok(Letter { subject: said.subject.clone(), text: paragraphs(&form("txt")?), html: form("html")? })
    }
}

struct Rendered {
    subject: String,
    body: String,
}

impl Letters for TemplateLetters {
    fn write(&self, own: &LetterTexts, language: Language, content: &LetterContent<'_>) -> Result<Letter, LetterError> {
        let letter = words(content);
        let failed = |detail: String| LetterError { letter: letter.name, language, detail };
        let values = values(language, content).map_err(|detail| failed(detail.to_owned()))?;
        if let Some(text) = own.get(known::of(content).name, language) {
            match self.in_own_words(language, letter, text, &values) {
                Ok(letter) => return Ok(letter),
                // it was checked when it was applied; whoever waits for the letter is no part of what went wrong since
                Err(error) => {
                    let detail = template_error(&error);
                    tracing::error!(letter = letter.name, language = language.tag(), %detail, "a provider's own text failed");
                }
            }
        }
        self.in_our_words(language, letter, &values).map_err(|error| failed(template_error(&error)))
    }
}

/// What is wrong and where; minijinja's own text may repeat values.
pub(crate) fn template_error(error: &minijinja::Error) -> String {
    format!("{} in {}:{}", error.kind(), error.name().unwrap_or("?"), error.line().unwrap_or_default())
}

fn words(content: &LetterContent<'_>) -> KnownLetter {
    let (name, shape) = match content {
        LetterContent::ConfirmEmail(_) => ("confirm_email", "code"),
        LetterContent::ResetPassword(_) => ("reset_password", "code"),
        LetterContent::ConfirmNewEmail(_) => ("confirm_new_email", "code"),
        LetterContent::ConfirmSubscription(..) => ("confirm_subscription", "code"),
        LetterContent::Outage(_) => ("outage", "outage"),
        LetterContent::ReadingTaken(_) => ("reading_taken", "reading"),
        LetterContent::ReadingRefused(_) => ("reading_refused", "reading"),
        LetterContent::Bill(_) => ("bill", "bill"),
        LetterContent::Notice { news, .. } => (notice(*news), "notice"),
    };
    KnownLetter { name, shape }
}

fn notice(news: News) -> &'static str {
    match news {
        News::EmailTaken => "email_taken",
        News::LinkSuspended => "link_suspended",
        News::CutOver => "cut_over",
        News::LinkedByAnother => "linked_by_another",
        News::SessionRevoked => "session_revoked",
        News::PasswordChanged => "password_changed",
        News::EmailChangeAsked => "email_change_asked",
        News::EmailChanged => "email_changed",
        News::AddressWanted => "address_wanted",
        News::AccountLinked => "account_linked",
        News::RequestAnswered => "request_answered",
        News::ProfileErased => "profile_erased",
        News::BackToPaper => "back_to_paper",
    }
}

/// The longest provider's name, in characters.
const MAX_PROVIDER_NAME: usize = 120;

/// The longest serial number, in characters.
const MAX_SERIAL_NUMBER: usize = 128;

/// The longest reason of an outage, in characters.
const MAX_REASON: usize = 500;

/// How many supply points are named in a letter.
const MAX_POINTS: usize = 20;

fn listed(points: &[PointNumber]) -> Vec<String> {
    points.iter().take(MAX_POINTS).map(ToString::to_string).collect()
}

fn values(language: Language, content: &LetterContent<'_>) -> Result<Value, &'static str> {
    Ok(match *content {
        LetterContent::ConfirmEmail(letter)
        | LetterContent::ResetPassword(letter)
        | LetterContent::ConfirmNewEmail(letter) => {
            if letter.code.is_none() && letter.link.is_none() {
                return Err("there is neither a code nor a link");
            }
            let code = letter.code.map(|code| groups(code).ok_or("the code is not made of digits"));
            let link = letter.link.map(|link| web_address(link).ok_or("the link is no web address"));
            context! {
                given_name => salutation(letter.given_name),
                provider_name => line(letter.provider_name, MAX_PROVIDER_NAME),
                code_groups => code.transpose()?,
                link => link.transpose()?,
                minutes => letter.minutes,
            }
        }
        LetterContent::ConfirmSubscription(letter, points) => {
            let code = letter.code.map(|code| groups(code).ok_or("the code is not made of digits"));
            context! {
                provider_name => line(letter.provider_name, MAX_PROVIDER_NAME),
                code_groups => code.ok_or("there is no code")??,
                link => None::<&str>,
                points => listed(points),
                minutes => letter.minutes,
            }
        }
        LetterContent::Outage(letter) => {
            let stop_link = letter.stop_link.map(|link| web_address(link).ok_or("the link is no web address"));
            context! {
                provider_name => line(letter.provider_name, MAX_PROVIDER_NAME),
                said => letter.news.word(),
                is_off => letter.news.is_off(),
                from_day => day(language, letter.start.date()),
                from_time => time(letter.start.time()),
                to_day => letter.end.map(|end| day(language, end.date())),
                to_time => letter.end.map(|end| time(end.time())),
                reason => letter.reason.map(|reason| line(reason, MAX_REASON)),
                points => listed(letter.points),
                more => letter.points.len().checked_sub(MAX_POINTS).filter(|more| *more > 0),
                stop_link => stop_link.transpose()?,
            }
        }
        LetterContent::ReadingTaken(letter) | LetterContent::ReadingRefused(letter) => {
            let is_one = letter.registers.len() == 1;
            let state = |state: &RegisterState| {
                // where a meter has one register its code says nothing
                context! { code => (!is_one).then_some(state.code.as_str()), value => number(language, state.value) }
            };
            context! {
                provider_name => line(letter.provider_name, MAX_PROVIDER_NAME),
                serial_number => line(letter.serial_number, MAX_SERIAL_NUMBER),
                day => day(language, letter.day),
                states => letter.registers.iter().map(state).collect::<Vec<_>>(),
            }
        }
        LetterContent::Bill(letter) => bill::values(language, &letter)?,
        LetterContent::Notice { provider_name, .. } => {
            context! { provider_name => line(provider_name, MAX_PROVIDER_NAME) }
        }
    })
}

/// A text with one empty line between its paragraphs and none around it.
fn paragraphs(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines() {
        // a signature starts with two dashes and a blank, so blanks at the end stay
        if line.trim().is_empty() {
            empty += 1;
            continue;
        }
        if empty > 0 && !tidy.is_empty() {
            tidy.push('\n');
        }
        empty = 0;
        tidy.push_str(line);
        tidy.push('\n');
    }
    tidy
}

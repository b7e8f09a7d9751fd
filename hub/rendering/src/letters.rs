//! Letters from templates: every letter as text and as HTML, in every language.
//!
//! A language has one file per letter, which holds its words as blocks and serves both forms; the shapes that the
//! words go into are the same for all languages. Values are escaped in HTML and left alone in text; a value that a
//! template asks for and does not get is an error.

mod figures;
mod plural;
mod sources;
pub(crate) mod transliteration;
mod value;

use komunala_app::ports::letters::{Letter, LetterContent, LetterError, Letters, News};
use komunala_domain::{Language, reading::RegisterState};
use minijinja::{Environment, Value, context};

use self::{
    figures::number,
    value::{groups, salutation, web_address},
};
use crate::{days::day, line::line, templates::environment};

/// The letters of the hub.
pub struct TemplateLetters {
    templates: Environment<'static>,
}

impl TemplateLetters {
    /// Reads the templates that the hub is built with.
    #[allow(clippy::new_without_default, reason = "it parses every template: not something to do in passing")]
    pub fn new() -> Self {
        let mut templates = environment();
        templates.add_filter("plural", plural::plural);
        for (name, source) in sources::all() {
            templates.add_template_owned(name, source).expect("every template is parsed by the tests");
        }
        Self { templates }
    }

    fn render(
        &self,
        form: &str,
        language: Language,
        letter: &Words,
        values: Value,
    ) -> Result<Rendered, minijinja::Error> {
        let tag = language.tag();
        let template = self.templates.get_template(&format!("{tag}/{}.{form}", letter.name))?;
        let mut rendered = template.render_captured(context! {
            lang => tag,
            shape => format!("{}.{form}", letter.shape),
            automatic => format!("{tag}/automatic.{form}"),
            ..values
        })?;
        let subject = rendered.with_state_mut(|state| state.render_block("subject"))?;
        Ok(Rendered { subject, body: rendered.into_output() })
    }
}

/// A letter's words and the shape they go into, by their files.
struct Words {
    name: &'static str,
    shape: &'static str,
}

struct Rendered {
    subject: String,
    body: String,
}

impl Letters for TemplateLetters {
    fn write(&self, language: Language, content: &LetterContent<'_>) -> Result<Letter, LetterError> {
        let words = words(content);
        let failed = |detail: String| LetterError { letter: words.name, language, detail };
        let values = values(language, content).map_err(|detail| failed(detail.to_owned()))?;
        let form =
            |form| self.render(form, language, &words, values.clone()).map_err(|error| failed(template_error(&error)));
        let text = form("txt")?;
        let html = form("html")?;
        Ok(Letter { subject: line(&text.subject, usize::MAX), text: paragraphs(&text.body), html: html.body })
    }
}

/// What is wrong and where; minijinja's own text may repeat values.
fn template_error(error: &minijinja::Error) -> String {
    format!("{} in {}:{}", error.kind(), error.name().unwrap_or("?"), error.line().unwrap_or_default())
}

fn words(content: &LetterContent<'_>) -> Words {
    let (name, shape) = match content {
        LetterContent::ConfirmEmail(_) => ("confirm_email", "code"),
        LetterContent::ResetPassword(_) => ("reset_password", "code"),
        LetterContent::ConfirmNewEmail(_) => ("confirm_new_email", "code"),
        LetterContent::ReadingTaken(_) => ("reading_taken", "reading"),
        LetterContent::ReadingRefused(_) => ("reading_refused", "reading"),
        LetterContent::Notice { news, .. } => (notice(*news), "notice"),
    };
    Words { name, shape }
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

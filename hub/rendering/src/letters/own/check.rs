//! Whether a text can be sent: every part by itself first, then the letter as its reader would get it.

use komunala_app::ports::letters::{BillLetter, CodeLetter, LetterContent};
use komunala_domain::{Confirmation, Language, LetterText};

use super::{OwnWords, Placeholders, grammar, known, source};
use crate::letters::{KnownLetter, samples, values};

/// The most characters of a subject or a greeting.
const LONGEST_LINE: usize = 200;
/// The most characters of a body.
const LONGEST_BODY: usize = 4_000;

/// What stands for the figures of a bill while a text is checked.
const FIGURES: &str = "\u{fdd0}";

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextPart {
    /// The subject line.
    Subject,
    /// How the reader is addressed.
    Greeting,
    /// The paragraphs.
    Body,
}

impl TextPart {
    /// What settings call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Greeting => "greeting",
            Self::Body => "body",
        }
    }
}

/// What is wrong with a text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextProblem {
    /// In which part of it.
    pub part: TextPart,
    /// In which line of the part, from 1.
    pub line: usize,
    /// What is wrong.
    pub fault: TextFault,
}

/// What can be wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextFault {
    /// Nothing but blanks.
    #[error("is empty")]
    Empty,
    /// More characters than the bound.
    #[error("has more than {0} characters")]
    TooLong(usize),
    /// A subject or a greeting with a line break.
    #[error("has to be one line")]
    SeveralLines,
    /// A character that nobody sees.
    #[error("holds a character that cannot be seen (U+{0:04X})")]
    Invisible(u32),
    /// Names a value that this letter does not have.
    #[error("there is no `{name}` in this letter; there is {known}")]
    NoSuchPlaceholder {
        /// The name.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// Stands between braces and is not understood.
    #[error(
        "`{0}` is more than the name of a value: there is {{{{ name }}}}, {{{{ name | plural(one=\"…\", other=\"…\") }}}}, {{% if name %}}, {{% else %}} and {{% endif %}}"
    )]
    NotInTheGrammar(String),
    /// Braces that begin and do not end.
    #[error("what begins here has no `{0}` at its end")]
    Unclosed(&'static str),
    /// A comment.
    #[error("there are no comments in a text: what begins with `{{#` would not be sent")]
    Comment,
    /// The template engine refuses it.
    #[error("{0}")]
    Syntax(String),
    /// The figures of a bill within a sentence.
    #[error("`{{{{ bill }}}}` stands for a table and more, and has to be alone in its paragraph")]
    NotAlone,
    /// Names a value that is not always there, and says nothing where it is not.
    #[error("`{{{{ {0} }}}}` is not always there: put what names it between {{% if {0} %}} and {{% endif %}}")]
    NotAlways(String),
    /// More characters than a text for a phone may have, once it is filled in.
    #[error("has {characters} characters with the values of an example, of which a text has {most} at most")]
    TooLongToSend {
        /// How many it has.
        characters: usize,
        /// How many there may be.
        most: usize,
    },
    /// A letter whose reader could do nothing with it.
    #[error("`{{{{ {0} }}}}` has to stand in it: without it, it is of no use to its reader")]
    Missing(&'static str),
}

/// What is wrong with a text of a letter, in the order of the parts; nothing where it can be sent.
pub(in crate::letters) fn check(
    letter: KnownLetter,
    language: Language,
    text: &LetterText,
    confirmation: Confirmation,
) -> Vec<TextProblem> {
    let mut problems = Vec::new();
    let mut look = |part: TextPart, source: &str| {
        let wrong = |(line, fault)| TextProblem { part, line, fault };
        let longest = if part == TextPart::Body { LONGEST_BODY } else { LONGEST_LINE };
        problems.extend(source::fault(source, longest, part != TextPart::Body, known(letter)).map(wrong));
    };
    look(TextPart::Subject, &text.subject);
    if let Some(greeting) = &text.greeting {
        look(TextPart::Greeting, greeting);
    }
    look(TextPart::Body, &text.body);
    if problems.is_empty() {
        problems.extend(parse(text));
    }
    if problems.is_empty() {
        problems.extend(read(letter, language, text, confirmation));
    }
    problems
}

/// What the template engine says of each passage by itself: a condition ends in the paragraph that it begins in.
fn parse(text: &LetterText) -> Option<TextProblem> {
    let words = OwnWords::new();
    let one = |part, source| (part, 1, source);
    let body = grammar::paragraphs(&text.body).into_iter().map(|(line, source)| (TextPart::Body, line, source));
    let greeting = text.greeting.iter().map(|greeting| one(TextPart::Greeting, greeting.as_str()));
    let mut passages = std::iter::once(one(TextPart::Subject, text.subject.as_str())).chain(greeting).chain(body);
    passages.find_map(|(part, first, source)| {
        let (line, fault) = source::syntax(&words, source)?;
        Some(TextProblem { part, line: first + line - 1, fault })
    })
}

/// The letter with the values of an example, in each way that the provider's settings let it come about.
fn read(letter: KnownLetter, language: Language, text: &LetterText, confirmation: Confirmation) -> Option<TextProblem> {
    let words = OwnWords::new();
    let figures = (letter.shape == "bill").then_some(FIGURES);
    ways(&letter.sample("Example"), confirmation).into_iter().find_map(|content| {
        let whole = |part, fault| Some(TextProblem { part, line: 1, fault });
        let syntax = |error: minijinja::Error| {
            whole(TextPart::Body, TextFault::Syntax(format!("{}: {}", error.kind(), error.detail().unwrap_or("-"))))
        };
        let values = match values(language, &content).map(|values| Placeholders::of(language, letter, &values, figures))
        {
            Ok(Ok(values)) => values,
            Ok(Err(error)) => return syntax(error),
            Err(detail) => return whole(TextPart::Body, TextFault::Syntax(detail.to_owned())),
        };
        let said = match words.say(text, &values.values) {
            Ok(said) => said,
            Err(error) => return syntax(error),
        };
        if said.subject.is_empty() {
            return whole(TextPart::Subject, TextFault::Empty);
        }
        if said.subject.contains(FIGURES) {
            return whole(TextPart::Subject, TextFault::NotAlone);
        }
        if said.greeting.as_ref().is_some_and(|greeting| greeting.contains(FIGURES)) {
            return whole(TextPart::Greeting, TextFault::NotAlone);
        }
        let stands = |value: &str| said.paragraphs.iter().any(|paragraph| paragraph.contains(value));
        let code = values.code.map(|groups| ("code", groups.join(" ")));
        let figures = figures.map(|figures| ("bill", figures.to_owned()));
        // the figures of a bill have a link to where it is paid
        let links = values.links.into_iter().filter(|(name, _)| *name != "pay_link");
        let missing = code.into_iter().chain(links).chain(figures).find(|(_, value)| !stands(value));
        let within = |paragraph: &String| paragraph.contains(FIGURES) && paragraph != FIGURES;
        match missing {
            Some((name, _)) => whole(TextPart::Body, TextFault::Missing(name)),
            None if said.paragraphs.iter().any(within) => whole(TextPart::Body, TextFault::NotAlone),
            None if said.paragraphs.is_empty() => whole(TextPart::Body, TextFault::Empty),
            None => None,
        }
    })
}

/// A portal may have a page for the link or not; a bill may be for a month or not, be paid in parts, at once, or not at all.
fn ways<'a>(sample: &LetterContent<'a>, confirmation: Confirmation) -> Vec<LetterContent<'a>> {
    let offering = |letter: &CodeLetter<'a>, link| {
        let (code, link) = confirmation.offered(samples::CODE, link);
        CodeLetter { code, link, ..*letter }
    };
    let both = |of: fn(CodeLetter<'a>) -> LetterContent<'a>, letter: &CodeLetter<'a>| {
        vec![of(offering(letter, Some(samples::LINK))), of(offering(letter, None))]
    };
    match sample {
        LetterContent::ConfirmEmail(letter) => both(LetterContent::ConfirmEmail, letter),
        LetterContent::ResetPassword(letter) => both(LetterContent::ResetPassword, letter),
        LetterContent::ConfirmNewEmail(letter) => both(LetterContent::ConfirmNewEmail, letter),
        LetterContent::Bill(letter) => [
            *letter,
            BillLetter { parts: &[], ..*letter },
            BillLetter {
                period: None,
                payable: None,
                parts: &[],
                pay_link: None,
                code: None,
                instruction: None,
                ..*letter
            },
        ]
        .map(LetterContent::Bill)
        .to_vec(),
        other => vec![other.clone()],
    }
}

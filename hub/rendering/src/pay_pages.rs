//! The pages that payers see, from templates: the shapes are the same in all languages, the words are a file per language.
//!
//! Every value is escaped. No page needs a script or a picture from elsewhere, and none has a script or a style within.

pub(crate) mod shown;

use komunala_app::ports::{
    PayPages,
    gateways::Forward,
    pay_pages::{Asset, BillPage, MailKind, Over, PageError, PayPage},
};
use komunala_domain::{Language, payment::PaymentState};
use minijinja::{Environment, Value, context};

use self::shown::{amount, encoded, month};
use crate::{
    days::unbroken as day, letters::transliteration::to_latin, line::line as one_line, templates::environment,
};

/// The longest value, in characters: names and purposes come from billing systems.
const LONGEST: usize = 140;

const SHAPES: [(&str, &str); 6] = [
    ("pages/page.html", include_str!("../templates/pages/page.html")),
    ("pages/bill.html", include_str!("../templates/pages/bill.html")),
    ("pages/forward.html", include_str!("../templates/pages/forward.html")),
    ("pages/outcome.html", include_str!("../templates/pages/outcome.html")),
    ("pages/unsubscribe.html", include_str!("../templates/pages/unsubscribe.html")),
    ("pages/over.html", include_str!("../templates/pages/over.html")),
];

const STYLE: Asset =
    Asset { media_type: "text/css; charset=utf-8", bytes: include_bytes!("../templates/pages/pay.css") };
const SCRIPT: Asset =
    Asset { media_type: "text/javascript; charset=utf-8", bytes: include_bytes!("../templates/pages/pay.js") };

const SERBIAN: &str = include_str!("../templates/sr/pages.jinja");
const UKRAINIAN: &str = include_str!("../templates/uk/pages.jinja");
const SLOVENIAN: &str = include_str!("../templates/sl/pages.jinja");
const ENGLISH: &str = include_str!("../templates/en/pages.jinja");

/// The pages of the hub.
pub struct TemplatePages {
    shapes: Environment<'static>,
    /// In the order of [`Language::ALL`].
    words: Vec<Value>,
}

impl TemplatePages {
    /// Reads the templates that the hub is built with.
    #[allow(clippy::new_without_default, reason = "it parses every template: not something to do in passing")]
    pub fn new() -> Self {
        let mut templates = environment();
        for (name, source) in SHAPES {
            templates.add_template(name, source).expect("every template is parsed by the tests");
        }
        let words = Language::ALL.map(|language| words(&templates, language)).to_vec();
        Self { shapes: templates, words }
    }

    fn words(&self, language: Language) -> Value {
        let at = Language::ALL.iter().position(|known| *known == language);
        at.and_then(|at| self.words.get(at)).cloned().unwrap_or_default()
    }
}

/// What a language's file sets, by name.
fn words(templates: &Environment<'_>, language: Language) -> Value {
    let source = source(language);
    let file = templates.template_from_str(&source).expect("every template is parsed by the tests");
    let file = file.render_captured(()).expect("a file of words does nothing but set them");
    let state = file.state();
    Value::from_pairs(state.exports().into_iter().filter_map(|name| Some((name.to_owned(), state.lookup(name)?))))
}

/// The words of a language. Serbian Latin is made of Cyrillic, as in letters.
fn source(language: Language) -> String {
    match language {
        Language::SerbianLatin => to_latin(SERBIAN),
        Language::SerbianCyrillic => SERBIAN.to_owned(),
        Language::Ukrainian => UKRAINIAN.to_owned(),
        Language::Slovenian => SLOVENIAN.to_owned(),
        Language::English => ENGLISH.to_owned(),
    }
}

impl PayPages for TemplatePages {
    fn write(&self, language: Language, page: &PayPage) -> Result<String, PageError> {
        let (shape, values) = match page {
            PayPage::Bill(bill) => ("pages/bill.html", bill_values(language, bill)),
            PayPage::Forward { provider_name, title, amount: sum, forward } => {
                let values = context! {
                    provider_name => line(provider_name), title => *title, amount => amount(language, *sum),
                    ..forward_values(forward)
                };
                ("pages/forward.html", values)
            }
            PayPage::Outcome { provider_name, number, amount: sum, state, bill_uri } => {
                let values = context! {
                    provider_name => line(provider_name), number => line(number), amount => amount(language, *sum),
                    state => outcome(*state), bill_uri => bill_uri,
                };
                ("pages/outcome.html", values)
            }
            PayPage::Unsubscribe { from, is_done } => {
                let values = context! { of_bills => *from == MailKind::Bills, is_done => *is_done };
                ("pages/unsubscribe.html", values)
            }
            PayPage::Over(over) => ("pages/over.html", context! { why => why(*over) }),
        };
        let part = match page {
            PayPage::Bill(bill) => shown_part(bill),
            _ => None,
        };
        let rendered = self.shapes.get_template(shape).and_then(|template| {
            template.render(context! {
                lang => language.tag(), w => self.words(language), languages => languages(), part => part, ..values
            })
        });
        // what is wrong and where; the engine's own text may repeat values
        rendered.map_err(|error| {
            let (kind, name, line) = (error.kind(), error.name().unwrap_or("?"), error.line().unwrap_or_default());
            PageError(format!("{kind} in {name}:{line}"))
        })
    }

    fn asset(&self, name: &str) -> Option<Asset> {
        match name {
            "pay.css" => Some(STYLE),
            "pay.js" => Some(SCRIPT),
            _ => None,
        }
    }
}

fn bill_values(language: Language, bill: &BillPage) -> Value {
    let money = |sum| amount(language, sum);
    let parts = bill.parts.iter().map(|part| {
        context! {
            number => part.number, amount => money(part.amount), due => part.due.map(|due| day(language, due)),
            is_shown => part.is_shown, is_paid => part.is_paid,
        }
    });
    let channels = bill.channels.iter().map(|(channel, title)| context! { word => channel.as_str(), title => *title });
    let of_order = |value: &Option<String>| value.as_deref().map(line).filter(|value| !value.is_empty());
    let instruction = &bill.instruction;
    let rows = [
        ("payee", Some(line(&instruction.payee))),
        ("account", Some(line(&instruction.account))),
        ("model", of_order(&instruction.model)),
        ("reference", of_order(&instruction.reference)),
        ("amount", Some(money(bill.amount))),
        ("purpose_code", of_order(&instruction.code)),
        ("purpose", of_order(&instruction.purpose)),
    ];
    let rows = rows.into_iter().filter_map(|(label, value)| Some(context! { label => label, value => value? }));
    context! {
        provider_name => line(&bill.provider_name),
        logo => bill.logo.as_ref().map(|logo| encoded(logo.png())),
        issuer_name => of_order(&bill.issuer_name),
        number => line(&bill.number),
        period => bill.period.map(month),
        amount => money(bill.amount),
        instead_of => bill.instead_of.map(money),
        due => bill.due.map(|due| day(language, due)),
        until => bill.until.map(|until| day(language, until)),
        parts => parts.collect::<Vec<_>>(),
        channels => channels.collect::<Vec<_>>(),
        request_id => bill.request_id.as_str(),
        is_pending => bill.is_pending,
        code => bill.code.as_deref().map(encoded),
        rows => rows.collect::<Vec<_>>(),
    }
}

fn forward_values(forward: &Forward) -> Value {
    match forward {
        Forward::Link(link) => context! { link => link },
        Forward::Form { action, fields } => {
            let fields = fields.iter().map(|(name, value)| context! { name => name, value => value });
            context! { link => Value::from(()), action => action, fields => fields.collect::<Vec<_>>() }
        }
    }
}

/// The part that a page shows, where it is not the whole.
fn shown_part(bill: &BillPage) -> Option<usize> {
    bill.parts.iter().find(|part| part.is_shown).map(|part| part.number)
}

fn outcome(state: PaymentState) -> &'static str {
    match state {
        PaymentState::Started | PaymentState::Pending => "open",
        PaymentState::Paid | PaymentState::Posted => "paid",
        PaymentState::Failed => "failed",
        PaymentState::Reversed => "reversed",
        PaymentState::Expired => "expired",
    }
}

fn why(over: Over) -> &'static str {
    match over {
        Over::Unknown => "unknown",
        Over::Expired => "expired",
        Over::Paid => "paid",
        Over::NothingToPay => "nothing",
        Over::Unavailable => "unavailable",
    }
}

/// The languages by their own names.
fn languages() -> Vec<Value> {
    let name = |language: Language| match language {
        Language::SerbianLatin => "Srpski",
        Language::SerbianCyrillic => "Српски",
        Language::Ukrainian => "Українська",
        Language::Slovenian => "Slovenščina",
        Language::English => "English",
    };
    Language::ALL.into_iter().map(|language| context! { tag => language.tag(), name => name(language) }).collect()
}

fn line(text: impl AsRef<str>) -> String {
    one_line(text.as_ref(), LONGEST)
}

//! How a utility reaches its customers' phones, and they it: `[provider.sms]`.

use std::{collections::BTreeMap, num::NonZeroU32, path::Path};

use komunala_app::{
    ports::workshop::SettingsProblem,
    sms::{Caps, Grammar, RuleText, TextLine},
};
use komunala_domain::{Language, PhoneTexts};
use komunala_sms::{Account, Exchange, JsonCallbacks, JsonInterface, Protocol, check, gateway, in_gsm_letters};
use secrecy::SecretString;
use serde::Deserialize;

use super::phone_text::PhoneTextsSection;
use crate::secret::SecretSource;

/// The most countries that texts go to.
const MOST_PREFIXES: usize = 50;
/// The longest example of how to write, in characters.
const LONGEST_EXAMPLE: usize = 120;

/// A line to customers' phones.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsSection {
    /// `kannel`, or `json` with a table `json` that describes the gateway.
    pub gateway: String,
    /// Where texts are handed over.
    pub endpoint: String,
    /// The name that the utility signs in with.
    pub user: Option<String>,
    /// Which of the secrets is the password or key. No adapter can use a secret that is named here.
    pub secret: String,
    /// Which of the secrets the gateway shows with what it sends; at least 16 characters.
    pub callback_secret: String,
    /// Whom texts come from, as phones show it.
    pub sender: Option<String>,
    /// Whether texts are put into letters of GSM, of which more than twice as many go into one segment.
    #[serde(default)]
    pub transliterate: bool,
    /// The countries that texts go to, by how their numbers begin: `["+386"]`.
    pub prefixes: Vec<String>,
    /// Texts a second.
    #[serde(default = "per_second")]
    pub per_second: NonZeroU32,
    /// Texts to one number in 24 hours.
    #[serde(default = "per_number")]
    pub per_number_a_day: u32,
    /// Texts to all numbers of one prefix in 24 hours.
    #[serde(default = "per_prefix")]
    pub per_prefix_a_day: u32,
    /// Texts of one number in an hour that are read.
    #[serde(default = "from_number")]
    pub from_number_an_hour: u32,
    /// What customers may write.
    #[serde(default)]
    pub rules: Vec<SmsRule>,
    /// The word behind a reading that confirms that it is right though unusual.
    pub confirm: Option<String>,
    /// What they are told who wrote otherwise: an example. Without one nobody is told anything.
    #[serde(default)]
    pub example: String,
    /// Texts in the utility's own words; what is left out the hub says in its own.
    #[serde(default)]
    pub texts: PhoneTextsSection,
    /// A gateway that speaks JSON.
    pub json: Option<JsonSection>,
}

/// A pattern and what it asks for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsRule {
    /// `reading`, `sign_up`, `sign_off` or `help`.
    pub action: String,
    /// A regular expression with the groups `point` and `value` (or `value_CODE` for each register), held against the whole
    /// text in capitals, with one blank between words.
    pub pattern: String,
    /// How the number of the supply point is written, out of groups of other names: `$a-$b`.
    pub point: Option<String>,
}

/// How a gateway wants to be spoken to: see `komunala_sms::JsonInterface`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JsonSection {
    /// `POST` or `PUT`.
    #[serde(default = "post")]
    pub method: String,
    /// Headers; `{secret}` is the account's.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body, as JSON, with places such as `{to}` and `{text}`.
    pub body: String,
    /// Where the answer has the gateway's id.
    pub reference: Option<String>,
    /// Where the answer has an error.
    pub error: Option<String>,
    /// Receipts: where they have the hub's id.
    pub receipt_message: Option<String>,
    /// Where they have the gateway's id.
    pub receipt_reference: Option<String>,
    /// Where they have the state.
    pub receipt_state: Option<String>,
    /// The states that say that the handset has it.
    #[serde(default)]
    pub delivered: Vec<String>,
    /// Those that say that it was given up.
    #[serde(default)]
    pub failed: Vec<String>,
    /// Those that say that it is on its way.
    #[serde(default)]
    pub buffered: Vec<String>,
    /// Texts from phones: where they have their id.
    pub incoming_id: Option<String>,
    /// Where they have the number.
    pub incoming_from: Option<String>,
    /// Where they have the text.
    pub incoming_text: Option<String>,
}

fn per_second() -> NonZeroU32 {
    NonZeroU32::new(10).unwrap_or(NonZeroU32::MIN)
}

fn per_number() -> u32 {
    20
}

fn per_prefix() -> u32 {
    50_000
}

fn from_number() -> u32 {
    20
}

fn post() -> String {
    "POST".to_owned()
}

impl SmsSection {
    /// Names what is wrong.
    pub(super) fn check(&self, secrets: &BTreeMap<String, SecretSource>, wrong: &mut impl FnMut(&str, String)) {
        let mut wrong = |field: &str, problem: String| wrong(&format!("provider.sms.{field}"), problem);
        for (field, name) in [("secret", &self.secret), ("callback_secret", &self.callback_secret)] {
            if !secrets.contains_key(name) {
                wrong(field, format!("[secrets] has no `{name}`"));
            }
        }
        let is_prefix = |prefix: &String| {
            let digits = prefix.strip_prefix('+').unwrap_or_default();
            (1..=8).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        };
        if self.prefixes.is_empty() || self.prefixes.len() > MOST_PREFIXES || !self.prefixes.iter().all(is_prefix) {
            wrong("prefixes", "beginnings of numbers are needed, such as `+386`".to_owned());
        }
        if self.example.chars().count() > LONGEST_EXAMPLE || self.example.chars().any(char::is_control) {
            wrong("example", format!("one line of at most {LONGEST_EXAMPLE} characters is needed"));
        }
        let is_word = |word: &str| (1..=12).contains(&word.chars().count()) && word.chars().all(char::is_alphanumeric);
        match &self.confirm {
            Some(word) if !is_word(word) => wrong("confirm", "one word of at most 12 letters is needed".to_owned()),
            None if self.rules.iter().any(|rule| rule.action == "reading") => {
                wrong("confirm", "readings need a word that confirms an unusual one".to_owned());
            }
            _ => {}
        }
        if let Err((rule, problem)) = self.grammar() {
            wrong(&format!("rules[{rule}]"), problem.to_string());
        }
        self.texts.texts(&mut wrong);
        let secret = || "-".to_owned().into();
        let checked = self.protocol().and_then(|protocol| {
            check(&protocol, &self.account(secret(), secret())).map_err(|problem| ("gateway", problem.to_string()))
        });
        if let Err((field, problem)) = checked {
            wrong(field, problem);
        }
    }

    /// The line, with its secrets read.
    pub(crate) fn line(
        &self,
        secrets: &BTreeMap<String, SecretSource>,
        exchange: &Exchange,
    ) -> Result<TextLine, SettingsProblem> {
        let problem = |field: &str, problem: String| SettingsProblem::new(format!("provider.sms.{field}"), problem);
        let read = |field: &str, name: &str| {
            let source = secrets.get(name).ok_or_else(|| problem(field, format!("[secrets] has no `{name}`")))?;
            source.read(Path::new("")).map_err(|error| problem(field, error.to_string()))
        };
        let account = self.account(read("secret", &self.secret)?, read("callback_secret", &self.callback_secret)?);
        let protocol = self.protocol().map_err(|(field, text)| problem(field, text))?;
        let gateway = gateway(protocol, account, exchange).map_err(|error| problem("gateway", error.to_string()))?;
        let grammar = self.grammar().map_err(|(rule, error)| problem(&format!("rules[{rule}]"), error.to_string()))?;
        let caps = Caps {
            prefixes: self.prefixes.clone(),
            per_second: self.per_second,
            per_number: self.per_number_a_day,
            per_prefix: self.per_prefix_a_day,
            from_number: self.from_number_an_hour,
        };
        Ok(TextLine::new(gateway, caps, grammar, self.own_texts()))
    }

    /// The texts in the utility's own words. What is wrong with them was told before.
    pub(crate) fn own_texts(&self) -> PhoneTexts {
        self.texts.texts(&mut |_, _| {})
    }

    /// A text as a phone shows it.
    pub(crate) fn as_sent(&self, language: Language, text: String) -> String {
        if self.transliterate { in_gsm_letters(language, &text) } else { text }
    }

    /// Whether a secret is the gateway's.
    pub(crate) fn names(&self, secret: &str) -> bool {
        self.secret == secret || self.callback_secret == secret
    }

    fn grammar(&self) -> Result<Grammar, (usize, komunala_app::sms::GrammarProblem)> {
        let text = |rule: &SmsRule| RuleText {
            action: rule.action.clone(),
            pattern: rule.pattern.clone(),
            point: rule.point.clone(),
        };
        let rules: Vec<_> = self.rules.iter().map(text).collect();
        Grammar::new(&rules, self.confirm.as_deref(), &self.example)
    }

    fn protocol(&self) -> Result<Protocol, (&'static str, String)> {
        match (self.gateway.as_str(), &self.json) {
            ("kannel", None) => Ok(Protocol::Kannel),
            ("kannel", Some(_)) => Err(("json", "Kannel needs no description".to_owned())),
            ("json", Some(json)) => Ok(Protocol::Json(Box::new(json.interface()?))),
            ("json", None) => Err(("json", "the gateway is to be described here".to_owned())),
            (other, _) => Err(("gateway", format!("`{other}` is no gateway: kannel or json"))),
        }
    }

    fn account(&self, secret: SecretString, callback_secret: SecretString) -> Account {
        Account {
            endpoint: self.endpoint.clone(),
            user: self.user.clone(),
            secret,
            callback_secret,
            sender: self.sender.clone(),
            transliterate: self.transliterate,
        }
    }
}

impl JsonSection {
    fn interface(&self) -> Result<JsonInterface, (&'static str, String)> {
        let body = serde_json::from_str(&self.body).map_err(|error| ("json.body", error.to_string()))?;
        Ok(JsonInterface {
            method: self.method.clone(),
            headers: self.headers.clone().into_iter().collect(),
            body,
            reference: self.reference.clone(),
            error: self.error.clone(),
            callbacks: JsonCallbacks {
                message: self.receipt_message.clone(),
                reference: self.receipt_reference.clone(),
                state: self.receipt_state.clone(),
                delivered: self.delivered.clone(),
                failed: self.failed.clone(),
                buffered: self.buffered.clone(),
                incoming_id: self.incoming_id.clone(),
                incoming_from: self.incoming_from.clone(),
                incoming_text: self.incoming_text.clone(),
            },
        })
    }
}

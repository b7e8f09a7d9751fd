//! A provider: a utility, its rules, its adapter and what the adapter may do.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{SignedDuration, civil::Date, tz::TimeZone};
use komunala_app::ports::workshop::{ProviderSettings as Settled, SettingsProblem};
use komunala_domain::{
    BillCalendar, BillDelivery, Confirmation, Currency, FeedRhythm, Language, Maintenance, Provider, ProviderId,
    TenantId,
    account::Commodity,
    consumption::HeatingSeason,
    reading::{ReadingPolicy, window::ReadingWindow},
};
use komunala_sandbox::Policy;
use serde::Deserialize;

use super::{
    Paths,
    brand::BrandSection,
    document::DocumentSettings,
    form::{self, FormFieldSettings},
    letter_text::LetterTextsSection,
    outages::OutagesSection,
    payment_channel::PaymentChannelSettings,
    payment_code::PaymentCodeSection,
    portal::Digest,
    sms::SmsSection,
};
use crate::secret::SecretSource;

/// A provider's text of settings.
#[derive(Debug, Clone)]
pub struct ProviderFile {
    /// The utility.
    pub provider: ProviderSettings,
    /// Its adapter.
    pub adapter: AdapterSettings,
    /// What the adapter may do.
    pub policy: Policy,
    /// Where the secrets are that the policy names.
    pub secrets: BTreeMap<String, SecretSource>,
}

/// A utility and how it does business.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSettings {
    /// Its id: a short word.
    pub id: ProviderId,
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Its name as its customers know it.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// ISO 4217.
    pub currency: Currency,
    /// IANA time zone.
    pub time_zone: String,
    /// BCP 47 tags, the first by default.
    pub languages: Vec<Language>,
    /// What it delivers.
    pub commodity: Commodity,
    /// What must be accepted before an account is linked.
    #[serde(default)]
    pub documents: Vec<DocumentSettings>,
    /// What mails offer to be given back: `code`, `link` (where the portal has a page for it), or `code_and_link`.
    #[serde(default)]
    pub confirmation: Confirmation,
    /// How the bill is delivered to whoever does not choose. E-mail needs a choice: a pre-ticked box is no consent.
    #[serde(default = "paper")]
    pub default_delivery: BillDelivery,
    /// On which days customers may submit readings.
    #[serde(default)]
    pub reading_window: ReadingWindow,
    /// What else it wants of readings.
    #[serde(default)]
    pub readings: ReadingPolicy,
    /// When its customers heat, for statistics: the first and the last day, `{ first = "10-15", last = "04-15" }`.
    #[serde(default)]
    pub heating_season: HeatingSeason,
    /// When its billing system is down every day, in local time: `["01:00-03:00"]`. It is left alone then.
    #[serde(default)]
    pub maintenance: Maintenance,
    /// The day of a month (1 to 28) from which the bills of the month before are there. Until then they are not missing.
    pub bills_from_day: Option<BillCalendar>,
    /// Whether from that day on the bills of the month before are sent without anybody starting a run of them.
    #[serde(default)]
    pub automatic_bill_runs: bool,
    /// The day (`2026-12-01`) from which every customer registers anew, in the provider's zone: links that were made before
    /// count no more, and their users are told so by mail.
    pub cut_over: Option<Date>,
    /// What customers may ask to have changed of their premises, in the order in which it is shown.
    #[serde(default)]
    pub premises_form: Vec<FormFieldSettings>,
    /// How its data are taken in, where that differs from the hub's configuration.
    #[serde(default)]
    pub feed: FeedSection,
    /// How its bills become payment codes.
    #[serde(default)]
    pub payment_code: PaymentCodeSection,
    /// How it looks on what the hub prints for it.
    #[serde(default)]
    pub brand: BrandSection,
    /// Letters in its own words; what is left out the hub says in its own.
    #[serde(default)]
    pub texts: LetterTextsSection,
    /// What it wants of the notices about its outages.
    #[serde(default)]
    pub outages: OutagesSection,
    /// Where its bills can be paid at once.
    #[serde(default)]
    pub payment_channels: Vec<PaymentChannelSettings>,
    /// How it reaches its customers' phones.
    pub sms: Option<SmsSection>,
}

/// What a provider wants otherwise than the section `[feed]` of the hub's configuration has it.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FeedSection {
    /// How often its feed is followed, and files are looked for.
    pub every: Option<SignedDuration>,
    /// How often what was written for its billing system is handed over.
    pub hand_over_every: Option<SignedDuration>,
    /// The age at which copies are renewed unasked.
    pub renew_after: Option<SignedDuration>,
    /// How long bills and payments out of its files are kept.
    pub keep_for: Option<SignedDuration>,
}

fn paper() -> BillDelivery {
    BillDelivery::Paper
}

/// Which component serves a provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdapterSettings {
    /// The name of its folder.
    pub name: String,
    /// The digest that its component must have.
    pub sha256: Digest,
}

impl ProviderFile {
    /// With every path whole; one that may not be named is a problem.
    pub(super) fn placed(mut self, paths: &Paths) -> Result<Self, Vec<SettingsProblem>> {
        let mut problems = Vec::new();
        for (name, source) in &mut self.secrets {
            match paths.place_secret(source) {
                Ok(whole) => *source = whole,
                Err(problem) => problems.push(SettingsProblem::new(format!("secrets.{name}"), problem)),
            }
        }
        for (name, folder) in &mut self.policy.folders {
            match paths.place(folder) {
                Ok(whole) => *folder = whole,
                Err(problem) => problems.push(SettingsProblem::new(format!("grant.folders.{name}"), problem)),
            }
        }
        if let Some(logo) = &mut self.provider.brand.logo {
            match paths.place(logo) {
                Ok(whole) => *logo = whole,
                Err(problem) => problems.push(SettingsProblem::new("provider.brand.logo", problem)),
            }
        }
        for (index, document) in self.provider.documents.iter_mut().enumerate() {
            let Some(file) = &mut document.file else { continue };
            match paths.place(file) {
                Ok(whole) => *file = whole,
                Err(problem) => {
                    problems.push(SettingsProblem::new(format!("provider.documents[{index}].file"), problem));
                }
            }
        }
        if problems.is_empty() { Ok(self) } else { Err(problems) }
    }

    /// What the use cases make of it.
    pub(super) fn settled(&self) -> Result<Settled, Vec<SettingsProblem>> {
        let settings = &self.provider;
        let mut problems = Vec::new();
        let mut wrong = |field: &str, problem: String| problems.push(SettingsProblem::new(field, problem));
        let time_zone = TimeZone::get(&settings.time_zone).unwrap_or_else(|error| {
            wrong("provider.time_zone", error.to_string());
            TimeZone::UTC
        });
        if settings.languages.is_empty() {
            wrong("provider.languages", "at least one language is needed".to_owned());
        }
        let is_country = settings.country.len() == 2 && settings.country.bytes().all(|b| b.is_ascii_uppercase());
        if !is_country {
            wrong("provider.country", "two capital letters (ISO 3166-1) are needed".to_owned());
        }
        if let Err(error) = komunala_domain::text::single_line(&settings.name, 200) {
            wrong("provider.name", error.to_string());
        }
        if !is_folder_name(&self.adapter.name) {
            wrong("adapter.name", "letters, digits, `-` and `_` are needed, at most 64".to_owned());
        }
        if settings.cut_over.is_some_and(|day| !(2000..2100).contains(&day.year())) {
            wrong("provider.cut_over", "a day between the years 2000 and 2099 is needed".to_owned());
        }
        let feed = settings.feed.rhythm(&mut wrong);
        let premises_form = form::form(&settings.premises_form, &mut wrong);
        let payment_codes = settings.payment_code.codes(&mut wrong);
        let brand = settings.brand.brand(&mut wrong);
        let letter_texts = settings.texts.texts(settings.confirmation, &mut wrong);
        let outages = settings.outages.policy(&mut wrong);
        PaymentChannelSettings::check(&settings.payment_channels, &self.secrets, settings.currency, &mut wrong);
        if let Some(sms) = &settings.sms {
            sms.check(&self.secrets, &mut wrong);
        }
        let mut documents = Vec::new();
        for (index, document) in settings.documents.iter().enumerate() {
            match document.published() {
                Ok(published) => documents.push(published),
                Err(problem) => wrong(&format!("provider.documents[{index}]"), problem),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let provider = Provider {
            id: settings.id.clone(),
            tenant: settings.tenant.clone(),
            display_name: settings.name.clone(),
            country: settings.country.clone(),
            currency: settings.currency,
            time_zone,
            languages: settings.languages.clone(),
            commodity: settings.commodity,
            documents,
            confirmation: settings.confirmation,
            default_delivery: settings.default_delivery,
            reading_window: settings.reading_window,
            readings: settings.readings.clone(),
            heating_season: settings.heating_season,
            bill_calendar: settings.bills_from_day.map(|calendar| calendar.starting_runs(settings.automatic_bill_runs)),
            cut_over: settings.cut_over,
            premises_form,
            feed,
            payment_codes,
            brand,
            letter_texts,
            outages,
        };
        let (adapter, component) = (self.adapter.name.clone(), self.adapter.sha256.0);
        Ok(Settled { provider: Arc::new(provider), adapter, component })
    }
}

impl FeedSection {
    fn rhythm(self, wrong: &mut impl FnMut(&str, String)) -> FeedRhythm {
        let mut own = |field: &str, time: Option<SignedDuration>| {
            let time = time?;
            if !time.is_positive() {
                wrong(&format!("provider.feed.{field}"), "more than no time is needed".to_owned());
            }
            std::time::Duration::try_from(time).ok()
        };
        FeedRhythm {
            every: own("every", self.every),
            hand_over_every: own("hand_over_every", self.hand_over_every),
            renew_after: own("renew_after", self.renew_after),
            keep_for: own("keep_for", self.keep_for),
        }
    }
}

/// The name becomes part of a path.
fn is_folder_name(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

//! A provider: a utility and how it does business.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Deserialize;

use crate::{
    BillCalendar, BillDelivery, Brand, Currency, FeedRhythm, Language, PremisesForm, ProviderId, TenantId,
    account::Commodity,
    consent::PublishedDocument,
    consumption::HeatingSeason,
    outage::OutagePolicy,
    payment_code::{PayeeDetails, Scheme},
    reading::{ReadingPolicy, window::ReadingWindow},
};

/// A utility of a tenant and the rules it does business by.
#[derive(Debug, Clone)]
pub struct Provider {
    /// Its id, unique in the hub.
    pub id: ProviderId,
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Its name as its customers know it.
    pub display_name: String,
    /// ISO 3166-1 alpha-2 country code.
    pub country: String,
    /// The one currency it bills in.
    pub currency: Currency,
    /// The zone of its windows, due dates and days.
    pub time_zone: TimeZone,
    /// The languages it serves, the first by default.
    pub languages: Vec<Language>,
    /// What it delivers.
    pub commodity: Commodity,
    /// What must be accepted before an account is linked, in the versions in force.
    pub documents: Vec<PublishedDocument>,
    /// What mails offer to be given back: a code, a link, or both.
    pub confirmation: Confirmation,
    /// What a registration chooses when it says nothing.
    pub default_delivery: BillDelivery,
    /// On which days customers may submit readings.
    pub reading_window: ReadingWindow,
    /// What else it wants of readings.
    pub readings: ReadingPolicy,
    /// When its customers heat.
    pub heating_season: HeatingSeason,
    /// When bills come, where the provider says so.
    pub bill_calendar: Option<BillCalendar>,
    /// What customers may ask to have changed of their premises; empty where the provider has no such form.
    pub premises_form: PremisesForm,
    /// How its data are taken in, where that differs from the hub's settings.
    pub feed: FeedRhythm,
    /// The day from which everybody registers anew, in its zone: a link that was proved before counts no more.
    pub cut_over: Option<Date>,
    /// How its bills become payment codes.
    pub payment_codes: PaymentCodes,
    /// How it looks on what the hub prints for it.
    pub brand: Brand,
    /// What it wants of the notices about its outages.
    pub outages: OutagePolicy,
}

/// How a provider's bills become payment codes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaymentCodes {
    /// The scheme unless somebody asks for another one; where none is set, [the one that is customary](Scheme::customary).
    pub scheme: Option<Scheme>,
    /// What codes say of the payee and bills do not.
    pub payee: PayeeDetails,
}

/// What the mails offer with which somebody shows that they read them. Whoever has either can use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirmation {
    /// A code to be typed back.
    Code,
    /// A link to be followed, where the portal has a page for it; else a code.
    Link,
    /// A code, and a link where the portal has a page for it.
    #[default]
    CodeAndLink,
}

impl Confirmation {
    /// What a mail offers of a code, and of a link that there may be.
    pub fn offered<C, L>(self, code: C, link: Option<L>) -> (Option<C>, Option<L>) {
        match (self, link) {
            (Self::Code, _) | (_, None) => (Some(code), None),
            (Self::Link, link) => (None, link),
            (Self::CodeAndLink, link) => (Some(code), link),
        }
    }
}

impl Provider {
    /// When its cut-over begins; `None` where there is none.
    pub fn cut_over_at(&self) -> Option<Timestamp> {
        // the year is within bounds: settings say so
        Some(self.cut_over?.to_zoned(self.time_zone.clone()).ok()?.timestamp())
    }

    /// The scheme of its payment codes unless somebody asks for another one; `None` where no scheme is known for its
    /// country and currency.
    pub fn payment_scheme(&self) -> Option<Scheme> {
        self.payment_codes.scheme.or_else(|| Scheme::customary(&self.country, self.currency))
    }

    /// The language to write in when somebody prefers `wanted`.
    pub fn language_for(&self, wanted: Language) -> Language {
        if self.languages.contains(&wanted) {
            wanted
        } else {
            self.languages.first().copied().unwrap_or(Language::English)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_always_offers_something_to_be_given_back() {
        let offered = |confirmation: Confirmation, link| confirmation.offered("code", link);
        assert_eq!(offered(Confirmation::Code, Some("link")), (Some("code"), None));
        assert_eq!(offered(Confirmation::Link, Some("link")), (None, Some("link")));
        assert_eq!(offered(Confirmation::CodeAndLink, Some("link")), (Some("code"), Some("link")));
        for any in [Confirmation::Code, Confirmation::Link, Confirmation::CodeAndLink] {
            assert_eq!(offered(any, None), (Some("code"), None), "{any:?}");
        }
    }
}

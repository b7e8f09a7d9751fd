//! A provider: a utility and how it does business.

use jiff::tz::TimeZone;

use crate::{
    BillCalendar, BillDelivery, Currency, FeedRhythm, Language, ProviderId, TenantId, account::Commodity,
    consent::DocumentVersion, reading::window::ReadingWindow,
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
    pub documents: Vec<DocumentVersion>,
    /// What a registration chooses when it says nothing.
    pub default_delivery: BillDelivery,
    /// On which days customers may submit readings.
    pub reading_window: ReadingWindow,
    /// When bills come, where the provider says so.
    pub bill_calendar: Option<BillCalendar>,
    /// How its data are taken in, where that differs from the hub's settings.
    pub feed: FeedRhythm,
}

impl Provider {
    /// The language to write in when somebody prefers `wanted`.
    pub fn language_for(&self, wanted: Language) -> Language {
        if self.languages.contains(&wanted) {
            wanted
        } else {
            self.languages.first().copied().unwrap_or(Language::English)
        }
    }
}

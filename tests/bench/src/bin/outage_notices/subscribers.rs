//! People who want to be told, each of one supply point: half by mail, half by short messages.

use jiff::Timestamp;
use komunala_app::{
    ports::{
        Subscriptions,
        subscriptions::{SignUp, SignedUp},
    },
    scope::{TenantScope, testing},
};
use komunala_domain::{
    BillDelivery, Contact, FeedRhythm, Interest, Language, Provider, Topic, account::Commodity,
    consumption::HeatingSeason, reading::window::ReadingWindow, subscription::SignUpWay,
};
use komunala_store::Store;

pub(crate) fn tenant() -> anyhow::Result<TenantScope> {
    Ok(testing::system().tenant("region".parse()?))
}

/// Signs everybody up; answers the numbers of the supply points.
pub(crate) async fn sign_up(store: &Store, points: usize) -> anyhow::Result<Vec<String>> {
    let tenant = tenant()?;
    let mut numbers = Vec::with_capacity(points);
    for n in 0..points {
        let number = format!("6-{n:06}");
        let contacts: [Contact; 2] = [
            Contact::Email(format!("customer-{n}@example.si").parse()?),
            Contact::Phone(format!("+3864{n:07}").parse()?),
        ];
        for contact in contacts {
            let who =
                SignUp { contact, way: SignUpWay::Sms, language: Language::Slovenian, most: 10, now: Timestamp::now() };
            let interest = Interest { topic: Topic::Outage, provider: "grid".parse()?, point: number.parse()? };
            let signed_up = store.sign_up(&tenant, who, interest).await?;
            anyhow::ensure!(matches!(signed_up, SignedUp::Subscribed(_)), "{signed_up:?}");
        }
        numbers.push(number);
    }
    Ok(numbers)
}

/// Whose outage it is.
pub(crate) fn provider() -> anyhow::Result<Provider> {
    Ok(Provider {
        id: "grid".parse()?,
        tenant: "region".parse()?,
        display_name: "Grid".to_owned(),
        country: "SI".to_owned(),
        currency: "EUR".parse()?,
        time_zone: jiff::tz::TimeZone::get("Europe/Ljubljana")?,
        languages: vec![Language::Slovenian],
        commodity: Commodity::Electricity,
        documents: Vec::new(),
        confirmation: komunala_domain::Confirmation::default(),
        default_delivery: BillDelivery::Paper,
        heating_season: HeatingSeason::default(),
        reading_window: ReadingWindow::default(),
        readings: komunala_domain::reading::ReadingPolicy::default(),
        bill_calendar: None,
        cut_over: None,
        premises_form: komunala_domain::PremisesForm::default(),
        feed: FeedRhythm::default(),
        payment_codes: komunala_domain::PaymentCodes::default(),
        brand: komunala_domain::Brand::default(),
        letter_texts: komunala_domain::LetterTexts::default(),
        outages: komunala_domain::outage::OutagePolicy::default(),
    })
}

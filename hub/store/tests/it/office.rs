//! A hub before a desk, and what files say.

use std::{collections::BTreeMap, collections::HashMap, sync::Arc, time::Duration};

use jiff::{civil::date, tz::TimeZone};
use komunala_app::{
    Directory, Failure, FeedSettings, Freshness, Hub, PageRequest, Ports, Roster,
    account::LinkAccount,
    credentials::RootSecret,
    invoice::WantedInvoices,
    ports::{
        BillSheets, BillingSystem, Call, CodeImages, Letters, Problems, SystemClock, Texts, UsageFiles,
        accounts::{AccountFilter, LinkedAccount},
        bill_sheets::{BillSheet, SheetError},
        code_images::{ImageError, ImageFormat},
        files::{FileContent, FileRow, ListedBill, ListedCustomer, ListedPayment, PinVerifier, VerifierScheme},
        letters::{Letter, LetterContent, LetterError},
        texts::TextContent,
        usage_files::{UsageFileError, UsageFormat},
    },
    scope::UserScope,
};
use komunala_domain::{
    BillDelivery, CustomerNumber, Language, LetterTexts, Money, PaymentCode, PhoneTexts, Pin, PostalChannel, Provider,
    consumption::Usage, invoice::InvoiceLine,
};
use komunala_inspection::Inspector;
use komunala_store::Store;
use sha2::Digest;
use uuid::Uuid;

use crate::{
    desk::{Desk, LaidFile},
    place::Place,
    samples,
};

/// Nobody writes a letter here.
struct NoLetters;

impl Letters for NoLetters {
    fn write(&self, _: &LetterTexts, language: Language, _: &LetterContent<'_>) -> Result<Letter, LetterError> {
        Err(LetterError { letter: "none", language, detail: "nobody writes here".to_owned() })
    }
}

impl Texts for NoLetters {
    fn say(&self, _: &PhoneTexts, language: Language, _: &TextContent<'_>) -> Result<String, LetterError> {
        Err(LetterError { letter: "none", language, detail: "nobody writes here".to_owned() })
    }
}

/// Nobody takes a file along here.
struct NoFiles;

impl UsageFiles for NoFiles {
    fn write(&self, _: UsageFormat, _: &Usage, _: &TimeZone) -> Result<Vec<u8>, UsageFileError> {
        Err(UsageFileError::Writing("nobody writes here".to_owned()))
    }
}

/// Nobody prints a bill here.
struct NoSheets;

impl BillSheets for NoSheets {
    fn write(&self, _: &BillSheet<'_>) -> Result<Vec<u8>, SheetError> {
        Err(SheetError("nobody prints here".to_owned()))
    }
}

/// Nobody draws a payment code here.
struct NoImages;

impl CodeImages for NoImages {
    fn draw(&self, _: &PaymentCode, _: &str, _: ImageFormat) -> Result<Vec<u8>, ImageError> {
        Err(ImageError::Encoding("nobody draws here".to_owned()))
    }
}

/// A hub before a desk.
pub(crate) struct Office {
    pub(crate) hub: Hub,
    pub(crate) desk: Desk,
    pub(crate) provider: Arc<Provider>,
    pub(crate) place: Place,
}

impl Office {
    pub(crate) fn open(place: Place) -> Self {
        Self::with_turns_of(place, FeedSettings::default().turn)
    }

    pub(crate) fn with_turns_of(place: Place, turn: Duration) -> Self {
        let store = Arc::new(place.store.clone());
        let ports = ports(&store);
        let provider = gas();
        let provider = Arc::new(provider);
        let directory = Directory::new(vec![provider.clone()], vec![]).unwrap();
        let desk = Desk::default();
        let billing: Arc<dyn BillingSystem> = Arc::new(desk.clone());
        let billing = HashMap::from([(provider.id.clone(), billing)]);
        let root = RootSecret::new(vec![7; 32]).unwrap();
        // whatever is asked is asked anew, and every turn is due
        let freshness = Freshness { fresh_for: Duration::ZERO, ..Freshness::default() };
        let (every, hand_over_every) = (Duration::ZERO, Duration::ZERO);
        let settings = FeedSettings { every, hand_over_every, turn, page: 3, ..FeedSettings::default() };
        let hub = Hub::new(ports, &root, freshness).with_feeds(settings).with_roster(Roster {
            directory,
            billing,
            ..Roster::default()
        });
        Self { hub, desk, provider, place }
    }

    /// One exchange; answers how many files came to count and were refused.
    pub(crate) async fn exchange(&self) -> (u64, u64) {
        let report = self.hub.take_in_files(&self.hub.system_scope(), &self.provider).await.unwrap().unwrap();
        (report.files, report.refused)
    }

    pub(crate) async fn link(&self, user: &UserScope, number: &str, pin: &str) -> Result<LinkedAccount, Failure> {
        let request = LinkAccount {
            provider: self.provider.id.clone(),
            customer_number: CustomerNumber::parse(number).unwrap(),
            pin: Pin::parse(pin).unwrap(),
            accepted_documents: vec![],
            request_id: Uuid::now_v7(),
        };
        self.hub.link_account(user, soon(), request).await
    }

    /// The bills of an account: total and lines by id.
    pub(crate) async fn bills(&self, user: &UserScope, account: &LinkedAccount) -> BTreeMap<String, (i64, usize)> {
        let filter = AccountFilter::One(self.provider.id.clone(), account.id);
        let page = self.hub.list_invoices(user, soon(), filter, WantedInvoices::default(), whole_page()).await.unwrap();
        let bill = |copy: &komunala_app::ports::copies::InvoiceCopy| {
            let invoice = &copy.invoice;
            (invoice.external_id.to_string(), (invoice.total.minor, invoice.lines.len()))
        };
        page.items.iter().map(bill).collect()
    }

    /// What was put aside, and where. Made-up bills need not add up, so that is no subject here.
    pub(crate) async fn subjects(&self) -> Vec<(String, String)> {
        let problems = Problems::list(&self.place.store, &self.place.system(), None, 100).await.unwrap();
        let mut subjects: Vec<_> = problems.into_iter().map(|it| (it.source, it.subject)).collect();
        subjects.retain(|(source, _)| source != "sums");
        subjects.sort();
        subjects
    }
}

pub(crate) fn soon() -> Call {
    Call::within(Duration::from_secs(10))
}

pub(crate) fn whole_page() -> PageRequest {
    PageRequest { size: 200, token: String::new() }
}

pub(crate) fn money(minor: i64) -> Money {
    Money { minor, currency: "RSD".parse().unwrap() }
}

pub(crate) fn customer(number: &str, pin: Option<&str>, delivery: Option<PostalChannel>) -> FileRow {
    customer_named("Ана Анић", number, pin, delivery)
}

pub(crate) fn customer_named(name: &str, number: &str, pin: Option<&str>, delivery: Option<PostalChannel>) -> FileRow {
    let mut account = samples::account(number, "none");
    account.customer_number = number.to_owned();
    account.name = Some(name.to_owned());
    account.supply_points.clear();
    let salt = format!("salt-{number}").into_bytes();
    let verifier = |pin: &str| PinVerifier {
        scheme: VerifierScheme::Sha256SaltPin,
        hash: sha2::Sha256::digest([salt.as_slice(), pin.as_bytes()].concat()).to_vec(),
        salt: salt.clone(),
    };
    FileRow::Customer(Box::new(ListedCustomer { account, pin: pin.map(verifier), delivery }))
}

pub(crate) fn bill(account: &str, id: &str, total: i64) -> FileRow {
    let mut invoice = samples::invoice(1);
    invoice.external_id = id.parse().unwrap();
    invoice.number = id.to_owned();
    invoice.lines.clear();
    invoice.total = money(total);
    let document = Some(format!("archive-7/{id}.pdf"));
    FileRow::Bill(Box::new(ListedBill { account: account.parse().unwrap(), invoice, document }))
}

pub(crate) fn lines(invoice: &str, texts: &[&str]) -> FileRow {
    let line = |text: &&str| InvoiceLine {
        code: None,
        text: (*text).to_owned(),
        quantity: None,
        unit: None,
        unit_price: None,
        net: None,
        tax_rate: None,
        tax: None,
        gross: None,
    };
    FileRow::Lines(invoice.parse().unwrap(), texts.iter().map(line).collect())
}

pub(crate) fn payment(account: &str, id: &str, day: i8, amount: i64) -> FileRow {
    FileRow::Payment(Box::new(ListedPayment {
        id: id.parse().unwrap(),
        account: account.parse().unwrap(),
        date: date(2030, 1, day),
        amount: money(amount),
        reference: Some(id.to_owned()),
        channel: None,
    }))
}

pub(crate) fn customers(id: &str, sequence: u64, rows: Vec<FileRow>) -> LaidFile {
    LaidFile::new(id, FileContent::Customers, sequence, rows)
}

pub(crate) fn bills(id: &str, sequence: u64, rows: Vec<FileRow>) -> LaidFile {
    LaidFile::new(id, FileContent::Invoices, sequence, rows)
}

/// A world in which the store keeps everything.
pub(crate) fn ports(store: &Arc<Store>) -> Ports {
    let (letters, images, files) = (Arc::new(NoLetters), Arc::new(NoImages), Arc::new(NoFiles));
    let inspection = Arc::new(Inspector::new());
    Ports::kept_in(store, letters, inspection, images, files, Arc::new(NoSheets), Arc::new(SystemClock))
}

/// A utility of the tenant `ruma`.
pub(crate) fn gas() -> Provider {
    Provider {
        id: "gas".parse().unwrap(),
        tenant: "ruma".parse().unwrap(),
        display_name: "Toplana".to_owned(),
        country: "RS".to_owned(),
        currency: "RSD".parse().unwrap(),
        time_zone: jiff::tz::TimeZone::UTC,
        languages: vec![Language::English],
        commodity: komunala_domain::account::Commodity::Heat,
        documents: vec![],
        confirmation: komunala_domain::Confirmation::default(),
        default_delivery: BillDelivery::Paper,
        heating_season: komunala_domain::consumption::HeatingSeason::default(),
        reading_window: komunala_domain::reading::window::ReadingWindow::default(),
        readings: komunala_domain::reading::ReadingPolicy::default(),
        bill_calendar: None,
        cut_over: None,
        premises_form: komunala_domain::PremisesForm::default(),
        feed: komunala_domain::FeedRhythm::default(),
        payment_codes: komunala_domain::PaymentCodes::default(),
        brand: komunala_domain::Brand::default(),
        letter_texts: LetterTexts::default(),
        outages: komunala_domain::outage::OutagePolicy::default(),
    }
}

//! The hub around the files: adapter, sandbox, use cases and store, with nothing left out but what is not asked.

use std::{collections::HashMap, sync::Arc};

use jiff::tz::TimeZone;
use komunala_app::{
    Directory, Freshness, Hub, Ports, Roster,
    credentials::RootSecret,
    ports::{
        BillSheets, CodeImages, Letters, SystemClock, Texts, UsageFiles,
        bill_sheets::{BillSheet, SheetError},
        code_images::{ImageError, ImageFormat},
        letters::{Letter, LetterContent, LetterError},
        texts::TextContent,
        usage_files::{UsageFileError, UsageFormat},
    },
};
use komunala_domain::{
    BillDelivery, FeedRhythm, Language, LetterTexts, PaymentCode, PhoneTexts, Provider,
    account::Commodity,
    consumption::{HeatingSeason, Usage},
    reading::window::ReadingWindow,
};
use komunala_inspection::Inspector;
use komunala_sandbox::Adapter;
use komunala_store::Store;

/// Nobody is written to.
struct NoLetters;

impl Letters for NoLetters {
    fn write(&self, _: &LetterTexts, language: Language, _: &LetterContent<'_>) -> Result<Letter, LetterError> {
        Err(LetterError { letter: "none", language, detail: "a bench writes no letters".to_owned() })
    }
}

impl Texts for NoLetters {
    fn say(&self, _: &PhoneTexts, language: Language, _: &TextContent<'_>) -> Result<String, LetterError> {
        Err(LetterError { letter: "none", language, detail: "a bench writes no texts".to_owned() })
    }
}

/// Nobody takes a file along.
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
        Err(SheetError("a bench prints no bills".to_owned()))
    }
}

/// Nothing is drawn.
struct NoImages;

impl CodeImages for NoImages {
    fn draw(&self, _: &PaymentCode, _: &str, _: ImageFormat) -> Result<Vec<u8>, ImageError> {
        Err(ImageError::Encoding("a bench draws no codes".to_owned()))
    }
}

/// Takes in all files; answers how many rows were kept.
pub(crate) async fn take_in(store: Store, adapter: Adapter) -> anyhow::Result<u64> {
    let store = Arc::new(store);
    let (letters, images, files) = (Arc::new(NoLetters), Arc::new(NoImages), Arc::new(NoFiles));
    let inspection = Arc::new(Inspector::new());
    let ports = Ports::kept_in(&store, letters, inspection, images, files, Arc::new(NoSheets), Arc::new(SystemClock));
    let provider = Provider {
        id: "unified".parse()?,
        tenant: "city".parse()?,
        display_name: "Unified bill".to_owned(),
        country: "RS".to_owned(),
        currency: "RSD".parse()?,
        time_zone: jiff::tz::TimeZone::get("Europe/Belgrade")?,
        languages: vec![Language::English],
        commodity: Commodity::Heat,
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
        letter_texts: LetterTexts::default(),
        outages: komunala_domain::outage::OutagePolicy::default(),
    };
    let billing = HashMap::from([(provider.id.clone(), Arc::new(adapter) as _)]);
    let directory = Directory::new([Arc::new(provider.clone())], [])?;
    let hub = Hub::new(ports, &RootSecret::new(vec![7; 32])?, Freshness::default()).with_roster(Roster {
        directory,
        billing,
        ..Roster::default()
    });
    let report = hub.take_in_files(&hub.system_scope(), &provider).await?;
    let report = report.ok_or_else(|| anyhow::anyhow!("somebody else has the turn"))?;
    anyhow::ensure!(report.files == 3 && report.problems == 0, "{report:?}");
    Ok(report.records)
}

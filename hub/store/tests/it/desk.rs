//! A billing system for tests that exchanges files: whatever a test lays on its desk.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use komunala_app::ports::{
    BillingError, BillingSystem, Call, FileExchange, IntervalSource, OutageSource,
    billing::{FieldProblem, Told},
    files::{FileContent, FilePage, FileRow, HandOver, ListedFile, Portion},
};
use komunala_domain::{Capability, CapabilitySet, Document, ExternalId, PostalChannel, Sha256};

/// A file on the desk.
#[derive(Debug, Clone)]
pub(crate) struct LaidFile {
    pub(crate) listed: ListedFile,
    pub(crate) rows: Vec<FileRow>,
    /// Its totals do not fit.
    pub(crate) is_wrong: bool,
}

impl LaidFile {
    pub(crate) fn new(id: &str, content: FileContent, sequence: u64, rows: Vec<FileRow>) -> Self {
        let fingerprint = format!("{id}-{}", uuid::Uuid::now_v7());
        let listed = ListedFile { id: id.parse().unwrap(), content, sequence, fingerprint, is_full: false, size: 1 };
        Self { listed, rows, is_wrong: false }
    }

    pub(crate) fn full(mut self) -> Self {
        self.listed.is_full = true;
        self
    }

    pub(crate) fn wrong(mut self) -> Self {
        self.is_wrong = true;
        self
    }
}

/// The desk. Clones are the same one.
#[derive(Clone, Default)]
pub(crate) struct Desk {
    files: Arc<Mutex<Vec<LaidFile>>>,
    /// Whether the next portions can be read; all later ones can.
    weather: Arc<Mutex<VecDeque<bool>>>,
    told: Arc<Mutex<Vec<(ExternalId, PostalChannel)>>>,
    /// How long the next portion takes.
    takes: Arc<Mutex<Duration>>,
}

impl Desk {
    /// Lays a file down; one of the same name is taken away.
    pub(crate) fn lay(&self, file: LaidFile) {
        let mut files = self.files.lock().unwrap();
        files.retain(|other| other.listed.id != file.listed.id);
        files.push(file);
        files.sort_by_key(|file| file.listed.sequence);
    }

    /// The next portions fail where this says `false`.
    pub(crate) fn weather(&self, fine: impl IntoIterator<Item = bool>) {
        self.weather.lock().unwrap().extend(fine);
    }

    /// The next portion takes so long.
    pub(crate) fn takes_its_time(&self, time: Duration) {
        *self.takes.lock().unwrap() = time;
    }

    pub(crate) fn told(&self) -> Vec<(ExternalId, PostalChannel)> {
        self.told.lock().unwrap().clone()
    }
}

#[async_trait]
impl FileExchange for Desk {
    async fn list_files(&self, _: Call, since: Option<&str>, _: u32) -> Result<FilePage, BillingError> {
        // two files a page
        let first: usize = since.map_or(0, |since| since.parse().unwrap());
        let files = self.files.lock().unwrap();
        let page = files.iter().skip(first).take(2).map(|file| file.listed.clone()).collect();
        let next = (first + 2 < files.len()).then(|| (first + 2).to_string());
        Ok(FilePage { files: page, problems: Vec::new(), next })
    }

    async fn read_file(
        &self,
        _: Call,
        listed: &ListedFile,
        since: Option<&str>,
        size: u32,
    ) -> Result<Portion, BillingError> {
        let takes = std::mem::take(&mut *self.takes.lock().unwrap());
        tokio::time::sleep(takes).await;
        if self.weather.lock().unwrap().pop_front() == Some(false) {
            return Err(BillingError::Unavailable { retry_after: None });
        }
        let files = self.files.lock().unwrap();
        let file = files.iter().find(|file| file.listed.id == listed.id).ok_or(BillingError::NotFound)?;
        if file.listed.fingerprint != listed.fingerprint {
            return Err(BillingError::Conflict { detail: "it was sent again".to_owned() });
        }
        if file.is_wrong {
            let violation = |field: &str| FieldProblem {
                field: field.to_owned(),
                code: "malformed".to_owned(),
                message: "the sum does not fit".to_owned(),
            };
            return Err(BillingError::Rejected { fields: vec![violation("trailer.sum")] });
        }
        let (first, size) = (since.map_or(0, |since| since.parse().unwrap()), size as usize);
        let rows = file.rows.iter().skip(first).take(size).cloned().collect();
        let next = (first + size < file.rows.len()).then(|| (first + size).to_string());
        Ok(Portion { rows, problems: Vec::new(), next })
    }

    async fn read_document(&self, _: Call, invoice: &ExternalId, place: &str) -> Result<Document, BillingError> {
        let bytes = format!("%PDF-1.7 {invoice} from {place}").into_bytes();
        Ok(Document { media_type: "application/pdf".to_owned(), bytes })
    }

    async fn hand_over(&self, _: Call) -> Result<HandOver, BillingError> {
        Ok(HandOver { rows: self.told.lock().unwrap().len() as u64, ..HandOver::default() })
    }
}

impl IntervalSource for Desk {}

impl OutageSource for Desk {}

#[async_trait]
impl BillingSystem for Desk {
    fn capabilities(&self) -> CapabilitySet {
        [Capability::Files, Capability::Delivery].into_iter().collect()
    }

    fn digest(&self) -> Sha256 {
        Sha256([0; 32])
    }

    fn files(&self) -> Option<&dyn FileExchange> {
        Some(self)
    }

    async fn set_delivery(&self, _: Call, account: &ExternalId, channel: PostalChannel) -> Result<Told, BillingError> {
        self.told.lock().unwrap().push((account.clone(), channel));
        Ok(Told::Queued)
    }
}

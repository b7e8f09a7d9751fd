//! Files through the port that a hub uses.

use komunala_app::ports::{Call, FileExchange as _, files::ListedFile};
use komunala_domain::ExternalId;
use komunala_sandbox::Adapter;

use super::Seen;
use crate::check::run::Run;

/// Files that are looked at in one go, and rows of a portion.
const FILES: u32 = 1000;
const ROWS: u32 = 5000;

/// A file has fewer portions than this.
const MOST_PORTIONS: usize = 1000;

fn call() -> Call {
    Call::within(std::time::Duration::from_secs(30))
}

/// Notes what the hub says of every file, every row, and the document that the subjects name.
pub(super) async fn noted(run: &Run<'_>, seen: &mut Seen) {
    let page = run.adapter.list_files(call(), None, FILES).await;
    let files = page.as_ref().map_or_else(|_| Vec::new(), |page| page.files.clone());
    if let Ok(page) = &page {
        let problems = page.problems.iter().map(|bad| format!("files.list-files: {}: {}", bad.field, bad.problem));
        seen.failures.extend(problems);
    }
    seen.note("files.list-files", page);
    for file in &files {
        rows(&run.adapter, file, seen).await;
    }
    let subject = |path: &str| run.subjects.text(path).map(str::to_owned);
    if let (Some(invoice), Some(place)) = (subject("document.invoice"), subject("document.place"))
        && let Ok(invoice) = ExternalId::try_from(invoice)
    {
        seen.note("files.read-document", run.adapter.read_document(call(), &invoice, &place).await);
    }
}

async fn rows(adapter: &Adapter, file: &ListedFile, seen: &mut Seen) {
    let mut since: Option<String> = None;
    for _ in 0..MOST_PORTIONS {
        let portion = adapter.read_file(call(), file, since.as_deref(), ROWS).await;
        since = portion.as_ref().ok().and_then(|portion| portion.next.clone());
        if let Ok(portion) = &portion {
            let problems = portion.problems.iter();
            let named =
                problems.map(|bad| format!("files.read-file, {}: {}: {}", file.id.as_str(), bad.field, bad.problem));
            seen.failures.extend(named);
        }
        seen.note("files.read-file", portion);
        if since.is_none() {
            return;
        }
    }
}

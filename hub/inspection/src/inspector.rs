//! Looking at files one after another, beside the threads that serve calls.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use komunala_app::ports::{Inspection, inspection::Inspected};
use komunala_domain::{AttachmentKind, Objection, attachment::MAX_ATTACHMENT_BYTES};
use tokio::sync::Semaphore;

use crate::{image, kind::kind, pdf};

/// Files that are looked at at a time. Each may take a core for a second, and as much memory as a PDF may unpack to.
const AT_ONCE: usize = 2;

/// Looks at files. Cheap to clone: clones wait in one line.
#[derive(Clone)]
pub struct Inspector(Arc<Semaphore>);

impl Inspector {
    /// An inspector for the whole process.
    #[allow(clippy::new_without_default, reason = "two of them look at twice as many files at once")]
    pub fn new() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

#[async_trait]
impl Inspection for Inspector {
    async fn inspect(&self, bytes: Bytes, declared: Option<AttachmentKind>) -> Result<Inspected, Objection> {
        let turn = self.0.clone().acquire_owned().await.expect("the semaphore is never closed");
        let looked = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            inspect(bytes, declared)
        });
        looked.await.unwrap_or_else(|error| {
            // a parser that panics on a file did not make sense of it
            tracing::error!(%error, "a file could not be inspected");
            Err(Objection::Unreadable)
        })
    }
}

fn inspect(bytes: Bytes, declared: Option<AttachmentKind>) -> Result<Inspected, Objection> {
    if bytes.is_empty() {
        return Err(Objection::Empty);
    }
    if bytes.len() > MAX_ATTACHMENT_BYTES {
        return Err(Objection::TooLarge);
    }
    let kind = kind(&bytes).ok_or(Objection::TypeUnknown)?;
    if declared.is_some_and(|declared| declared != kind) {
        return Err(Objection::TypeDiffers);
    }
    let bytes = match kind {
        AttachmentKind::Pdf => pdf::check(bytes)?,
        AttachmentKind::Jpeg => image::jpeg(&bytes)?,
        AttachmentKind::Png => image::png(bytes)?,
        AttachmentKind::Webp => image::webp(bytes)?,
    };
    Ok(Inspected { kind, bytes })
}

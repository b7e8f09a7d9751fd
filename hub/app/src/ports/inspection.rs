//! Looking at what customers hand in, before it is kept.

use async_trait::async_trait;
use bytes::Bytes;
use komunala_domain::{AttachmentKind, Objection};

/// A file that may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    /// What it is, by its content.
    pub kind: AttachmentKind,
    /// What is kept of it: a picture has lost what is not picture.
    pub bytes: Bytes,
}

/// Tells files that may be kept from others.
#[async_trait]
pub trait Inspection: Send + Sync {
    /// Looks at a file of at most 16 MiB, in bounded time and memory whatever its bytes are. `declared` is what its sender
    /// says that it is.
    async fn inspect(&self, bytes: Bytes, declared: Option<AttachmentKind>) -> Result<Inspected, Objection>;
}

//! What a file is, by its first bytes.

use komunala_domain::AttachmentKind;

/// The kind of a file; `None` where it is none that may be kept.
pub(crate) fn kind(bytes: &[u8]) -> Option<AttachmentKind> {
    AttachmentKind::of_media_type(infer::get(bytes)?.mime_type())
}

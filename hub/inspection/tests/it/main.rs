//! What the inspector lets through, and what it names when it does not.

mod paper;
mod pdf;
mod pictures;

use bytes::Bytes;
use komunala_app::ports::{Inspection, inspection::Inspected};
use komunala_domain::{AttachmentKind, Objection};
use komunala_inspection::Inspector;

/// What comes of a file.
fn inspect(bytes: impl Into<Bytes>) -> Result<Inspected, Objection> {
    inspect_as(bytes, None)
}

/// What comes of a file that its sender says to be of a kind.
fn inspect_as(bytes: impl Into<Bytes>, declared: Option<AttachmentKind>) -> Result<Inspected, Objection> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(Inspector::new().inspect(bytes.into(), declared))
}

#[test]
fn what_is_none_of_the_kinds_is_refused_whatever_it_calls_itself() {
    for (bytes, name) in [
        (&b"GIF89a\x01\0\x01\0\0\0\0;"[..], "a GIF"),
        (b"PK\x03\x04\x14\0\0\0", "an archive"),
        (b"<html><script>alert(1)</script>", "a page"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a drawing with a script"),
        (b"MZ\x90\0\x03", "a program"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a HEIC"),
    ] {
        assert_eq!(inspect(bytes), Err(Objection::TypeUnknown), "{name}");
    }
    assert_eq!(inspect(&b""[..]), Err(Objection::Empty));
    assert_eq!(inspect(vec![b'%'; 16 * 1024 * 1024 + 1]), Err(Objection::TooLarge));
}

#[test]
fn a_file_of_another_type_than_was_declared_is_refused() {
    let pdf = paper::Paper::plain().written();
    assert_eq!(inspect_as(pdf.clone(), Some(AttachmentKind::Jpeg)), Err(Objection::TypeDiffers));
    assert!(inspect_as(pdf, Some(AttachmentKind::Pdf)).is_ok());
}

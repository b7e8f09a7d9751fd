//! Names that make a PDF do something.

use komunala_domain::Objection;

/// What a name means for the file that holds it, wherever it stands among objects; `None` for all others.
///
/// `/URI` is not among them: a link that somebody follows is shown where it leads.
pub(super) fn objection(name: &[u8]) -> Option<Objection> {
    Some(match name {
        b"JavaScript" | b"JS" => Objection::JavaScript,
        b"Launch" => Objection::Launch,
        b"EmbeddedFile" | b"EmbeddedFiles" | b"EF" | b"FileAttachment" | b"AF" | b"Collection" => {
            Objection::EmbeddedFile
        }
        b"XFA" => Objection::Xfa,
        b"AA" => Objection::AdditionalAction,
        b"SubmitForm" | b"ImportData" => Objection::FormAction,
        b"GoToR" | b"GoToE" => Objection::RemoteGoTo,
        b"RichMedia" | b"RichMediaExecute" | b"Rendition" | b"Movie" | b"Sound" | b"Screen" | b"3D" | b"GoTo3DView"
        | b"U3D" | b"PRC" => Objection::RichMedia,
        b"Encrypt" => Objection::Encrypted,
        _ => return None,
    })
}

/// What a document does when it is opened. A place in itself, written as an array, is only where it is opened, and many
/// programs write one; anything else may be an action.
pub(super) const OPEN_ACTION: &[u8] = b"OpenAction";

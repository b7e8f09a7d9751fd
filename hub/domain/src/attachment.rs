//! Documents and photos that customers hand in.

mod name;

pub use name::{FileName, FileNameError};

/// The most bytes an attachment may have: 16 MiB.
pub const MAX_ATTACHMENT_BYTES: usize = 16 * 1024 * 1024;

/// What an attachment may be. HEIC is none of them: where the position is kept in it cannot be taken out without
/// encoding the picture anew, and phones hand browsers a JPEG anyway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AttachmentKind {
    /// A PDF that does nothing by itself.
    Pdf,
    /// A JPEG image.
    Jpeg,
    /// A PNG image.
    Png,
    /// A WebP image.
    Webp,
}

impl AttachmentKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Pdf, Self::Jpeg, Self::Png, Self::Webp];

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }

    /// The kind of a media type; parameters and other spellings are none.
    pub fn of_media_type(media_type: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.media_type().eq_ignore_ascii_case(media_type))
    }

    /// What its files' names end in.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }
}

macro_rules! objections {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $text:literal;)*) => {
        /// Why an attachment is refused, whoever hands it in.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, thiserror::Error)]
        pub enum Objection {
            $($(#[$doc])* #[error($text)] $name,)*
        }

        impl Objection {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name that the API gives it.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }
        }
    };
}

objections! {
    /// It has no bytes.
    Empty = "empty", "it is empty";
    /// It has more bytes than an attachment may have.
    TooLarge = "too_large", "it has more than 16 MiB";
    /// It has another length than was announced.
    SizeDiffers = "size_differs", "it has another length than was announced";
    /// It has another digest than was announced.
    DigestDiffers = "digest_differs", "it has another digest than was announced";
    /// Its bytes are none of the kinds there are.
    TypeUnknown = "type_unknown", "it is no PDF, JPEG, PNG or WebP";
    /// Its bytes are of another kind than was declared.
    TypeDiffers = "type_differs", "it is of another type than was declared";
    /// A reader of its kind cannot make sense of it.
    Unreadable = "unreadable", "it cannot be read";
    /// It unpacks to more than anybody would print.
    Bomb = "bomb", "it unpacks to too much";
    /// A picture of too many pixels.
    TooManyPixels = "too_many_pixels", "the picture has too many pixels";
    /// A picture that moves.
    Animated = "animated", "the picture moves";
    /// A PDF that is encrypted: nobody can tell what is in it.
    Encrypted = "encrypted", "the PDF is encrypted";
    /// A PDF with objects where its readers disagree whether they are any.
    HiddenObjects = "hidden_objects", "the PDF hides objects";
    /// A PDF with JavaScript.
    JavaScript = "javascript", "the PDF holds JavaScript";
    /// A PDF that starts programs.
    Launch = "launch", "the PDF starts programs";
    /// A PDF with files in it.
    EmbeddedFile = "embedded_file", "the PDF holds files";
    /// A PDF with an XFA form.
    Xfa = "xfa", "the PDF holds an XFA form";
    /// A PDF that does something when it is opened.
    OpenAction = "open_action", "the PDF does something when it is opened";
    /// A PDF that does something when it is looked at, printed or closed.
    AdditionalAction = "additional_action", "the PDF does something when it is looked at";
    /// A PDF that sends what is filled in, or fetches it.
    FormAction = "form_action", "the PDF sends or fetches form data";
    /// A PDF that leads into other files.
    RemoteGoTo = "remote_go_to", "the PDF leads into other files";
    /// A PDF with films, sounds or three-dimensional scenes.
    RichMedia = "rich_media", "the PDF holds media that play";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_reads_back_from_its_media_type() {
        for kind in AttachmentKind::ALL {
            assert_eq!(AttachmentKind::of_media_type(kind.media_type()), Some(kind));
        }
        assert_eq!(AttachmentKind::of_media_type("IMAGE/JPEG"), Some(AttachmentKind::Jpeg));
        assert_eq!(AttachmentKind::of_media_type("image/heic"), None);
    }

    #[test]
    fn no_two_objections_have_one_code() {
        let mut codes: Vec<_> = Objection::ALL.iter().map(|objection| objection.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Objection::ALL.len());
    }
}

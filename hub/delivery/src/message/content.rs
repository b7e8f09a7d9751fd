//! What a mail holds: `mixed` of (`alternative` of text and (`related` of HTML and its pictures)) and documents; each layer
//! only where there is something for it.

use bytes::Bytes;
use komunala_app::ports::letters::{Composed, InlineImage};
use lettre::message::{
    Attachment, Message, MessageBuilder, MultiPart, SinglePart,
    header::{ContentTransferEncoding, ContentType},
};

use super::{MessageError, one_line};

/// The longest name of a document, in characters.
const MAX_NAME: usize = 120;

pub(super) fn fill(headers: MessageBuilder, composed: &Composed, files: &[Bytes]) -> Result<Message, MessageError> {
    let letter = &composed.letter;
    let alternative = MultiPart::alternative().singlepart(part(ContentType::TEXT_PLAIN, &letter.text));
    let html = part(ContentType::TEXT_HTML, &letter.html);
    let alternative = if composed.images.is_empty() {
        alternative.singlepart(html)
    } else {
        let related = MultiPart::related().singlepart(html);
        alternative.multipart(
            composed
                .images
                .iter()
                .try_fold(related, |related, image| Ok::<_, MessageError>(related.singlepart(picture(image)?)))?,
        )
    };
    let content = if composed.enclosures.is_empty() {
        alternative
    } else {
        let mixed = MultiPart::mixed().multipart(alternative);
        composed.enclosures.iter().zip(files).try_fold(mixed, |mixed, (enclosure, file)| {
            let kind = media_type(&enclosure.media_type)?;
            Ok::<_, MessageError>(mixed.singlepart(document(&enclosure.name, file, kind)))
        })?
    };
    headers.multipart(content).map_err(MessageError::Headers)
}

/// base64 whatever the text: no line of it can look like SMTP, and no line is too long.
fn part(kind: ContentType, text: &str) -> SinglePart {
    SinglePart::builder().header(kind).header(ContentTransferEncoding::Base64).body(text.to_owned())
}

fn picture(image: &InlineImage) -> Result<SinglePart, MessageError> {
    Ok(Attachment::new_inline(image.content_id.clone()).body(encoded(&image.bytes), media_type(&image.media_type)?))
}

fn document(name: &str, file: &Bytes, kind: ContentType) -> SinglePart {
    Attachment::new(file_name(name)).body(encoded(file), kind)
}

/// base64, for the same reason as text, and because a document must arrive byte for byte.
fn encoded(bytes: &Bytes) -> lettre::message::Body {
    lettre::message::Body::new_with_encoding(bytes.to_vec(), ContentTransferEncoding::Base64)
        .unwrap_or_else(|bytes| lettre::message::Body::new(bytes))
}

fn media_type(text: &str) -> Result<ContentType, MessageError> {
    ContentType::parse(text).map_err(|_| MessageError::MediaType(text.chars().take(MAX_NAME).collect()))
}

/// A name that is a file's wherever it is saved, and leads to no other folder.
fn file_name(name: &str) -> String {
    let plain: String = one_line(name).chars().map(|c| if "/\\:*?\"<>|".contains(c) { '-' } else { c }).collect();
    let plain = plain.trim_matches(['.', ' ']);
    if plain.is_empty() { "document".to_owned() } else { plain.chars().take(MAX_NAME).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_documents_name_leads_to_no_other_folder() {
        for (name, safe) in [
            ("račun 2024-07.pdf", "račun 2024-07.pdf"),
            ("../../etc/passwd", "-..-etc-passwd"),
            ("a\r\nBcc: eve@example.org", "a Bcc- eve@example.org"),
            ("..", "document"),
        ] {
            assert_eq!(file_name(name), safe);
        }
    }
}

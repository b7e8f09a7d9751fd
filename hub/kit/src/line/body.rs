//! The body of an answer, as far as faults edit it: what its lists are, notation by notation.

mod json;
mod xml;

use bytes::Bytes;

/// What goes wrong with the items of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Disorder {
    /// The first one comes once more at the end.
    Doubled,
    /// The first one comes at the end.
    Late,
}

/// The notation of a body.
enum Notation {
    Json,
    Xml,
}

impl Notation {
    /// By what it begins with: what a content type says is not always so.
    fn of(body: &[u8]) -> Option<Self> {
        match body.trim_ascii_start().first()? {
            b'{' | b'[' => Some(Self::Json),
            b'<' => Some(Self::Xml),
            _ => None,
        }
    }
}

/// The same body with its lists in disorder. What has none, or cannot be read, stays as it is.
pub(super) fn disordered(body: &Bytes, disorder: Disorder) -> Bytes {
    let edited = Notation::of(body).and_then(|notation| match notation {
        Notation::Json => json::disordered(body, disorder),
        Notation::Xml => xml::disordered(body, disorder),
    });
    edited.map_or_else(|| body.clone(), Bytes::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_neither_json_nor_xml_stays_as_it_is() {
        for body in ["", "%PDF-1.4 <a><b/><b/></a>", "{\"a\":", "<a><b></a>"] {
            let body = Bytes::from_static(body.as_bytes());
            assert_eq!(disordered(&body, Disorder::Doubled), body);
        }
    }
}

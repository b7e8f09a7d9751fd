//! The relaxed forms of headers and bodies (RFC 6376, 3.4): what mail servers change on the way is left out.

/// A mail's head and body; the blank line belongs to neither.
pub(super) fn split(mail: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memmem::find(mail, b"\r\n\r\n") {
        Some(end) => (&mail[..end + 2], &mail[end + 4..]),
        None => (mail, &[]),
    }
}

/// The fields of a mail's head.
pub(super) struct Head<'m>(Vec<(&'m [u8], &'m [u8])>);

impl<'m> Head<'m> {
    pub(super) fn of(head: &'m [u8]) -> Self {
        let (mut fields, mut begin) = (Vec::new(), 0);
        for end in memchr::memmem::find_iter(head, b"\r\n") {
            // a line that begins with a blank goes on with the field before
            if !matches!(head.get(end + 2), Some(b' ' | b'\t')) {
                fields.extend(field(&head[begin..end]));
                begin = end + 2;
            }
        }
        Self(fields)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(found, _)| found.eq_ignore_ascii_case(name.as_bytes()))
    }

    /// What a signature over the named fields is made of: each as often as it is named, from the last one up, and the
    /// signature's own field, without its value and without a line break.
    pub(super) fn signed(&self, names: &[&str], signature: &str) -> Vec<u8> {
        let mut signed = Vec::with_capacity(1024);
        for (at, name) in names.iter().enumerate() {
            let named_before = names[..at].iter().filter(|before| before.eq_ignore_ascii_case(name)).count();
            let mut found = self.0.iter().rev().filter(|(found, _)| found.eq_ignore_ascii_case(name.as_bytes()));
            if let Some((name, value)) = found.nth(named_before) {
                header(name, value, &mut signed);
                signed.extend_from_slice(b"\r\n");
            }
        }
        if let Some((name, value)) = field(signature.as_bytes()) {
            header(name, value, &mut signed);
        }
        signed
    }
}

fn field(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = memchr::memchr(b':', text)?;
    Some((text[..colon].trim_ascii_end(), &text[colon + 1..]))
}

/// A field: its name in small letters, its value on one line with single blanks.
fn header(name: &[u8], value: &[u8], into: &mut Vec<u8>) {
    into.extend(name.iter().map(u8::to_ascii_lowercase));
    into.push(b':');
    let words = value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    for (at, word) in words.enumerate() {
        if at > 0 {
            into.push(b' ');
        }
        into.extend_from_slice(word);
    }
}

/// A body: single blanks, none at the end of a line, no empty lines at the end.
pub(super) fn body(body: &[u8]) -> Vec<u8> {
    let mut relaxed = Vec::with_capacity(body.len() + 2);
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        let line = line.strip_suffix(b"\r\n").unwrap_or(line);
        // nearly every line of a mail with a document is one of base64, which has none
        let (text, with_blanks) = line.split_at(memchr::memchr2(b' ', b'\t', line).unwrap_or(line.len()));
        relaxed.extend_from_slice(text);
        let mut blank = false;
        for &byte in with_blanks {
            match byte {
                b' ' | b'\t' => blank = true,
                _ => {
                    if std::mem::take(&mut blank) {
                        relaxed.push(b' ');
                    }
                    relaxed.push(byte);
                }
            }
        }
        relaxed.extend_from_slice(b"\r\n");
    }
    while relaxed.ends_with(b"\r\n\r\n") {
        relaxed.truncate(relaxed.len() - 2);
    }
    if relaxed == b"\r\n" {
        relaxed.clear();
    }
    relaxed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_what_the_standard_makes_of_its_example() {
        // RFC 6376, 3.4.5
        assert_eq!(body(b" C \r\nD \t E\r\n\r\n\r\n"), b" C\r\nD E\r\n");
        assert_eq!(body(b""), b"");
        assert_eq!(body(b"\r\n\r\n"), b"");
        assert_eq!(body(b"no end"), b"no end\r\n");
    }

    #[test]
    fn a_head_is_what_the_standard_makes_of_its_example() {
        // RFC 6376, 3.4.5
        let (head, rest) = split(b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\n");
        let head = Head::of(head);
        assert_eq!(rest, b" C \r\n");
        assert_eq!(head.signed(&["A", "b"], "S: v=1;\r\n b="), b"a:X\r\nb:Y Z\r\ns:v=1; b=");
        assert!(head.has("B") && !head.has("C"));
    }

    #[test]
    fn a_field_that_is_named_again_stands_for_the_one_above_it() {
        let head = Head::of(b"F: 1\r\nF: 2\r\n");
        assert_eq!(head.signed(&["F", "F", "F"], "S: b="), b"f:2\r\nf:1\r\ns:b=");
    }
}

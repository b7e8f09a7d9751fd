//! Writing a document.

use quick_xml::escape::escape;

/// Writes a document, element by element. Every value is escaped.
///
/// Names, prefixes and namespaces are the adapter's own and are written as they are.
///
/// ```
/// use komunala_adapter_sdk::xml::Writer;
///
/// let mut writer = Writer::new();
/// writer.open("b:Question", &[("xmlns:b", "http://water.example/")]).value("b:Text", "a < b").close();
/// assert_eq!(
///     writer.finish(),
///     "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
///      <b:Question xmlns:b=\"http://water.example/\"><b:Text>a &lt; b</b:Text></b:Question>"
/// );
/// ```
#[derive(Debug)]
pub struct Writer {
    out: String,
    open: Vec<&'static str>,
}

impl Writer {
    /// An empty document.
    #[must_use]
    pub fn new() -> Self {
        Self { out: "<?xml version=\"1.0\" encoding=\"utf-8\"?>".to_owned(), open: Vec::new() }
    }

    /// Begins an element.
    pub fn open(&mut self, name: &'static str, attributes: &[(&'static str, &str)]) -> &mut Self {
        self.tag(name, attributes);
        self.open.push(name);
        self
    }

    /// Ends the element that was begun last.
    pub fn close(&mut self) -> &mut Self {
        if let Some(name) = self.open.pop() {
            self.end(name);
        }
        self
    }

    /// An element that holds a text.
    pub fn value(&mut self, name: &'static str, text: &str) -> &mut Self {
        self.tag(name, &[]);
        self.text(text);
        self.end(name);
        self
    }

    /// An element that holds a secret of the hub's, which is filled in on the way out.
    pub fn secret(&mut self, name: &'static str, attributes: &[(&'static str, &str)], secret: &str) -> &mut Self {
        self.tag(name, attributes);
        self.out.push_str("{{secret:");
        self.out.push_str(secret);
        self.out.push_str("}}");
        self.end(name);
        self
    }

    /// The document, with every element ended.
    #[must_use]
    pub fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.out
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.out.push('<');
        self.out.push_str(name);
        for (name, value) in attributes {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            self.text(value);
            self.out.push('"');
        }
        self.out.push('>');
    }

    fn end(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// Characters that XML cannot express become U+FFFD. A brace becomes a reference: a value that looks like the
    /// placeholder of a secret must not have it filled in.
    fn text(&mut self, text: &str) {
        for (index, part) in text.split('{').enumerate() {
            if index > 0 {
                self.out.push_str("&#123;");
            }
            let escaped = escape(part);
            let illegal =
                |c: char| (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}');
            if escaped.contains(illegal) {
                self.out.extend(escaped.chars().map(|c| if illegal(c) { char::REPLACEMENT_CHARACTER } else { c }));
            } else {
                self.out.push_str(&escaped);
            }
        }
    }
}

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::{Element, Limits};

    #[test]
    fn what_is_written_reads_the_same() {
        let nasty = "<a & \"b's\">]]>\t{{secret:wsse}} Шабац \u{1}";
        let mut writer = Writer::new();
        writer.open("q", &[("a", nasty)]).value("v", nasty);
        let written = writer.finish();
        assert!(!written.contains("{{secret"), "{written}");
        let read = Element::read(written.as_bytes(), &Limits::default()).unwrap();
        let expected = nasty.replace('\u{1}', "\u{fffd}");
        assert_eq!(read.child("v").unwrap().text(), expected);
        assert_eq!(read.attribute("a").unwrap(), expected.replace('\t', " "), "blanks of attributes are folded");
    }

    #[test]
    fn a_secret_is_a_placeholder_for_the_hub() {
        let mut writer = Writer::new();
        writer.secret("p", &[], "wsse_password");
        assert!(writer.finish().ends_with("<p>{{secret:wsse_password}}</p>"));
    }
}

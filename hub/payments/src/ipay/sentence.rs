//! Writing a request: elements and texts, every text escaped.

use quick_xml::escape::escape;

pub(super) struct Sentence {
    out: String,
    open: Vec<&'static str>,
}

impl Sentence {
    pub(super) fn new() -> Self {
        Self { out: "<?xml version=\"1.0\" encoding=\"utf-8\"?>".to_owned(), open: Vec::new() }
    }

    pub(super) fn open(&mut self, name: &'static str) -> &mut Self {
        self.out.extend(["<", name, ">"]);
        self.open.push(name);
        self
    }

    pub(super) fn close(&mut self) -> &mut Self {
        if let Some(name) = self.open.pop() {
            self.out.extend(["</", name, ">"]);
        }
        self
    }

    pub(super) fn value(&mut self, name: &'static str, text: &str) -> &mut Self {
        self.open(name);
        self.out.push_str(&escape(text));
        self.close()
    }

    pub(super) fn finish(self) -> String {
        self.out
    }
}

//! The Atom feed around ESPI: entries that point to one another.

use komunala_adapter_sdk::xml::{Element, Reader, XmlError};

use super::XML;

const ATOM: &str = "http://www.w3.org/2005/Atom";
/// ESPI, the namespace of what the entries hold.
pub(super) const ESPI: &str = "http://naesb.org/espi";

/// An entry of the feed.
pub(super) struct Entry {
    pub(super) title: String,
    links: Vec<(String, String)>,
    content: Vec<Element>,
}

/// The entries of a feed, in its order.
pub(super) fn entries(body: &[u8]) -> Result<Vec<Entry>, XmlError> {
    let mut reader = Reader::new(body, &XML);
    let root = reader.root()?;
    let mut entries = Vec::new();
    if root.is(ATOM, "feed") {
        reader.enter(root);
        while let Some(child) = reader.child()? {
            if child.is(ATOM, "entry") {
                entries.push(Entry::of(&reader.element(child)?));
            }
        }
    } else if root.is(ATOM, "entry") {
        entries.push(Entry::of(&reader.element(root)?));
    } else {
        return Err(XmlError::Missing { child: "feed", parent: root.local().to_owned() });
    }
    reader.finish()?;
    Ok(entries)
}

impl Entry {
    fn of(entry: &Element) -> Self {
        let link =
            |link: &Element| Some((link.attribute("rel")?.to_owned(), plain(link.attribute("href")?).to_owned()));
        Self {
            title: entry.value_of("title").unwrap_or_default().to_owned(),
            links: entry.all("link").filter_map(link).collect(),
            content: entry.all("content").flat_map(|content| content.children().iter().cloned()).collect(),
        }
    }

    /// The resources of this name that it holds.
    pub(super) fn resources<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.content.iter().filter(move |resource| resource.is(ESPI, name))
    }

    /// Where it points in this relation.
    pub(super) fn links<'a>(&'a self, relation: &'a str) -> impl Iterator<Item = &'a str> {
        self.links.iter().filter(move |(rel, _)| rel == relation).map(|(_, href)| href.as_str())
    }
}

/// An address without what makes no difference.
fn plain(href: &str) -> &str {
    href.trim_end_matches('/')
}

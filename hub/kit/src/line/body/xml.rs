//! Lists in XML: elements of one name beside each other, in the place where items stand.
//!
//! Items are the children of the outermost element; in a SOAP envelope, those of the result.

use std::collections::BTreeSet;

use quick_xml::{
    Reader, Writer,
    events::{BytesStart, Event},
};

use super::Disorder;

/// How deep items stand: in the outermost element; in a SOAP envelope, in its body, the response and the result.
const DEPTH: usize = 1;
const DEPTH_OF_SOAP: usize = 4;

pub(super) fn disordered(body: &[u8], disorder: Disorder) -> Option<Vec<u8>> {
    let mut parts = parts(body)?;
    let names: BTreeSet<String> = parts.iter().filter_map(|part| part.item.clone()).collect();
    for name in names {
        befall(&mut parts, &name, disorder);
    }
    let mut writer = Writer::new(Vec::with_capacity(body.len()));
    for event in parts.into_iter().flat_map(|part| part.events) {
        writer.write_event(event).ok()?;
    }
    Some(writer.into_inner())
}

/// A piece of a document: an item, or what stands around items.
#[derive(Clone)]
struct Part<'a> {
    /// Its name without a prefix.
    item: Option<String>,
    events: Vec<Event<'a>>,
}

/// None if it cannot be read to its end.
fn parts(body: &[u8]) -> Option<Vec<Part<'_>>> {
    let mut reader = Reader::from_reader(body);
    let mut within: Vec<String> = Vec::new();
    let mut parts = vec![Part { item: None, events: Vec::new() }];
    loop {
        let event = reader.read_event().ok()?;
        let depth = depth(&within);
        if let Event::Start(tag) | Event::Empty(tag) = &event
            && within.len() == depth
        {
            parts.push(Part { item: is_of_items(&within).then(|| local(tag)), events: Vec::new() });
        }
        let is_last_of_its_part = match &event {
            Event::Start(tag) => {
                within.push(local(tag));
                false
            }
            Event::End(_) => {
                within.pop();
                within.len() == depth
            }
            Event::Empty(_) => within.len() == depth,
            Event::Eof => return within.is_empty().then_some(parts),
            _ => false,
        };
        parts.last_mut()?.events.push(event);
        if is_last_of_its_part {
            parts.push(Part { item: None, events: Vec::new() });
        }
    }
}

fn local(tag: &BytesStart<'_>) -> String {
    tag.local_name().as_ref().to_owned()
}

fn depth(within: &[String]) -> usize {
    if within.first().is_some_and(|root| root == "Envelope") { DEPTH_OF_SOAP } else { DEPTH }
}

/// A SOAP envelope has a header as well.
fn is_of_items(within: &[String]) -> bool {
    depth(within) == DEPTH || within.get(1).is_some_and(|part| part == "Body")
}

fn befall(parts: &mut Vec<Part<'_>>, name: &str, disorder: Disorder) {
    let items = parts.iter().filter(|part| part.item.is_some()).count();
    let places: Vec<usize> = parts
        .iter()
        .enumerate()
        .filter(|(_, part)| part.item.as_deref() == Some(name))
        .map(|(place, _)| place)
        .collect();
    let (first, last) = match *places.as_slice() {
        // one of its kind beside others is a field of a record; one that is alone may be a list of one
        [only] if items == 1 && parts[only].is_record() => (only, only),
        [first, .., last] => (first, last),
        _ => return,
    };
    match disorder {
        Disorder::Doubled => parts.insert(last + 1, parts[first].clone()),
        Disorder::Late => parts[first..=last].rotate_left(1),
    }
}

impl Part<'_> {
    /// Whether there are elements in it.
    fn is_record(&self) -> bool {
        self.events.iter().skip(1).any(|event| matches!(event, Event::Start(_) | Event::Empty(_)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOAP: &str = "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"e\"><s:Header><a><b><c/><c/></b></a></s:Header><s:Body>\
                        <R xmlns=\"b\"><Result>ITEMS</Result></R></s:Body></s:Envelope>";

    fn disordered(body: &str, disorder: Disorder) -> String {
        String::from_utf8(super::disordered(body.as_bytes(), disorder).unwrap()).unwrap()
    }

    #[test]
    fn items_of_a_soap_result_come_once_more_or_last_and_nothing_else_changes() {
        let list = SOAP.replace("ITEMS", "<B k=\"1\">&lt;&#268;</B>\n <B><L/><L/></B>");
        let doubled = SOAP.replace("ITEMS", "<B k=\"1\">&lt;&#268;</B>\n <B><L/><L/></B><B k=\"1\">&lt;&#268;</B>");
        assert_eq!(disordered(&list, Disorder::Doubled), doubled);
        let late = disordered(&list, Disorder::Late);
        assert!(late.contains("<B><L/><L/></B><B k=\"1\">&lt;&#268;</B></Result>"), "{late}");
    }

    #[test]
    fn a_list_of_one_record_is_a_list_and_a_single_text_is_none() {
        assert_eq!(disordered("<Rs><R><a/></R></Rs>", Disorder::Doubled), "<Rs><R><a/></R><R><a/></R></Rs>");
        for one in ["<Rs><R>true</R></Rs>", "<feed><id>1</id><entry><a/></entry></feed>", "<Rs/>"] {
            assert_eq!(disordered(one, Disorder::Doubled), one);
            assert_eq!(disordered(one, Disorder::Late), one);
        }
    }

    #[test]
    fn items_beside_other_elements_are_told_by_their_name() {
        let feed = "<feed><id>1</id><entry>a</entry><entry>b</entry><x/></feed>";
        assert_eq!(
            disordered(feed, Disorder::Doubled),
            "<feed><id>1</id><entry>a</entry><entry>b</entry><entry>a</entry><x/></feed>"
        );
    }
}

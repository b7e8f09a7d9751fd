//! What the reader of XML takes and what it refuses.

use std::io::{self, BufReader, Read};

use komunala_adapter_sdk::{
    Error,
    xml::{Element, Limits, Malformation, Reader, XmlError},
};
use proptest::prelude::*;

fn read(document: &str) -> Result<Element, XmlError> {
    Element::read(document.as_bytes(), &Limits::default())
}

/// What is wrong with a document, read as a whole; skipping through it must say the same.
fn refused(document: &[u8], limits: &Limits) -> Malformation {
    let skipped = (|| {
        let mut reader = Reader::new(document, limits);
        reader.root()?;
        reader.finish()
    })();
    match (Element::read(document, limits), skipped) {
        (Err(XmlError::Malformed { what, .. }), Err(XmlError::Malformed { what: skipping, .. })) => {
            assert_eq!(what, skipping);
            what
        }
        other => panic!("not refused: {other:?}"),
    }
}

#[track_caller]
fn check(document: &str, expected: Malformation) {
    assert_eq!(refused(document.as_bytes(), &Limits::default()), expected, "{document:.200}");
}

#[test]
fn a_billion_laughs_are_not_even_begun() {
    check(
        r#"<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;">]><l>&b;</l>"#,
        Malformation::Dtd,
    );
    check(r#"<!DOCTYPE x SYSTEM "http://elsewhere.example/x.dtd"><x/>"#, Malformation::Dtd);
    check("<x>&nbsp;</x>", Malformation::Entity);
    check(r#"<x a="&xxe;"/>"#, Malformation::Entity);
}

#[test]
fn the_five_entities_and_character_references_are_characters() {
    let root = read("<x a='&quot;&#x41;'>&lt;&amp;&gt;&apos;&#1064;<!-- not text --><![CDATA[<raw> & ]]></x>").unwrap();
    assert_eq!(root.text(), "<&>'Ш<raw> & ");
    assert_eq!(root.attribute("a"), Some("\"A"));
}

#[test]
fn characters_that_xml_does_not_have_are_refused() {
    check("<x>\u{1}</x>", Malformation::Character);
    check("<x>&#1;</x>", Malformation::Character);
    check("<x>&#xFFFFFFFF;</x>", Malformation::Character);
    check("<x a='\u{8}'/>", Malformation::Character);
}

#[test]
fn every_bound_has_its_name() {
    let limits = Limits { input: 2000, depth: 8, elements: 20, attributes: 3, name: 12, text: 100 };
    let check = |document: String, expected| assert_eq!(refused(document.as_bytes(), &limits), expected, "{document}");
    check(format!("{}{}", "<a>".repeat(9), "</a>".repeat(9)), Malformation::Depth);
    check(format!("<a>{}</a>", "<b/>".repeat(20)), Malformation::Elements);
    check("<a b='' c='' d='' e=''/>".into(), Malformation::Attributes);
    check(format!("<{}/>", "n".repeat(13)), Malformation::Name);
    check(format!("<a {}=''/>", "n".repeat(13)), Malformation::Name);
    check(format!("<a>{}</a>", "t".repeat(101)), Malformation::Text);
    check(format!("<a b='{}'/>", "t".repeat(101)), Malformation::Text);
    check(format!("<a>{}</a>", "t".repeat(1000)), Malformation::Text);
    check(format!("<a><!--{}--></a>", "c".repeat(1000)), Malformation::Text);
    check(format!("<a>{}</a>", "<b>tttttttttt</b>".repeat(200)), Malformation::Elements);
    check(format!("<a>{}", "<!-- nothing -->".repeat(200)), Malformation::Input);
}

#[test]
fn a_text_in_many_pieces_is_one_text_with_one_limit() {
    let limits = Limits { text: 100, ..Limits::default() };
    let document = format!("<a>{}</a>", "t&amp;<!-- -->".repeat(60));
    assert!(matches!(
        Element::read(document.as_bytes(), &limits),
        Err(XmlError::Malformed { what: Malformation::Text, .. })
    ));
}

#[test]
fn no_beginning_of_a_document_passes_for_a_document() {
    let whole = "<a xmlns='u'><b c=\"d\">text &amp; more</b><![CDATA[x]]><!-- y --></a>";
    assert!(read(whole).is_ok());
    for length in 0..whole.len() {
        assert!(read(&whole[..length]).is_err(), "{}", &whole[..length]);
    }
    check("<a><b>", Malformation::Truncated);
    check("", Malformation::Truncated);
}

#[test]
fn what_is_not_well_formed_is_refused() {
    for document in
        ["<a></b>", "</a>", "<a/><b/>", "<a/>text", "text<a/>", "<a b=c/>", "<a b='1' b='2'/>", "<a>&</a>", "< a/>"]
    {
        assert!(read(document).is_err(), "{document}");
    }
}

#[test]
fn another_encoding_is_refused_by_its_name() {
    check("<?xml version='1.0' encoding='windows-1250'?><a/>", Malformation::Encoding);
    assert_eq!(refused(b"<a>\xe6</a>", &Limits::default()), Malformation::Encoding);
    let utf16: Vec<u8> = "\u{feff}<a/>".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(refused(&utf16, &Limits::default()), Malformation::Encoding);
    assert!(read("\u{feff}<?xml version='1.0' encoding='UTF-8'?><a/>").is_ok(), "a byte order mark of UTF-8 is none");
}

#[test]
fn prefixes_mean_nothing_and_namespaces_everything() {
    let one = read("<s:E xmlns:s='urn:s'><B xmlns='urn:b'><V>1</V></B></s:E>").unwrap();
    let other = read("<E xmlns='urn:s' xmlns:q='urn:b'><q:B><q:V>1</q:V></q:B></E>").unwrap();
    for root in [&one, &other] {
        assert!(root.is("urn:s", "E"));
        let body = root.child_in("urn:b", "B").expect("in another namespace");
        assert_eq!(body.require_value("V").unwrap(), "1");
        assert!(root.child("B").is_none(), "not in the namespace of its parent");
    }
    check("<s:E/>", Malformation::Namespace);
    check("<E s:a='1'/>", Malformation::Namespace);
    let root = read("<E xmlns:x='urn:x' x:ref='1' ref='2'/>").unwrap();
    assert_eq!((root.tag().attribute_in("urn:x", "ref"), root.attribute("ref")), (Some("1"), Some("2")));
}

#[test]
fn an_error_says_where_and_never_what_stood_there() {
    let document = "<Answer><Name>Petar Petrovi\u{107}</Name><Pin>\u{2}1234</Pin></Answer>";
    let Err(error) = read(document) else { panic!("taken") };
    let text = error.to_string();
    assert!(text.contains("/Answer/Pin") && text.contains("byte"), "{text}");
    assert!(!text.contains("1234") && !text.contains("Petar"), "{text}");
    assert!(matches!(Error::from(error), Error::Upstream(text) if text.contains("/Answer/Pin")));
}

/// A document that is made while it is read: so many times the same element.
struct Endless {
    left: usize,
    rest: Vec<u8>,
}

impl Read for Endless {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.rest.len() < into.len() && self.left > 0 {
            self.left -= 1;
            self.rest.extend_from_slice(b"<Sifra>004512</Sifra>");
            if self.left == 0 {
                self.rest.extend_from_slice(b"</List>");
            }
        }
        let length = self.rest.len().min(into.len());
        into[..length].copy_from_slice(&self.rest[..length]);
        self.rest.drain(..length);
        Ok(length)
    }
}

#[test]
fn a_list_of_690_000_is_read_as_a_stream() {
    let input = Endless { left: 690_000, rest: b"<List>".to_vec() };
    let limits = Limits { input: 20 << 20, elements: 700_000, text: 64, ..Limits::default() };
    let mut reader = Reader::new(BufReader::with_capacity(4096, input), &limits);
    let root = reader.root().unwrap();
    reader.enter(root);
    let mut count = 0;
    while let Some(child) = reader.child().unwrap() {
        assert_eq!(reader.text(child).unwrap(), "004512");
        count += 1;
    }
    reader.finish().unwrap();
    assert_eq!(count, 690_000);
}

#[test]
fn what_is_not_entered_is_skipped() {
    let document = "<a><skip><b>no</b></skip><b>yes</b><in><b>also</b></in><b>last</b></a>";
    let mut reader = Reader::new(document.as_bytes(), &Limits::default());
    let root = reader.root().unwrap();
    reader.enter(root);
    let mut found = Vec::new();
    while let Some(child) = reader.child().unwrap() {
        match child.local() {
            "b" => found.push(reader.text(child).unwrap()),
            "in" => {
                reader.enter(child);
                let inner = reader.child().unwrap().expect("one");
                found.push(reader.text(inner).unwrap());
                assert!(reader.child().unwrap().is_none());
            }
            _ => {}
        }
    }
    assert_eq!(found, ["yes", "also", "last"]);
    reader.finish().unwrap();
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Element::read(&bytes, &Limits::default());
    }

    #[test]
    fn no_markup_makes_the_reader_panic(text in r#"(<[a-c:/!\-\[\]?]{0,6}[ a='"&;#x0-9]{0,8}/?>?|[a-z&;]{0,3}){0,20}"#) {
        let _ = read(&text);
    }
}

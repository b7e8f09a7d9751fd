//! PDFs that do something, however they hide it.

use komunala_domain::Objection;
use proptest::prelude::*;

use crate::{inspect, paper::Paper};

fn refused(paper: &Paper) -> Objection {
    inspect(paper.written()).unwrap_err()
}

/// A plain paper with one more object.
fn with(body: &str) -> Paper {
    let mut paper = Paper::plain();
    paper.add(body);
    paper
}

#[test]
fn a_paper_that_does_nothing_is_kept_byte_for_byte() {
    let file = Paper::plain().written();
    assert_eq!(inspect(file.clone()).unwrap().bytes, file);
    let revised = Paper::plain().revised("<</Type/Catalog/Pages 2 0 R/Lang(sr)>>");
    assert_eq!(inspect(revised.clone()).unwrap().bytes, revised);
    let mut packed = Paper::plain();
    packed.packed("<</Type/Font/Subtype/Type1>>", "");
    assert!(inspect(packed.written()).is_ok());
}

#[test]
fn whatever_acts_is_refused_by_its_name() {
    for (body, objection) in [
        ("<</S/JavaScript/JS(app.alert\\(1\\))>>", Objection::JavaScript),
        ("<</S/Launch/F(calc.exe)>>", Objection::Launch),
        ("<</Type/EmbeddedFile>>", Objection::EmbeddedFile),
        ("<</Type/Filespec/EF<</F 9 0 R>>>>", Objection::EmbeddedFile),
        ("<</Fields[]/XFA[(template) 9 0 R]>>", Objection::Xfa),
        ("<</AA<</O 9 0 R>>>>", Objection::AdditionalAction),
        ("<</S/SubmitForm/F(https://example.com)>>", Objection::FormAction),
        ("<</S/GoToR/F(other.pdf)>>", Objection::RemoteGoTo),
        ("<</Type/Annot/Subtype/RichMedia>>", Objection::RichMedia),
        ("<</Type/Annot/Subtype/3D>>", Objection::RichMedia),
    ] {
        assert_eq!(refused(&with(body)), objection, "{body}");
    }
    for action in ["/OpenAction 9 0 R", "/OpenAction<</S/URI>>", "/OpenAction /GoTo", "/OpenAction"] {
        assert_eq!(refused(&Paper::with_catalogue(action)), Objection::OpenAction, "{action}");
    }
    let encrypted = Paper { trailer: "/Encrypt<</Filter/Standard/V 2/R 3>>".into(), ..Paper::plain() };
    assert_eq!(refused(&encrypted), Objection::Encrypted);
}

#[test]
fn an_earlier_revision_counts_as_much_as_the_last_one() {
    let paper = Paper::with_catalogue("/Names<</JavaScript 9 0 R>>");
    assert_eq!(inspect(paper.revised("<</Type/Catalog/Pages 2 0 R>>")).unwrap_err(), Objection::JavaScript);
    let revised = Paper::plain().revised("<</Type/Catalog/Pages 2 0 R/Names<</J#61vaScript 9 0 R>>>>");
    assert_eq!(inspect(revised).unwrap_err(), Objection::JavaScript);
}

#[test]
fn packed_objects_are_unpacked() {
    let mut paper = Paper::plain();
    paper.packed("<</S/#4aavaScript/J#53(1)>>", "");
    assert_eq!(refused(&paper), Objection::JavaScript);
    for unusual in ["/DecodeParms<</Predictor 12/Columns 5>>", "/Filter/LZWDecode", "/Filter[/ASCIIHexDecode]"] {
        let mut paper = Paper::plain();
        paper.packed("<</A 1>>", unusual);
        assert!(matches!(refused(&paper), Objection::HiddenObjects | Objection::Bomb), "{unusual}");
    }
}

#[test]
fn an_object_where_readers_disagree_whether_it_is_one_is_refused() {
    for hidden in ["(9 0 obj<</A 1>>endobj)", "% 9 0 obj\n", "<<>>\nstream\n9 0 obj<</A 1>>endobj\nendstream"] {
        assert_eq!(refused(&with(hidden)), Objection::HiddenObjects, "{hidden}");
    }
    let elsewhere = with("<</Length 3/Filter 9 0 R>>\nstream\nabc\nendstream");
    assert_eq!(refused(&elsewhere), Objection::HiddenObjects);
}

#[test]
fn what_unpacks_to_too_much_is_refused_before_it_is_unpacked() {
    let zeros = |length: usize| miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; length], 9);
    let mut image = Paper::plain();
    let raw = zeros(8 << 20);
    image.stream(format!("<</Subtype/Image/Filter/FlateDecode/Length {}>>", raw.len()), &raw);
    assert!(inspect(image.written()).is_ok());
    let mut bomb = Paper::plain();
    let raw = zeros(64 << 20);
    for _ in 0..5 {
        bomb.stream(format!("<</Filter/FlateDecode/Length {}>>", raw.len()), &raw);
    }
    assert_eq!(refused(&bomb), Objection::Bomb);
    let mut packed = Paper::plain();
    packed.stream(format!("<</Type/ObjStm/N 1/First 5/Filter/FlateDecode/Length {}>>", raw.len()), &raw);
    assert_eq!(refused(&packed), Objection::Bomb);
    let twice = with("<</Filter[/FlateDecode/FlateDecode]>>\nstream\nabc\nendstream");
    assert_eq!(refused(&twice), Objection::Bomb);
    let mut lzw = Paper::plain();
    lzw.stream("<</Filter/LZWDecode>>", &[0; 200_000]);
    assert_eq!(refused(&lzw), Objection::Bomb);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let file = Paper::plain().written();
    for broken in [&file[..20], b"%PDF-1.7", b"%PDF-1.7\n(never ends", b"%PDF-1.7\n1 0 obj<<>>stream\n"] {
        assert!(inspect(broken.to_vec()).is_err(), "{:?}", String::from_utf8_lossy(broken));
    }
    assert_eq!(refused(&with(&"[".repeat(2000))), Objection::Unreadable);
}

/// Names that act, and what they are refused as.
const ACTING: [(&str, Objection); 6] = [
    ("JavaScript", Objection::JavaScript),
    ("JS", Objection::JavaScript),
    ("Launch", Objection::Launch),
    ("EmbeddedFile", Objection::EmbeddedFile),
    ("XFA", Objection::Xfa),
    ("RichMedia", Objection::RichMedia),
];

/// A name with some of its characters written as numbers, in either case.
fn obscured(name: &str, hidden: u16, upper: u16) -> String {
    let write = |(at, byte): (usize, u8)| match (hidden >> (at % 16) & 1, upper >> (at % 16) & 1) {
        (0, _) => char::from(byte).to_string(),
        (_, 0) => format!("#{byte:02x}"),
        _ => format!("#{byte:02X}"),
    };
    name.bytes().enumerate().map(write).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_spelling_and_no_place_hides_an_action(
        (name, objection) in prop::sample::select(ACTING.to_vec()),
        hidden in any::<u16>(),
        upper in any::<u16>(),
        place in 0..6_usize,
        depth in 0..20_usize,
        blank in prop::sample::select(vec!["", " ", "\r\n", "\t%/Type (\n", "\0"]),
    ) {
        let name = obscured(name, hidden, upper);
        let body = format!("{}<</A 1{blank}/S{blank}/{name}{blank}>>{}", "[".repeat(depth), "]".repeat(depth));
        let file = match place {
            0 => with(&body).written(),
            1 => with(&format!("<</K{blank}{body}>>")).written(),
            2 => {
                let mut paper = Paper::plain();
                paper.packed(&body, "");
                paper.written()
            }
            3 => Paper::plain().revised(&format!("<</Type/Catalog/Pages 2 0 R/X {body}>>")),
            // nothing leads to it
            4 => Paper { loose: format!("77 0 obj{blank}{body}endobj\n").into_bytes(), ..Paper::plain() }.written(),
            _ => with(&format!("<</X {body}/Length 3>>\nstream\nabc\nendstream")).written(),
        };
        prop_assert_eq!(inspect(file), Err(objection));
    }

    #[test]
    fn bytes_turned_over_anywhere_are_survived(at in 0..1000_usize, value in any::<u8>(), cut in 0..1000_usize) {
        let mut file = Paper::plain().revised("<</Type/Catalog/Pages 2 0 R>>");
        let at = at % file.len();
        file[at] = value;
        let _ = inspect(file[..file.len() - cut % file.len()].to_vec());
    }
}

use komunala_domain::{Invoice, Language, invoice::Installment};

use super::{
    page::{HEIGHT, MARGIN, Mark, Page, RIGHT},
    samples::{DUE, invoice, money, provider, sheet},
    *,
};

fn texts(pages: &[Page]) -> Vec<String> {
    let marks = pages.iter().flat_map(|page| &page.marks);
    marks.filter_map(|mark| if let Mark::Text { text, .. } = mark { Some(text.clone()) } else { None }).collect()
}

fn pages(invoice: &Invoice, language: Language) -> Vec<Page> {
    laid_out(&sheet(&provider(), invoice, language))
}

/// Everything stands between the margins.
fn assert_on_paper(pages: &[Page]) {
    for mark in pages.iter().flat_map(|page| &page.marks) {
        if let Mark::Text { x, y, size, face, text, .. } = mark {
            assert!(*x >= MARGIN && x + face.width(text, *size) <= RIGHT + 50, "{text:?} from {x}");
            assert!((size / 2..HEIGHT - 2_000).contains(y), "{text:?} at {y}");
        }
    }
}

#[test]
fn every_page_says_in_the_customers_language_that_it_is_a_copy() {
    for (language, copy, total) in [
        (Language::SerbianLatin, "Informativna kopija", "4.500,00\u{a0}RSD"),
        (Language::SerbianCyrillic, "Информативна копија", "4.500,00\u{a0}RSD"),
        (Language::Ukrainian, "Інформаційна копія", "4\u{a0}500,00\u{a0}RSD"),
        (Language::Slovenian, "Informativna kopija", "4.500,00\u{a0}RSD"),
        (Language::English, "Informative copy", "4,500.00\u{a0}RSD"),
    ] {
        let pages = pages(&invoice(), language);
        assert!(pages.len() > 1, "{language:?}");
        for page in &pages {
            let foot = format!("{copy} · 24-07-0012345");
            assert!(texts(std::slice::from_ref(page)).contains(&foot), "{language:?}");
        }
        let texts = texts(&pages);
        assert!(texts.contains(&copy.to_owned()) && texts.contains(&total.to_owned()), "{texts:?}");
        assert_on_paper(&pages);
    }
}

#[test]
fn what_was_billed_stands_on_it_as_it_was_billed() {
    let texts = texts(&pages(&invoice(), Language::SerbianLatin));
    for printed in [
        "Prirodni gas",
        "706,77\u{a0}kWh",
        "5,5464",
        "3.920,06",
        "4.312,07",
        "Prethodno stanje",
        "-32,07\u{a0}RSD",
        "Popust za plaćanje do 15.\u{a0}8.\u{a0}2024.",
        "-225,00\u{a0}RSD",
        "10.432",
        "66\u{a0}m3 = 706,77\u{a0}kWh",
        "1,0187",
        "20.\u{a0}1.\u{a0}2025.",
        "Dospeli",
        "0,00\u{a0}RSD",
        "07/24",
        "1.240",
        "160-123456789-56",
        "97 28-0012345202407",
        "PRIRODNI GAS 07/2024",
    ] {
        assert!(texts.iter().any(|text| text == printed), "{printed:?} in {texts:#?}");
    }
    assert!(!texts.iter().any(|text| text == "Utuženi"), "what the bill does not name is not zero");
}

#[test]
fn each_installment_has_its_code() {
    let pages = pages(&invoice(), Language::Slovenian);
    let codes = pages.iter().flat_map(|page| &page.marks).filter(|mark| matches!(mark, Mark::Modules { .. }));
    assert_eq!(codes.count(), 2);
}

#[test]
fn a_long_bill_goes_on_to_further_pages_under_the_same_head() {
    let mut long = invoice();
    long.lines = long.lines.iter().cycle().take(500).cloned().collect();
    long.installments = vec![Installment { amount: money(7_500), due: DUE }; 60];
    let pages = pages(&long, Language::English);
    assert_on_paper(&pages);
    assert!((20..80).contains(&pages.len()), "{} pages", pages.len());
    let heads = texts(&pages).into_iter().filter(|text| text == "Unit price").count();
    assert!(heads > 10, "{heads} heads");
    let numbered = format!("Page {0} / {0}", pages.len());
    assert!(texts(&pages[pages.len() - 1..]).contains(&numbered));
}

#[test]
fn whatever_a_billing_system_says_stays_on_the_paper() {
    let mut odd = invoice();
    odd.lines[0].text = format!("漢字\u{202e}🙂 {}", "Ж".repeat(256));
    odd.lines[1].text = String::new();
    odd.number = "№".repeat(30);
    odd.payment.as_mut().unwrap().payee = "m".repeat(256);
    odd.total = money(i64::MIN / 2_000);
    odd.supply_points = (0..1000).map(|point| format!("P-{point}").parse().unwrap()).collect();
    let provider = provider();
    let mut sheet = sheet(&provider, &odd, Language::Ukrainian);
    sheet.points = odd
        .supply_points
        .iter()
        .map(|point| komunala_app::ports::bill_sheets::PrintedPoint { number: point.to_string(), address: None })
        .collect();
    assert_on_paper(&laid_out(&sheet));
    assert!(PdfSheets.write(&sheet).unwrap().starts_with(b"%PDF-1.7"));
}

#[test]
fn a_bill_with_nothing_but_a_total_is_written_too() {
    let mut bare = invoice();
    bare.lines.clear();
    bare.subtotals.clear();
    bare.meter_reads.clear();
    bare.installments.clear();
    bare.discounts.clear();
    bare.buckets = None;
    bare.payment = None;
    bare.period = None;
    bare.issued = None;
    let provider = provider();
    let mut sheet = sheet(&provider, &bare, Language::SerbianCyrillic);
    sheet.charts.clear();
    sheet.points.clear();
    assert_eq!(laid_out(&sheet).len(), 1);
    assert!(PdfSheets.write(&sheet).is_ok());
}

#[test]
fn the_same_bill_is_the_same_bytes() {
    let (provider, invoice) = (provider(), invoice());
    let written = |language| PdfSheets.write(&sheet(&provider, &invoice, language)).unwrap();
    for language in Language::ALL {
        assert_eq!(written(language), written(language));
    }
    assert_ne!(written(Language::SerbianLatin), written(Language::SerbianCyrillic));
}

//! Copies of bills, written where readers that are not ours can read them: `target/tmp/bill-copies`.

#[path = "../src/bill_sheets/samples.rs"]
mod samples;
#[path = "samples/logo.rs"]
mod sign;

use std::path::Path;

use jiff::civil::date;
use komunala_app::ports::bill_sheets::{BillSheet, BillSheets, Paid, Slip};
use komunala_domain::{
    Currency, CustomerAccount, Invoice, Language, Logo, PaymentCode, Provider,
    account::Commodity,
    balance::Issuer,
    invoice::{Subtotal, SubtotalKind},
    payment_code::{Order, Scheme},
};
use komunala_rendering::{PdfSheets, try_logo};

/// Writes a copy, and looks whether the same bill is the same bytes.
fn written(name: &str, sheet: &BillSheet<'_>) {
    let bytes = PdfSheets.write(sheet).unwrap();
    assert_eq!(PdfSheets.write(sheet).unwrap(), bytes, "{name} is not what it was");
    assert!(bytes.len() < 200_000, "{name} has {} bytes", bytes.len());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bill-copies");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{name}.pdf")), bytes).unwrap();
}

fn household(name: &str, number: &str, address: &str) -> CustomerAccount {
    serde_json::from_value(serde_json::json!({
        "external_id": "a-1", "customer_number": number, "category": "household", "name": name,
        "premises": {"address": address, "municipality": null, "floor_area": null, "occupants": null},
        "supply_points": []
    }))
    .unwrap()
}

/// Slips whose codes are of a scheme.
fn with_codes<'a>(scheme: Scheme, provider: &'a Provider, invoice: &'a Invoice) -> Vec<Slip<'a>> {
    let slip = |(pays, part, on)| {
        let payable = invoice.payable(on, part).ok()?;
        let made_at = date(2024, 8, 3).at(0, 0, 0, 0);
        let code = PaymentCode::compose(scheme, &Order::of(provider, invoice, &payable, made_at)?).ok();
        assert!(code.is_some(), "the bill does not fit {scheme:?}");
        Some(Slip { pays, payable, instruction: invoice.payment.as_ref()?, code })
    };
    let late = date(2026, 1, 1);
    let parts = match invoice.installments.len() {
        0 | 1 => vec![(Paid::Whole, None, late)],
        count => (1..=count).map(|number| (Paid::Installment(number), Some(number), late)).collect(),
    };
    let early = invoice.discounts.first().map(|discount| (Paid::Early, None, discount.until));
    early.into_iter().chain(parts).filter_map(slip).collect()
}

#[test]
fn a_gas_bill_is_written_in_every_language() {
    let (provider, invoice) = (samples::provider(), samples::invoice());
    for (language, name) in [
        (Language::SerbianLatin, "Đorđe Čubrić"),
        (Language::SerbianCyrillic, "Ђорђе Чубрић"),
        (Language::Ukrainian, "Ґанна Їжакевич"),
        (Language::Slovenian, "Žiga Škofič"),
        (Language::English, "Jelena Marić"),
    ] {
        let account = household(name, "0012345", "Železnička 12, 22400 Ravnica");
        let slips = with_codes(Scheme::NbsIps, &provider, &invoice);
        let sheet = BillSheet { account: Some(&account), slips, ..samples::sheet(&provider, &invoice, language) };
        written(&format!("gas.{}", language.tag()), &sheet);
    }
}

#[test]
fn a_bill_of_a_supplier_in_ukraine_is_written_with_its_privilege() {
    let uah = |minor| komunala_domain::Money { minor, currency: Currency::UAH };
    let mut provider = samples::provider();
    provider.display_name = "АТ «Рівненські мережі»".to_owned();
    provider.country = "UA".to_owned();
    provider.currency = Currency::UAH;
    provider.brand.contact = vec!["вул. Любецька, 68, Рівне".to_owned(), "0 800 00 00 00".to_owned()];
    provider.payment_codes.payee.code = Some("12345678".to_owned());
    let mut invoice = samples::invoice();
    invoice.issuer = Some(Issuer {
        code: "NETWORK".to_owned(), name: Some("АТ «Рівненські мережі»".to_owned())
    });
    invoice.lines.truncate(1);
    invoice.lines[0].text = "Розподіл природного газу".to_owned();
    invoice.lines[0].net = Some(uah(80_000));
    invoice.lines[0].gross = Some(uah(96_000));
    invoice.subtotals = vec![
        Subtotal { kind: SubtotalKind::Privilege, amount: uah(12_050) },
        Subtotal { kind: SubtotalKind::Subsidy, amount: uah(30_000) },
    ];
    invoice.total = uah(53_950);
    invoice.installments.truncate(1);
    invoice.installments[0].amount = uah(53_950);
    invoice.discounts.clear();
    invoice.buckets = None;
    let payment = invoice.payment.as_mut().unwrap();
    payment.account = "UA673005280000026500504354077".to_owned();
    payment.payee = "АТ «Рівненські мережі»".to_owned();
    (payment.model, payment.code) = (None, None);
    payment.purpose = Some("Розподіл газу за липень 2024, о/р 0012345".to_owned());
    assert_eq!(invoice.contradictions(), []);
    let account = household("Марія Ковальчук", "0012345", "просп. Миру, 12, кв. 5, Рівне");
    let slips = with_codes(Scheme::Nbu003, &provider, &invoice);
    written(
        "network.uk",
        &BillSheet { account: Some(&account), slips, ..samples::sheet(&provider, &invoice, Language::Ukrainian) },
    );
}

#[test]
fn an_electricity_bill_is_written_with_two_registers_and_the_largest_code_that_there_is() {
    let eur = |minor| komunala_domain::Money { minor, currency: Currency::EUR };
    let mut provider = samples::provider();
    provider.display_name = "Elektro Dolina".to_owned();
    provider.country = "SI".to_owned();
    provider.currency = Currency::EUR;
    provider.commodity = Commodity::Electricity;
    let red = "#c8102e".parse().unwrap();
    provider.brand.colour = Some(red);
    provider.brand.logo = Some(sign::logo(red));
    provider.brand.contact = vec!["Mirka Vadnova 3a, 4000 Kranj".to_owned()];
    provider.payment_codes.payee.street = Some("Mirka Vadnova 3a".to_owned());
    provider.payment_codes.payee.place = Some("4000 Kranj".to_owned());
    let mut invoice = samples::invoice();
    for (line, (text, net, gross)) in
        invoice.lines.iter_mut().zip([("Energija VT", 2_310, 2_818), ("Energija MT", 1_190, 1_452)])
    {
        line.text = text.to_owned();
        line.tax_rate = Some(22.into());
        (line.net, line.gross) = (Some(eur(net)), Some(eur(gross)));
    }
    invoice.subtotals.clear();
    invoice.meter_reads.clear();
    invoice.total = eur(4_270);
    invoice.installments.truncate(1);
    invoice.installments[0].amount = eur(4_270);
    invoice.discounts.clear();
    invoice.buckets = None;
    let payment = invoice.payment.as_mut().unwrap();
    payment.account = "SI56029220020148350".to_owned();
    payment.payee = "Elektro Dolina d.d.".to_owned();
    payment.model = None;
    payment.reference = Some("SI129990029934988".to_owned());
    payment.code = Some("ELEC".to_owned());
    payment.purpose = Some("Električna energija 07/2024".to_owned());
    assert_eq!(invoice.contradictions(), []);
    let slips = with_codes(Scheme::UpnQr, &provider, &invoice);
    let account = household("Žiga Škofič", "6-123456", "Cesta na Brdo 4, 4000 Kranj");
    let mut sheet =
        BillSheet { account: Some(&account), slips, ..samples::sheet(&provider, &invoice, Language::Slovenian) };
    let chart = &mut sheet.charts[0];
    (chart.point_number, chart.unit) = ("6-123456".to_owned(), "kWh".to_owned());
    chart.registers = vec!["VT".to_owned(), "MT".to_owned()];
    for month in &mut chart.months {
        month.quantities.push(month.quantities[0].map(|used| used / rust_decimal::Decimal::from(2)));
    }
    written("electricity.sl", &sheet);
}

#[test]
fn a_bill_of_five_hundred_lines_goes_on_over_many_pages() {
    let (provider, mut invoice) = (samples::provider(), samples::invoice());
    invoice.lines = invoice.lines.iter().cycle().take(500).cloned().collect();
    written("long.en", &samples::sheet(&provider, &invoice, Language::English));
}

#[test]
fn a_logo_that_cannot_be_drawn_is_found_before_it_is_printed() {
    let whole = sign::logo("#c8102e".parse().unwrap());
    try_logo(&whole).unwrap();
    let png = whole.png();
    for broken in [png[..64].to_vec(), [&png[..64], &[0; 64][..]].concat()] {
        try_logo(&Logo::new(broken).unwrap()).unwrap_err();
    }
}

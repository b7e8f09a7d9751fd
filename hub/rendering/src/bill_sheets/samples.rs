//! Bills as they come, for tests: one with everything on it, and whatever a test changes of it.

use jiff::{
    civil::{Date, DateTime, date},
    tz::TimeZone,
};
use komunala_app::ports::bill_sheets::{BillSheet, MonthUsed, Paid, PrintedPoint, Slip, UsageChart};
use komunala_domain::{
    BillDelivery, Brand, Buckets, Confirmation, Currency, FeedRhythm, Invoice, Language, LetterTexts, Money,
    PaymentCode, PaymentCodes, Period, PremisesForm, Provider,
    account::Commodity,
    consumption::HeatingSeason,
    invoice::{
        Consumption, Discount, DocumentHint, Installment, InvoiceKind, InvoiceLine, MeterRead, PaymentInstruction,
        Subtotal, SubtotalKind,
    },
    payment_code::{Order, Scheme},
    reading::{ReadingPolicy, window::ReadingWindow},
};

pub(crate) fn money(minor: i64) -> Money {
    Money { minor, currency: Currency::RSD }
}

pub(crate) fn provider() -> Provider {
    Provider {
        id: "gas".parse().unwrap(),
        tenant: "region".parse().unwrap(),
        display_name: "JP Gasovod Ravnica".to_owned(),
        country: "RS".to_owned(),
        currency: Currency::RSD,
        time_zone: TimeZone::UTC,
        languages: Language::ALL.to_vec(),
        commodity: Commodity::Gas,
        documents: vec![],
        confirmation: Confirmation::default(),
        default_delivery: BillDelivery::Paper,
        reading_window: ReadingWindow::default(),
        readings: ReadingPolicy::default(),
        heating_season: HeatingSeason::default(),
        bill_calendar: None,
        premises_form: PremisesForm::default(),
        feed: FeedRhythm::default(),
        cut_over: None,
        payment_codes: PaymentCodes::default(),
        brand: Brand {
            colour: Some("#0a5c96".parse().unwrap()),
            logo: None,
            contact: vec!["Glavna 107, 22400 Ravnica".to_owned()],
        },
        letter_texts: LetterTexts::default(),
        outages: komunala_domain::outage::OutagePolicy::default(),
    }
}

pub(crate) const DUE: Date = date(2024, 8, 20);

pub(crate) fn invoice() -> Invoice {
    let line = |text: &str, quantity: &str, unit: &str, net, gross| InvoiceLine {
        code: None,
        text: text.to_owned(),
        quantity: Some(quantity.parse().unwrap()),
        unit: Some(unit.to_owned()),
        unit_price: Some("5.5464".parse().unwrap()),
        net: Some(money(net)),
        tax_rate: Some(10.into()),
        tax: None,
        gross: Some(money(gross)),
    };
    Invoice {
        external_id: "1".parse().unwrap(),
        number: "24-07-0012345".to_owned(),
        kind: InvoiceKind::Invoice,
        period: Some("2024-07".parse().unwrap()),
        issued: Some(date(2024, 8, 3)),
        available_from: None,
        issuer: None,
        supply_points: vec!["R-0012345".parse().unwrap()],
        lines: vec![
            line("Prirodni gas", "706.77", "kWh", 392_006, 431_207),
            line("Naknada za pristup sistemu, obračun po ugovorenom kapacitetu", "1", "mes", 20_000, 22_000),
        ],
        meter_reads: vec![MeterRead {
            supply_point: "R-0012345".parse().unwrap(),
            serial_number: "G4-118822".to_owned(),
            register: "TOTAL".to_owned(),
            from: 10_432.into(),
            to: 10_498.into(),
            consumption: [
                Consumption { quantity: 66.into(), unit: "m3".to_owned() },
                Consumption { quantity: "706.77".parse().unwrap(), unit: "kWh".to_owned() },
            ]
            .into(),
            conversion_factor: Some("1.0187".parse().unwrap()),
            calorific_value: Some("10.512".parse().unwrap()),
        }],
        subtotals: vec![Subtotal { kind: SubtotalKind::PreviousBalance, amount: money(-3_207) }],
        total: money(450_000),
        installments: vec![
            Installment { amount: money(270_000), due: DUE },
            Installment { amount: money(180_000), due: date(2025, 1, 20) },
        ],
        discounts: vec![Discount { amount: money(22_500), until: date(2024, 8, 15), text: None }],
        buckets: Some(Box::new(Buckets {
            current: Some(money(450_000)),
            overdue: Some(money(0)),
            ..Buckets::default()
        })),
        payment: Some(PaymentInstruction {
            account: "160-123456789-56".to_owned(),
            payee: "JP GASOVOD RAVNICA".to_owned(),
            model: Some("97".to_owned()),
            reference: Some("28-0012345202407".to_owned()),
            code: Some("189".to_owned()),
            purpose: Some("PRIRODNI GAS 07/2024".to_owned()),
        }),
        document: DocumentHint::Absent,
        media_types: vec![],
    }
}

/// What is written of a bill.
pub(crate) fn sheet<'a>(provider: &'a Provider, invoice: &'a Invoice, language: Language) -> BillSheet<'a> {
    let parts = invoice.installments.iter().enumerate().filter_map(|(at, _)| {
        let payable = invoice.payable(DUE, Some(at + 1)).ok()?;
        let order = Order::of(provider, invoice, &payable, DateTime::constant(2024, 8, 3, 0, 0, 0, 0))?;
        let code = PaymentCode::compose(Scheme::NbsIps, &order).ok();
        Some(Slip { pays: Paid::Installment(at + 1), payable, instruction: invoice.payment.as_ref()?, code })
    });
    let month = |at: i8| Period::new(2023 + i16::from((at + 6) / 12), (at + 6) % 12 + 1).unwrap();
    let used = [61, 48, 55, 190, 610, 980, 1_240, 1_100, 760, 320, 0, 58, 66];
    let months = (0_i8..)
        .zip(used)
        .map(|(at, used)| MonthUsed { month: month(at), quantities: vec![(at != 10).then(|| used.into())] });
    BillSheet {
        language,
        provider,
        invoice,
        account: None,
        points: vec![PrintedPoint { number: "R-0012345".to_owned(), address: Some("Železnička 12".to_owned()) }],
        slips: parts.collect(),
        charts: vec![UsageChart {
            point_number: "R-0012345".to_owned(),
            unit: "m3".to_owned(),
            registers: vec!["1".to_owned()],
            months: months.collect(),
        }],
        dated: date(2024, 8, 3),
    }
}

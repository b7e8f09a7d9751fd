use jiff::civil::{date, datetime};

use super::*;
use crate::{Currency, Money, account::Commodity, invoice::PaymentInstruction};

fn instruction(account: &str, reference: Option<&str>) -> PaymentInstruction {
    PaymentInstruction {
        account: account.to_owned(),
        payee: "JP Toplana".to_owned(),
        model: None,
        reference: reference.map(str::to_owned),
        code: None,
        purpose: Some("GREJANJE 07/2024".to_owned()),
    }
}

fn order<'a>(instruction: &'a PaymentInstruction, currency: Currency, payee: &'a PayeeDetails) -> Order<'a> {
    Order {
        instruction,
        amount: Money { minor: 431_207, currency },
        due: Some(date(2024, 8, 20)),
        until: Some(date(2024, 8, 15)),
        payee,
        issuer: Some("NETWORK"),
        commodity: Commodity::Heat,
        made_at: datetime(2024, 8, 3, 9, 30, 0, 0),
    }
}

fn payee() -> PayeeDetails {
    PayeeDetails {
        street: Some("Glavna 1".to_owned()),
        place: Some("22400 Ruma".to_owned()),
        code: Some("11111111".to_owned()),
        codes: [("NETWORK".to_owned(), "22222222".to_owned())].into(),
    }
}

#[test]
fn a_serbian_bill_keeps_its_account_and_reference() {
    let printed =
        PaymentInstruction { model: Some("97".to_owned()), ..instruction("160-123456789-56", Some("20-12345")) };
    let code = PaymentCode::compose(Scheme::NbsIps, &order(&printed, Currency::RSD, &payee())).unwrap();
    assert_eq!(
        code.payload,
        "K:PR|V:01|C:1|R:160000012345678956|N:JP Toplana\r\nGlavna 1\r\n22400 Ruma|I:RSD4312,07|SF:189|\
         S:GREJANJE 07/2024|RO:972012345"
    );
    assert_eq!(code.content, code.payload.as_bytes());
}

#[test]
fn a_slovenian_bill_says_what_is_paid_and_until_when() {
    let printed = instruction("SI56 0292 2002 0148 350", Some("SI00 6100000-202407"));
    let code = PaymentCode::compose(Scheme::UpnQr, &order(&printed, Currency::EUR, &payee())).unwrap();
    let read = UpnQr::parse(&code.payload).unwrap();
    assert_eq!((read.purpose_code.as_str(), read.due), ("ENRG", Some(date(2024, 8, 20))));
    assert_eq!(read.reference.as_str(), "SI006100000-202407");
    assert_eq!(read.payee.place.as_deref(), Some("22400 Ruma"));
    assert_eq!((code.symbol.versions, code.symbol.assignment), (15..=15, Some(4)));
}

#[test]
fn a_ukrainian_bill_names_its_issuers_number_and_ends_when_its_amount_does() {
    let printed = instruction("UA673005280000026500504354077", Some("0012345"));
    let (unknown, known) = (PayeeDetails::default(), payee());
    let order = order(&printed, Currency::UAH, &unknown);
    let code = PaymentCode::compose(Scheme::Nbu003, &Order { payee: &known, ..order }).unwrap();
    let read = Nbu003::parse(&code.payload).unwrap();
    assert_eq!((read.payee_code.as_deref(), read.category.as_str()), (Some("22222222"), "SUPP/SUPP"));
    assert_eq!(read.valid_until, Some(datetime(2024, 8, 15, 23, 59, 59, 0)));
    assert_eq!(read.made_at, Some(datetime(2024, 8, 3, 9, 30, 0, 0)));
    let nobody = PaymentCode::compose(Scheme::Nbu002, &order).unwrap();
    assert_eq!(Nbu002::parse(&nobody.payload).unwrap().payee_code, None);
}

#[test]
fn a_sepa_bill_has_a_structured_reference_where_its_own_is_one() {
    let written = |reference: &str| {
        let printed = instruction("SI56029220020148350", Some(reference));
        let code = PaymentCode::compose(Scheme::Epc06912, &order(&printed, Currency::EUR, &payee())).unwrap();
        Epc06912::parse(&code.payload).unwrap().remittance
    };
    use epc069_12::Remittance::{Reference, Text};
    assert_eq!(written("RF18 5390 0754 7034"), Some(Reference("RF18539007547034".to_owned())));
    assert_eq!(written("77/2024"), Some(Text("77/2024 GREJANJE 07/2024".to_owned())));
}

#[test]
fn a_bill_that_does_not_fit_its_scheme_says_which_field_and_nothing_is_cut() {
    let refused = |scheme, instruction: PaymentInstruction, currency| {
        let error = PaymentCode::compose(scheme, &order(&instruction, currency, &payee())).unwrap_err();
        (error.field, error.rule)
    };
    let serbian = instruction("160-123456789-56", None);
    let long = PaymentInstruction { purpose: Some("č".repeat(36)), ..serbian.clone() };
    assert_eq!(
        refused(Scheme::NbsIps, long, Currency::RSD),
        ("purpose", Rule::TooLong { max: 35, unit: Unit::Characters })
    );
    assert_eq!(refused(Scheme::NbsIps, serbian.clone(), Currency::EUR), ("amount", Rule::Currency("RSD")));
    let mistyped = PaymentInstruction { account: "160-123456798-56".to_owned(), ..serbian.clone() };
    assert_eq!(refused(Scheme::NbsIps, mistyped, Currency::RSD).0, "account");
    let silent = PaymentInstruction { payee: " ".to_owned(), ..serbian.clone() };
    assert_eq!(refused(Scheme::NbsIps, silent, Currency::RSD), ("payee", Rule::Missing));
    assert_eq!(refused(Scheme::UpnQr, serbian, Currency::EUR).0, "account");
    let cyrillic =
        PaymentInstruction { payee: "ЈП Топлана".to_owned(), ..instruction("SI56029220020148350", None) };
    assert!(matches!(refused(Scheme::UpnQr, cyrillic, Currency::EUR), ("payee.name", Rule::Character { .. })));
    let silent = PaymentInstruction { purpose: None, ..instruction("UA673005280000026500504354077", None) };
    assert_eq!(refused(Scheme::Nbu003, silent, Currency::UAH), ("purpose", Rule::Missing));
}

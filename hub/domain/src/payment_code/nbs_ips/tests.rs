use proptest::prelude::*;

use super::*;
use crate::check_digits::with_model97_control;

const PRINTED: &str = "K:PR|V:01|C:1|R:845000000040484987|N:JP EPS BEOGRAD\r\nBALKANSKA 13|I:RSD3596,13|\
                       P:MRĐO MAČKATOVIĆ\r\nŽUPSKA 13\r\nBEOGRAD 6|SF:189|S:UPLATA PO RAČUNU ZA EL. ENERGIJU|\
                       RO:97163220000111111111000";

fn printed() -> NbsIps {
    NbsIps::parse(PRINTED).unwrap()
}

#[test]
fn the_printed_example_is_read_and_written_byte_for_byte() {
    let code = printed();
    assert_eq!(code.kind, Kind::PrintedBill);
    assert_eq!(code.account.as_str(), "845000000040484987");
    assert_eq!(code.amount, Money { minor: 359_613, currency: Currency::RSD });
    assert_eq!(code.payer.as_deref(), Some("MRĐO MAČKATOVIĆ\r\nŽUPSKA 13\r\nBEOGRAD 6"));
    let reference = code.reference.clone().unwrap();
    assert_eq!((reference.model(), reference.number()), ("97", "163220000111111111000"));
    assert_eq!(code.payload().unwrap(), PRINTED);
}

#[test]
fn a_broken_rule_names_its_field() {
    let refused = |from: &str, to: &str| {
        let error = NbsIps::parse(&PRINTED.replacen(from, to, 1)).unwrap_err();
        (error.field, error.rule)
    };
    assert_eq!(refused("K:PR", "K:XX").0, "kind");
    assert_eq!(refused("V:01", "V:02").0, "version");
    assert_eq!(refused("C:1", "C:2").0, "charset");
    assert_eq!(refused("84500", "84501"), ("account", Rule::CheckDigits("the NBS, modulo 97")));
    assert_eq!(refused("R:845000000040484987", "R:845-40484987-87"), ("account", Rule::Form("18 digits")));
    assert_eq!(
        refused("RSD3596,13", "RSD3596"),
        ("amount", Rule::Form("the currency, then digits without groups and at most two decimals"))
    );
    assert_eq!(refused("RSD", "EUR"), ("amount", Rule::Currency("RSD")));
    assert_eq!(refused("SF:189", "SF:18"), ("purpose_code", Rule::Form("3 digits")));
    assert_eq!(refused("RO:97163", "RO:97164"), ("reference", Rule::CheckDigits("model 97")));
    assert_eq!(refused("RO:97163", "RO:97-163").0, "reference");
    assert_eq!(refused("RO:97163", "RO:55163").0, "reference");
    assert_eq!(refused("ŽUPSKA 13\r\n", "ŽUPSKA 13\r\n\r\n"), ("payer", Rule::TooLong { max: 3, unit: Unit::Lines }));
    assert_eq!(refused("ŽUPSKA", "ŽUP\tSKA"), ("payer", Rule::Control));
    assert_eq!(refused("ŽUPSKA", &"Ž".repeat(70)), ("payer", Rule::TooLong { max: 70, unit: Unit::Characters }));
    assert_eq!(refused("UPLATA", "UPLATAUPLATA"), ("purpose", Rule::TooLong { max: 35, unit: Unit::Characters }));
    assert_eq!(refused("|N:JP EPS BEOGRAD\r\nBALKANSKA 13", ""), ("payee", Rule::Missing));
    assert_eq!(refused("|S:", "|S:|S:").0, "payload");
    assert_eq!(refused("K:PR|V:01", "V:01|K:PR"), ("payload", Rule::Order));
    assert_eq!(refused("|SF:189", "|SF:189|SF:189"), ("payload", Rule::Order));
    assert_eq!(refused("|SF:189", "|SF:189|XX:1"), ("payload", Rule::Order));
    assert_eq!(NbsIps::parse(&format!("{PRINTED}|")).unwrap_err().field, "payload");
    assert_eq!(NbsIps::parse("").unwrap_err().field, "payload");
}

#[test]
fn a_reference_of_others_may_be_longer_than_one_of_ours() {
    let long = with_model97_control(&"1".repeat(31)).unwrap();
    let code = NbsIps::parse(&PRINTED.replace("163220000111111111000", &long)).unwrap();
    assert_eq!(code.payload().unwrap_err(), Rule::TooLong { max: 25, unit: Unit::Characters }.at("reference"));
    let longer = PRINTED.replace("97163220000111111111000", &format!("00{}", "1".repeat(34)));
    assert_eq!(NbsIps::parse(&longer).unwrap_err().field, "reference");
}

#[test]
fn a_separator_inside_a_value_begins_no_tag() {
    let code = NbsIps { purpose: Some("gas|SF:221".to_owned()), ..printed() };
    let read = NbsIps::parse(&code.payload().unwrap()).unwrap();
    assert_eq!((read.purpose.as_deref(), read.purpose_code.as_str()), (Some("gas SF:221"), "189"));
}

#[test]
fn amounts_beyond_the_bounds_are_not_written() {
    for minor in [i64::MIN, -1, 0, 10_000_000_000_000_000, i64::MAX] {
        let code = NbsIps { amount: Money { minor, currency: Currency::RSD }, ..printed() };
        assert!(matches!(code.payload().unwrap_err().rule, Rule::OutOfRange { .. }), "{minor}");
    }
}

prop_compose! {
    fn lines()(lines in prop::collection::vec("[A-ZČĆŠŽĐа-ш0-9 .:,]{1,20}", 1..=3), end in "\r?\n") -> String {
        lines.join(&end)
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(
        minor in 1_i64..=9_999_999_999_999_999,
        payee in lines(),
        payer in prop::option::of(lines()),
        purpose_code in "[0-9]{3}",
        purpose in prop::option::of("[a-zčćšžđА-Ш0-9 .:/-]{1,35}"),
        reference in prop::option::of("[0-9A-Z]{1,20}"),
        payee_number in prop::option::of("[0-9]{19}"),
    ) {
        let reference = reference.map(|number| {
            NbsReference::new(Some("97"), &with_model97_control(&number).unwrap()).unwrap()
        });
        let amount = Money { minor, currency: Currency::RSD };
        let code = NbsIps { amount, payee, payer, purpose_code, purpose, reference, payee_number, ..printed() };
        let payload = code.payload().unwrap();
        prop_assert_eq!(NbsIps::parse(&payload), Ok(code));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[KVCRNIOPSFMJL:|0-9,\r\n]{0,120}") {
        if let Ok(code) = NbsIps::parse(&text) {
            prop_assert!(code.payload().is_ok());
        }
    }
}

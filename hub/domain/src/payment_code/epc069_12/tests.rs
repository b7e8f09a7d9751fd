use proptest::prelude::*;

use super::*;

const EXAMPLE: &str = "BCD\n002\n1\nSCT\n\na name\nNL86INGB0002445588\nEUR1337.99\n\n\nsome info\n";

fn example() -> Epc06912 {
    Epc06912::parse(EXAMPLE).unwrap()
}

#[test]
fn the_example_is_read_and_written_byte_for_byte() {
    let code = example();
    assert_eq!(code.amount, Money { minor: 133_799, currency: Currency::EUR });
    assert_eq!(code.remittance, Some(Remittance::Text("some info".to_owned())));
    assert_eq!(code.payload().unwrap(), EXAMPLE);
}

#[test]
fn a_broken_rule_names_its_field() {
    let refused = |from: &str, to: &str| {
        assert!(EXAMPLE.contains(from), "{from}");
        let error = Epc06912::parse(&EXAMPLE.replacen(from, to, 1)).unwrap_err();
        (error.field, error.rule)
    };
    let too_long = |max| Rule::TooLong { max, unit: Unit::Characters };
    assert_eq!(refused("BCD", "BCE").0, "header");
    assert_eq!(refused("002", "003").0, "version");
    assert_eq!(refused("002", "001"), ("bic", Rule::Missing));
    assert_eq!(refused("\n1\n", "\n2\n").0, "charset");
    assert_eq!(refused("SCT", "INST").0, "function");
    assert_eq!(refused("SCT\n", "SCT\nABCDEF").0, "bic");
    assert_eq!(refused("a name", ""), ("payee", Rule::Missing));
    assert_eq!(refused("a name", &"a".repeat(71)), ("payee", too_long(70)));
    assert_eq!(refused("NL86", "NL87"), ("account", Rule::CheckDigits("ISO 13616")));
    assert_eq!(refused("EUR1337.99", "EUR1337,99").0, "amount");
    assert_eq!(refused("EUR1337.99", "USD1337.99"), ("amount", Rule::Currency("EUR")));
    assert!(matches!(refused("EUR1337.99", "EUR0.00"), ("amount", Rule::OutOfRange { .. })));
    assert!(matches!(refused("EUR1337.99", "EUR1000000000.00"), ("amount", Rule::OutOfRange { .. })));
    assert_eq!(refused("EUR1337.99\n", "EUR1337.99\nELECT").0, "purpose_code");
    assert_eq!(refused("\n\n\nsome", "\n\nRF18539007547034\nsome").0, "remittance");
    assert_eq!(refused("\n\n\nsome info", "\n\nRF19539007547034\n"), ("reference", Rule::CheckDigits("ISO 11649")));
    assert_eq!(refused("some info", &"s".repeat(141)), ("text", too_long(140)));
    assert_eq!(refused("some info", "some\tinfo"), ("text", Rule::Control));
    assert_eq!(refused("some info\n", "some info\n\n"), ("payload", Rule::Fields { wanted: 12 }));
    assert_eq!(refused("some info\n", &format!("some info\n{}", "i".repeat(71))), ("information", too_long(70)));
}

#[test]
fn what_takes_too_many_bytes_in_one_charset_may_fit_the_other() {
    let letters = "č".repeat(140);
    let code = Epc06912 { remittance: Some(Remittance::Text(letters)), ..example() };
    let code = Epc06912 { payee: "š".repeat(30), ..code };
    let too_long = Rule::TooLong { max: 331, unit: Unit::Bytes }.at("payload");
    assert_eq!(code.payload().unwrap_err(), too_long);
    let code = Epc06912 { charset: Charset::Latin2, ..code };
    assert_eq!(Epc06912::parse(&code.payload().unwrap()), Ok(code));
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(
        minor in 1_i64..=99_999_999_999,
        payee in "[A-Za-zčšžÀ-ö0-9 .,]{1,70}",
        remittance in prop::option::of(prop_oneof![
            "[A-Z0-9]{1,21}".prop_map(|number| Remittance::Reference(format!("X{number}"))),
            "[a-zčšž0-9 .,/-]{1,80}".prop_map(Remittance::Text),
        ]),
        purpose_code in prop::option::of("[A-Z]{1,4}"),
        bic in prop::option::of("[A-Z]{6}[A-Z0-9]{2}"),
        information in prop::option::of("[a-z ]{1,30}"),
    ) {
        let amount = Money { minor, currency: Currency::EUR };
        let code = Epc06912 { amount, payee, remittance, purpose_code, bic, information, ..example() };
        match code.payload() {
            Ok(payload) => prop_assert_eq!(Epc06912::parse(&payload), Ok(code)),
            Err(error) => prop_assert_eq!(error.rule, Rule::TooLong { max: 331, unit: Unit::Bytes }),
        }
    }
}

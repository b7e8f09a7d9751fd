use jiff::civil::datetime;
use proptest::prelude::*;

use super::*;

const EXAMPLE: &str = "https://qr.bank.gov.ua/QkNECjAwMwoyCklDVAoK0s7CIKvUyiCExcLOk7sKVUE2NzMwMDUyODAwMDAwMjY1MDA1MDQzNTQ\
                       wNzcKVUFIMTUwCjM3MTkzMDcxCk9USFIvR0REUwoxMjI1MTAyNTc2Cj9NZXJjaGFudEJ1c2luZXNzTmFtZT0iUk9aRVRLQS5V\
                       QSIsIM_u6vPv6uAg8u7i4PCz4iwg5-Ds7uLr5e3t_yC5ODIxNTU4OTY1Lgo_PEluc3RyRm9yQ2R0ckFndD48SW5zdHJJbmY-T\
                       WVyY2hJRDowMTIzNC1UZXJtSWQ6NDMyMTA8L0luc3RySW5mPjwvSW5zdHJGb3JDZHRyQWd0PgpGRkZGCjI1MDMyMTEyMDAwMA\
                       oyNTAxMjkxMjAwMDAK";

fn example() -> Nbu003 {
    Nbu003::parse(EXAMPLE).unwrap()
}

#[test]
fn the_example_is_read_and_written_byte_for_byte() {
    let code = example();
    assert_eq!(code.charset, Charset::Cyrillic);
    assert_eq!(code.function, Function::InstantTransfer);
    assert_eq!(code.payee, "ТОВ «ФК „ЕВО“»");
    assert_eq!(code.account.as_str(), "UA673005280000026500504354077");
    assert_eq!(code.amount, Money { minor: 15_000, currency: Currency::UAH });
    assert_eq!((code.payee_code.as_deref(), code.category.as_str()), (Some("37193071"), "OTHR/GDDS"));
    assert_eq!(code.lock, Lock::ALL);
    assert_eq!(code.valid_until, Some(datetime(2025, 3, 21, 12, 0, 0, 0)));
    assert_eq!(code.made_at, Some(datetime(2025, 1, 29, 12, 0, 0, 0)));
    assert_eq!(code.payload().unwrap(), EXAMPLE);
}

/// What is wrong with an address whose content was changed.
fn refused(from: &str, to: &str) -> (&'static str, Rule) {
    let content = example().content();
    assert!(content.contains(from), "{from}");
    let bytes = Charset::Cyrillic.encode("payload", &content.replacen(from, to, 1)).unwrap();
    let error = Nbu003::parse(&base64url::write(ADDRESS, &bytes).unwrap()).unwrap_err();
    (error.field, error.rule)
}

#[test]
fn a_broken_rule_names_its_field() {
    let too_long = |max| Rule::TooLong { max, unit: Unit::Characters };
    assert_eq!(refused("BCD", "BCX").0, "header");
    assert_eq!(refused("003", "002").0, "version");
    assert_eq!(refused("\n2\n", "\n3\n").0, "charset");
    assert_eq!(refused("ICT", "SCT").0, "function");
    assert_eq!(refused("ICT\n\n", "ICT\nX\n").0, "bic");
    assert_eq!(refused("ТОВ «ФК „ЕВО“»", ""), ("payee", Rule::Missing));
    assert_eq!(refused("ТОВ", "ТО\r"), ("payee", Rule::Control));
    assert_eq!(refused("ТОВ", "Т\nВ"), ("payload", Rule::Fields { wanted: 17 }));
    assert_eq!(refused("UA67", "UA68"), ("account", Rule::CheckDigits("ISO 13616")));
    assert_eq!(refused("UA673005280000026500504354077", "SI56029220020148350").0, "account");
    assert_eq!(refused("UAH150", "UAH150,00").0, "amount");
    assert!(matches!(refused("UAH150", "UAH0"), ("amount", Rule::OutOfRange { .. })));
    assert_eq!(refused("UAH150", "EUR150"), ("amount", Rule::Currency("UAH")));
    assert_eq!(refused("37193071", "37193071000"), ("payee_code", too_long(10)));
    assert_eq!(
        refused("OTHR/GDDS", ""),
        ("category", Rule::Form("category and purpose of four capital letters each: CCCC/PPPP"))
    );
    assert_eq!(refused("OTHR/GDDS", "OTHR").0, "category");
    assert_eq!(refused("1225102576", &"1".repeat(36)), ("reference", too_long(35)));
    assert_eq!(refused("FFFF", "FFF"), ("lock", Rule::Form("4 hexadecimal digits")));
    assert_eq!(refused("250321120000", "250230120000"), ("valid_until", Rule::Form("a moment as YYMMDDHHmmss")));
    assert_eq!(refused("250129120000", "2501291200"), ("made_at", Rule::Form("a moment as YYMMDDHHmmss")));
    for address in ["", "https://bank.gov.ua/qr/QkNE", "https://qr.bank.gov.ua/%", "https://qr.bank.gov.ua/QkNE"] {
        assert!(Nbu003::parse(address).is_err(), "{address}");
    }
}

#[test]
fn the_number_of_the_payee_is_counted_in_bytes_of_its_charset() {
    let code = Nbu003 { payee_code: Some("МКА193071".to_owned()), ..example() };
    assert!(code.payload().is_ok());
    let wider = Nbu003 { charset: Charset::Utf8, ..code };
    assert_eq!(wider.payload().unwrap_err(), Rule::TooLong { max: 10, unit: Unit::Bytes }.at("payee_code"));
}

#[test]
fn a_stray_line_feed_is_never_written() {
    for (field, code) in [
        ("payee", Nbu003 { payee: "ТОВ\n".to_owned(), ..example() }),
        ("reference", Nbu003 { reference: Some("1\n2".to_owned()), ..example() }),
        ("purpose", Nbu003 { purpose: "за газ\nза воду".to_owned(), ..example() }),
        ("display", Nbu003 { display: Some("\n".to_owned()), ..example() }),
        ("payee_code", Nbu003 { payee_code: Some("1\n2".to_owned()), ..example() }),
    ] {
        assert_eq!(code.payload().unwrap_err(), Rule::Control.at(field));
    }
}

#[test]
fn a_character_that_the_charset_lacks_is_an_error_and_too_much_of_it_too() {
    let code = Nbu003 { purpose: "за газ ₴".to_owned(), ..example() };
    assert!(matches!(code.payload().unwrap_err().rule, Rule::Character { character: '₴', .. }));
    let code = Nbu003 { charset: Charset::Utf8, display: None, ..code };
    assert_eq!(Nbu003::parse(&code.payload().unwrap()), Ok(code.clone()));
    let long = Nbu003 { purpose: "газ".repeat(80), ..code };
    assert_eq!(long.payload().unwrap_err(), Rule::TooLong { max: 475, unit: Unit::Characters }.at("payload"));
    assert!(Nbu003 { charset: Charset::Cyrillic, purpose: "г".repeat(200), ..long }.payload().is_ok());
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(
        minor in 1_i64..=99_999_999_999,
        charset in prop_oneof![Just(Charset::Utf8), Just(Charset::Cyrillic)],
        payee in "[А-ЯҐЄІЇа-яґєії« »0-9]{1,30}",
        purpose in "[А-Яа-яґєії0-9 .№]{1,60}",
        payee_code in prop::option::of("[0-9]{8,10}"),
        reference in prop::option::of("[0-9A-Z-]{1,35}"),
        lock in any::<u16>().prop_map(Lock),
        made_at in prop::option::of((0_i16..100, 1_i8..=12, 1_i8..=28, 0_i8..24, 0_i8..60, 0_i8..60)),
    ) {
        let made_at = made_at.map(|(year, month, day, hour, minute, second)| {
            datetime(2000 + year, month, day, hour, minute, second, 0)
        });
        let amount = Money { minor, currency: Currency::UAH };
        let code =
            Nbu003 { charset, payee, purpose, amount, payee_code, reference, lock, made_at, display: None, ..example() };
        let address = code.payload().unwrap();
        prop_assert!(address.len() <= 507 && address.is_ascii());
        prop_assert_eq!(Nbu003::parse(&address), Ok(code));
    }
}

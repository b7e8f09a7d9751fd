use proptest::prelude::*;

use super::*;
use crate::payment_code::Unit;

const EXAMPLE: &str = "UPNQR\n\n\n\n\nJANEZ NOVAK\nLjubljanska cesta 1\n1000 MARIBOR\n00000008588\n\n\nCOST\n\
                       Plač. razdelilnika št. 9990029934988\n20.02.2021\nSI56029220020148350\nSI129990029934988\n\
                       SPL d.d.\nFrankopanska ul. 18a\n1000 LJUBLJANA\n205\nrezerva\n";

fn example() -> UpnQr {
    UpnQr::parse(EXAMPLE).unwrap()
}

#[test]
fn the_example_is_read_and_written_byte_for_byte() {
    let code = example();
    assert_eq!(code.amount, Money { minor: 8_588, currency: Currency::EUR });
    assert_eq!(code.due, Some(jiff::civil::date(2021, 2, 20)));
    assert_eq!(code.reference.as_str(), "SI129990029934988");
    assert_eq!(code.payee.name.as_deref(), Some("SPL d.d."));
    assert_eq!(code.reserve.as_deref(), Some("rezerva"));
    assert_eq!(code.payload().unwrap(), EXAMPLE);
    let bytes = Charset::Latin2.encode("payload", EXAMPLE).unwrap();
    assert_eq!(bytes.len(), EXAMPLE.chars().count());
    assert!(bytes.windows(6).any(|word| word == b"Pla\xe8. "));
    assert_eq!(Charset::Latin2.decode("payload", &bytes).unwrap(), EXAMPLE);
}

#[test]
fn a_code_without_a_reserve_ends_behind_its_control_sum() {
    let code = UpnQr { reserve: None, ..example() };
    let payload = code.payload().unwrap();
    assert!(payload.ends_with("\n205\n"), "{payload:?}");
    assert_eq!(UpnQr::parse(&payload), Ok(code));
}

/// What is wrong with a code, of which a field was changed and the control sum made to fit again.
fn refused(from: &str, to: &str) -> (&'static str, Rule) {
    assert!(EXAMPLE.contains(from), "{from}");
    let changed = EXAMPLE.replacen(from, to, 1);
    let fields: Vec<&str> = changed.split('\n').collect();
    let sum = fields[..FIELDS].iter().map(|field| field.chars().count()).sum::<usize>() + FIELDS;
    let error = UpnQr::parse(&changed.replace("\n205\n", &format!("\n{sum:03}\n"))).unwrap_err();
    (error.field, error.rule)
}

#[test]
fn a_broken_rule_names_its_field() {
    let too_long = |max| Rule::TooLong { max, unit: Unit::Characters };
    assert_eq!(refused("UPNQR", "UPNQX"), ("header", Rule::Form("UPNQR")));
    assert_eq!(refused("UPNQR\n\n\n", "UPNQR\n\nY\n").0, "deposit");
    assert_eq!(refused("UPNQR\n\n", "UPNQR\nUA673005280000026500504354077\n").0, "payer_account");
    assert_eq!(refused("JANEZ", &"J".repeat(30)), ("payer.name", too_long(33)));
    assert_eq!(refused("JANEZ", "ЈАНЕЗ"), ("payer.name", Rule::Character { character: 'Ј', charset: "ISO-8859-2" }));
    assert_eq!(refused("00000008588", "0000008588"), ("amount", Rule::Form("11 digits of cents")));
    assert!(matches!(refused("00000008588", "00000000000"), ("amount", Rule::OutOfRange { .. })));
    assert_eq!(refused("COST", "COS1").0, "purpose_code");
    assert_eq!(refused("Plač.", "Plač. Plač. "), ("purpose", too_long(42)));
    assert_eq!(refused("20.02.2021", "30.02.2021"), ("due", Rule::Form("a day as DD.MM.YYYY")));
    assert_eq!(refused("20.02.2021", "2021-02-20").0, "due");
    assert_eq!(refused("SI5602", "SI5702"), ("account", Rule::CheckDigits("ISO 13616")));
    assert_eq!(refused("SI129990029934988", "SI129990029934987").0, "reference");
    assert_eq!(refused("SI129990029934988", "SI00 1").0, "payload");
    assert_eq!(refused("SPL d.d.", ""), ("payee.name", Rule::Missing));
    assert_eq!(refused("1000 LJUBLJANA", "1000 LJUBLJA\u{7f}A"), ("payee.place", Rule::Control));
    let error = UpnQr::parse(&EXAMPLE.replace("\n205\n", "\n206\n")).unwrap_err();
    assert_eq!(error, Rule::ControlSum(205).at("control"));
    assert_eq!(UpnQr::parse("UPNQR\n").unwrap_err(), Rule::Fields { wanted: 20 }.at("payload"));
    assert_eq!(UpnQr::parse(&"x".repeat(412)).unwrap_err(), too_long(411).at("payload"));
}

#[test]
fn the_largest_amount_fills_its_eleven_digits() {
    let amount = |minor| UpnQr { amount: Money { minor, currency: Currency::EUR }, ..example() };
    assert!(amount(99_999_999_999).payload().unwrap().contains("\n99999999999\n"));
    for minor in [-1, 0, 100_000_000_000] {
        assert!(matches!(amount(minor).payload().unwrap_err().rule, Rule::OutOfRange { .. }), "{minor}");
    }
}

const LETTERS: &str = "[A-Za-zČčŠšŽžĐđĆć0-9 .,/-]{1,33}";

proptest! {
    #[test]
    fn what_is_written_is_read_again(
        minor in 1_i64..=99_999_999_999,
        payer in (LETTERS, LETTERS, LETTERS),
        purpose in LETTERS,
        purpose_code in "[A-Z]{4}",
        due in prop::option::of((1_i16..=9999, 1_i8..=12, 1_i8..=28)),
        (deposit, withdrawal, urgent) in any::<(bool, bool, bool)>(),
        reference in prop_oneof!["SI00[0-9]{1,10}(-[0-9]{1,5}){0,2}", Just("SI99".into()), Just("RF18539007547034".into())],
        reserve in prop::option::of("[a-z]{1,15}"),
    ) {
        let (name, street, place) = payer;
        let code = UpnQr {
            payer: Party { name: Some(name), street: Some(street), place: Some(place) },
            amount: Money { minor, currency: Currency::EUR },
            purpose,
            purpose_code,
            due: due.map(|(year, month, day)| jiff::civil::date(year, month, day)),
            deposit,
            withdrawal,
            urgent,
            reference: UpnReference::read("reference", &reference).unwrap(),
            reserve,
            ..example()
        };
        let payload = code.payload().unwrap();
        prop_assert_eq!(UpnQr::parse(&payload), Ok(code));
    }

    #[test]
    fn one_digit_for_another_in_the_amount_is_another_amount_and_never_an_error(at in 0_usize..11, by in 1_u8..10) {
        let mut digits = *b"00000008588";
        digits[at] = b'0' + (digits[at] - b'0' + by) % 10;
        let changed = EXAMPLE.replace("00000008588", std::str::from_utf8(&digits).unwrap());
        prop_assert_ne!(UpnQr::parse(&changed).map(|code| code.amount), Ok(example().amount));
    }

    #[test]
    fn a_character_more_or_less_is_found_by_the_control_sum(at in any::<prop::sample::Index>()) {
        let places: Vec<_> = EXAMPLE.char_indices().filter(|(_, c)| c.is_alphabetic()).collect();
        let (place, letter) = places[at.index(places.len() - 7)];
        let mut shorter = EXAMPLE.to_owned();
        shorter.replace_range(place..place + letter.len_utf8(), "");
        prop_assert!(UpnQr::parse(&shorter).is_err());
    }
}

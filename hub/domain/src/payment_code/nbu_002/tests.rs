use proptest::prelude::*;

use super::*;
use crate::Currency;

fn code() -> Nbu002 {
    Nbu002 {
        charset: Charset::Cyrillic,
        payee: "ТОВ «Тепло»".to_owned(),
        account: "UA673005280000026500504354077".parse().unwrap(),
        amount: Money { minor: 15_005, currency: Currency::UAH },
        payee_code: Some("37193071".to_owned()),
        reference: Some("1225102576".to_owned()),
        purpose: "за газ 07.2024".to_owned(),
        display: None,
    }
}

#[test]
fn the_fields_stand_in_their_order_with_a_line_feed_behind_each() {
    let content = code().content();
    assert_eq!(
        content,
        "BCD\n002\n2\nUCT\n\nТОВ «Тепло»\nUA673005280000026500504354077\nUAH150.05\n37193071\n\n1225102576\n\
         за газ 07.2024\n\n"
    );
    let address = code().payload().unwrap();
    assert!(address.starts_with("https://bank.gov.ua/qr/QkNECjAwMgoyClVDVAoK"), "{address}");
    assert_eq!(Nbu002::parse(&address), Ok(code()));
}

#[test]
fn padding_that_others_write_is_read() {
    let code = Nbu002 { purpose: "за газ 7.2024".to_owned(), ..code() };
    let bytes = Charset::Cyrillic.encode("payload", &code.content()).unwrap();
    assert_ne!(bytes.len() % 3, 0);
    let padding = ["", "==", "="][bytes.len() % 3];
    assert_eq!(Nbu002::parse(&format!("{}{padding}", code.payload().unwrap())), Ok(code));
}

#[test]
fn a_broken_rule_names_its_field() {
    let refused = |from: &str, to: &str| {
        let bytes = Charset::Cyrillic.encode("payload", &code().content().replacen(from, to, 1)).unwrap();
        Nbu002::parse(&base64url::write(ADDRESS, &bytes).unwrap()).unwrap_err().field
    };
    assert_eq!(refused("BCD", "BCX"), "header");
    assert_eq!(refused("002", "003"), "version");
    assert_eq!(refused("UCT", "ICT"), "function");
    assert_eq!(refused("\n2\n", "\n0\n"), "charset");
    assert_eq!(refused("UA67", "UA76"), "account");
    assert_eq!(refused("UAH150.05", "UAH150.055"), "amount");
    assert_eq!(refused("37193071\n", "37193071\nSUPP/SUPP"), "category");
    assert_eq!(refused("за газ 07.2024", ""), "purpose");
    assert_eq!(refused("за газ", "за\n"), "payload");
    assert_eq!(Nbu002::parse("https://qr.bank.gov.ua/QkNE").unwrap_err().field, "payload");
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(
        minor in 1_i64..=99_999_999_999,
        charset in prop_oneof![Just(Charset::Utf8), Just(Charset::Cyrillic)],
        purpose in "[А-Яа-яґєії0-9 .№]{1,60}",
        reference in prop::option::of("[0-9A-Z-]{1,35}"),
        display in prop::option::of("[a-z ]{1,20}"),
    ) {
        let amount = Money { minor, currency: Currency::UAH };
        let code = Nbu002 { charset, amount, purpose, reference, display, ..code() };
        prop_assert_eq!(Nbu002::parse(&code.payload().unwrap()), Ok(code));
    }
}

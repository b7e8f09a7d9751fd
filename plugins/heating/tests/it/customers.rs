//! `KOR`.

use komunala_adapter_sdk::{
    Decimal,
    account_types::{Category, Commodity},
    files::{Customer, Row, VerifierScheme},
    types::DeliveryChannel,
};

use crate::folder::{Folder, customer, customers, fixed};

fn read(row: String) -> Result<Customer, Vec<String>> {
    let folder = Folder::new();
    folder.put("out/KOR_20240701_001.txt", &customers("20240701001", &[row]));
    match folder.rows("KOR_20240701_001", 100) {
        (mut rows, problems) if problems.is_empty() => match rows.pop() {
            Some(Row::Customer(customer)) => Ok(customer),
            other => panic!("{other:?}"),
        },
        (_, problems) => Err(problems),
    }
}

fn with(fields: &[(usize, &str)]) -> String {
    let mut row: Vec<char> = customer("0100000001").trim_end_matches("\r\n").chars().collect();
    for (first, text) in fields {
        row.splice(first - 1..first - 1 + text.chars().count(), text.chars());
    }
    row.into_iter().chain("\r\n".chars()).collect()
}

#[test]
fn a_row_becomes_an_account_with_one_supply_point() {
    let Customer { account, pin, delivery } = read(customer("0100000001")).unwrap();
    assert_eq!((account.id.as_str(), account.customer_number.as_str()), ("0100000001", "0100000001"));
    assert_eq!((account.name.as_str(), account.premises.address.as_deref()), ("Ljiljana Džinić", Some("Njegoševa 5")));
    let premises = (account.premises.municipality.as_deref(), account.premises.floor_area, account.premises.occupants);
    assert_eq!(premises, (Some("011"), Some(Decimal::new(5400, 2)), Some(2)));
    assert_eq!(account.category, Some(Category::Household));
    assert_eq!((account.supply_points.len(), account.supply_points[0].commodity), (1, Commodity::Heat));
    assert_eq!(account.supply_points[0].number, "0100000001");
    assert!(account.supply_points[0].meters.is_empty());
    assert_eq!((pin, delivery), (None, Some(DeliveryChannel::Paper)));
}

#[test]
fn a_blank_area_is_not_known_and_nobody_lives_in_a_garage() {
    let premises = read(with(&[(178, "       00")])).unwrap().account.premises;
    assert_eq!((premises.floor_area, premises.occupants), (None, Some(0)));
}

#[test]
fn a_salt_counts_as_it_stands_and_hex_in_either_case() {
    let hex = "aB".repeat(32);
    let pin = read(with(&[(12, " a;1  ~ "), (20, &hex)])).unwrap().pin.unwrap();
    assert_eq!((pin.scheme, pin.salt.as_slice()), (VerifierScheme::Sha256SaltPin, &b" a;1  ~ "[..]));
    assert_eq!(pin.hash, [0xab; 32]);
    // blanks are a salt where there is a hash
    assert_eq!(read(with(&[(20, &hex)])).unwrap().pin.unwrap().salt, b"        ");
}

#[test]
fn a_name_is_cut_after_forty_characters_wherever_that_is() {
    let name = "Dr Aleksandra Petrović-Đurđević Kostandil";
    let cut: String = name.chars().take(40).collect();
    assert_eq!(read(with(&[(84, &cut)])).unwrap().account.name, "Dr Aleksandra Petrović-Đurđević Kostandi");
}

#[test]
fn garages_are_households_and_p_is_a_business() {
    let category = |kind| read(with(&[(177, kind)])).unwrap().account.category;
    assert_eq!((category("G"), category("P")), (Some(Category::Household), Some(Category::Business)));
}

#[test]
fn an_e_bill_is_told_and_a_blank_is_not_known() {
    let delivery = |e_bill| read(with(&[(187, e_bill)])).unwrap().delivery;
    assert_eq!((delivery("D"), delivery(" ")), (Some(DeliveryChannel::Email), None));
}

#[test]
fn a_row_that_cannot_be_understood_is_put_aside_with_its_line() {
    for (fields, culprit) in [
        (&[(177, "X")][..], "column 177"),
        (&[(187, "?")], "column 187"),
        (&[(12, "saltsalt")], "columns 20 to 83"),
        (&[(2, "          ")], "columns 2 to 11"),
        (&[(84, "\u{1}")], "columns 84 to 123"),
    ] {
        let problems = read(with(fields)).unwrap_err();
        assert_eq!(problems.len(), 1);
        assert!(
            problems[0].starts_with("KOR_20240701_001.txt, line 2: ") && problems[0].contains(culprit),
            "{problems:?}"
        );
    }
}

#[test]
fn rows_come_in_portions_and_equal_neighbours_once() {
    let folder = Folder::new();
    let rows: Vec<String> = (0..7).map(|row| customer(&format!("010000000{}", row / 2))).collect();
    folder.put("out/KOR_20240701_001.txt", &customers("20240701001", &rows));
    for size in [1, 2, 3, 100] {
        let (rows, _) = folder.rows("KOR_20240701_001", size);
        let numbers: std::collections::BTreeSet<String> = rows
            .iter()
            .map(|row| match row {
                Row::Customer(customer) => customer.account.id.clone(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(numbers.len(), 4, "portions of {size}");
    }
    assert_eq!(folder.rows("KOR_20240701_001", 100).0.len(), 4);
}

#[test]
fn a_file_without_rows_is_a_file() {
    let folder = Folder::new();
    folder.put("out/KOR_20240701_001.txt", &customers("20240701001", &[]));
    assert_eq!(folder.rows("KOR_20240701_001", 10), (Vec::new(), Vec::new()));
    // the last line may end with the file
    let text = customers("20240701001", &[customer("0100000001")]);
    folder.put("out/KOR_20240701_001.txt", text.trim_end_matches("\r\n"));
    assert_eq!(folder.rows("KOR_20240701_001", 10).0.len(), 1);
    assert_eq!(fixed(3, &[]).len(), 5);
}

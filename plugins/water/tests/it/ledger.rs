//! The account card.

use komunala_adapter_sdk::{Error, http::Recorded, ledger::EntryKind};

use crate::recorded::{ALWAYS, Ruma, first, result};

fn row(kind: &str, debit: &str, credit: &str, balance: &str) -> String {
    format!(
        "<Promena><Datum>05.08.2024</Datum><Vrsta>{kind}</Vrsta><Opis>Рачун</Opis><Duguje>{debit}</Duguje>\
         <Potrazuje>{credit}</Potrazuje><Saldo>{balance}</Saldo><Veza>R-1</Veza></Promena>"
    )
}

#[test]
fn rows_are_passed_on_with_the_balance_after_them() {
    let rows = row("RACUN", "1745,40", "0,00", "1745,40")
        + &row("UPLATA", "", "2000,00", "-254,60")
        + &row("STORNO", "1,00", "", "");
    let recorded = Recorded::new([result("VratiKarticu", &rows)]);
    let page = recorded.ruma().ledger("004512", &ALWAYS, &first(100)).unwrap();
    let rows: Vec<_> = page.items.iter().map(|row| (row.kind, row.debit, row.credit, row.balance)).collect();
    let expected = [
        (EntryKind::Invoice, Some(174_540), Some(0), Some(174_540)),
        (EntryKind::Payment, None, Some(200_000), Some(-25_460)),
        (EntryKind::Other, Some(100), None, None),
    ];
    assert_eq!(rows, expected);
    assert_eq!((page.items[0].text.as_deref(), page.currency.as_str()), (Some("Рачун"), "RSD"));
}

#[test]
fn a_row_that_comes_late_stands_where_its_day_is_and_rows_of_a_day_stay_in_their_order() {
    let (bill, paid) = (row("RACUN", "1,00", "0,00", "1,00"), row("UPLATA", "0,00", "1,00", "0,00"));
    let earlier = row("RACUN", "2,00", "0,00", "2,00").replace("05.08", "05.07");
    let recorded = Recorded::new([result("VratiKarticu", &(bill + &paid + &earlier))]);
    let page = recorded.ruma().ledger("004512", &ALWAYS, &first(100)).unwrap();
    let balances: Vec<_> = page.items.iter().map(|row| row.balance).collect();
    assert_eq!(balances, [Some(200), Some(100), Some(0)]);
}

#[test]
fn equal_rows_are_one_and_a_row_without_a_day_is_wrong() {
    let same = row("RACUN", "1,00", "0,00", "1,00").repeat(2);
    let recorded = Recorded::new([result("VratiKarticu", &same)]);
    assert_eq!(recorded.ruma().ledger("004512", &ALWAYS, &first(100)).unwrap().items.len(), 1);
    let undated = result("VratiKarticu", "<Promena><Vrsta>RACUN</Vrsta></Promena>");
    assert!(matches!(Recorded::new([undated]).ruma().ledger("004512", &ALWAYS, &first(100)), Err(Error::Upstream(_))));
    assert_eq!(Recorded::new([]).ruma().ledger("4512", &ALWAYS, &first(100)).unwrap_err(), Error::NotFound);
}

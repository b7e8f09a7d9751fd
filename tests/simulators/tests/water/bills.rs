//! Bills, their PDF, and the account card.

use komunala_simulators::Month;
use komunala_simulators::water::Kind;

use crate::client::Caller;

async fn bills(caller: &Caller, number: &str, first: &str, last: &str) -> Result<Vec<String>, String> {
    let answer = caller.call("VratiRacune", &[("sifra", number), ("od", first), ("do", last)]).await;
    if answer.status == 500 {
        return Err(answer.fault().to_owned());
    }
    let bills = answer.result("VratiRacune").split("<Racun>").skip(1);
    Ok(bills.map(|bill| bill.split("</Broj>").next().unwrap().trim_start_matches("<Broj>").to_owned()).collect())
}

#[tokio::test]
async fn bills_are_asked_for_by_their_days_of_issue_at_most_24_months_apart() {
    let caller = Caller::new().await;
    let number = caller.customer(Kind::Ordinary).number();
    let found = bills(&caller, &number, "01.08.2022", "01.08.2024").await.unwrap();
    assert_eq!(found.len(), 24);
    assert_eq!(found.first().unwrap(), &format!("R-2022-07-{number}"));
    assert_eq!(bills(&caller, &number, "06.08.2024", "15.08.2024").await, Ok(vec![]), "an empty result");
    for (first, last) in [("01.08.2022", "02.08.2024"), ("02.08.2024", "01.08.2024"), ("2024-08-01", "2024-08-02")] {
        assert_eq!(bills(&caller, &number, first, last).await, Err("DATUM_NEISPRAVAN".to_owned()), "{first} to {last}");
    }
}

#[tokio::test]
async fn a_bill_is_printed_in_base64_or_not_yet() {
    let caller = Caller::new().await;
    let number = format!("R-2024-07-{}", caller.customer(Kind::Ordinary).number());
    let printed = caller.call("VratiRacunPdf", &[("broj", &number)]).await;
    assert!(printed.result("VratiRacunPdf").trim_start().starts_with("JVBERi"), "{printed:?}");
    caller.simulator.switches.change(|switches| switches.late_pdfs_from = Some(Month::new(2024, 7)));
    let late = caller.call("VratiRacunPdf", &[("broj", &number)]).await;
    assert_eq!(late.result("VratiRacunPdf"), "");
    let unknown = caller.call("VratiRacunPdf", &[("broj", "R-2024-07-999999")]).await;
    assert_eq!(unknown.fault(), "RACUN_NEPOZNAT");
}

#[tokio::test]
async fn a_card_adds_up_line_by_line() {
    let caller = Caller::new().await;
    let number = caller.customer(Kind::Debtor).number();
    let days = [("sifra", number.as_str()), ("od", "15.08.2023"), ("do", "15.08.2024")];
    let answer = caller.call("VratiKarticu", &days).await;
    let value = |row: &str, tag: &str| -> i64 {
        let text = row.split_once(&format!("<{tag}>")).and_then(|(_, rest)| rest.split('<').next());
        text.unwrap_or_default().replace(',', "").parse().unwrap_or(0)
    };
    let rows: Vec<&str> = answer.result("VratiKarticu").split("<Promena>").skip(1).collect();
    assert!(rows.len() > 12, "{} rows", rows.len());
    for pair in rows.windows(2) {
        let next = value(pair[0], "Saldo") + value(pair[1], "Duguje") - value(pair[1], "Potrazuje");
        assert_eq!(value(pair[1], "Saldo"), next, "{pair:?}");
    }
}

//! The list of customers with something new.

use komunala_simulators::water::Kind;

use crate::client::Caller;

async fn changed(caller: &Caller, since: &str) -> Vec<String> {
    let answer = caller.call("VratiPromene", &[("od", since)]).await;
    let numbers = answer.result("VratiPromene").split("<Sifra>").skip(1);
    numbers.map(|number| number.split('<').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn everybody_is_there_since_the_day_of_the_bills_in_the_order_of_their_numbers() {
    let caller = Caller::new().await;
    let numbers: Vec<String> = caller.simulator.population().all().map(|customer| customer.number()).collect();
    assert_eq!(changed(&caller, "05.08.2024").await, numbers);
}

#[tokio::test]
async fn whoever_chose_a_delivery_today_is_there_today() {
    let caller = Caller::new().await;
    let number = caller.customer(Kind::Debtor).number();
    assert!(!changed(&caller, "15.08.2024").await.contains(&number));
    caller.call("PostaviDostavu", &[("sifra", &number), ("nacin", "E")]).await;
    assert_eq!(changed(&caller, "15.08.2024").await.iter().filter(|changed| **changed == number).count(), 1);
    assert_eq!(caller.call("VratiPromene", &[("od", "2024-08-15")]).await.fault(), "DATUM_NEISPRAVAN");
}

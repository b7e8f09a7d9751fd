//! Readings: there is no idempotency, so whatever arrives is added.

use komunala_simulators::water::{Customer, Kind};
use komunala_simulators::{Effect, Rule};

use crate::client::{Answer, Caller};

/// A customer with one meter, that meter's number, and what it showed last, in whole cubic metres.
async fn meter(caller: &Caller) -> (Customer, String, i64) {
    let customer = caller.customer(Kind::Ordinary);
    let answer = caller.call("VratiPotrosaca", &[("sifra", &customer.number())]).await;
    let meter = answer.between("<Broj>", "</Broj>").to_owned();
    let days = [("sifra", customer.number()), ("od", "15.08.2023".to_owned()), ("do", "15.08.2024".to_owned())];
    let days: Vec<_> = days.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = caller.call("VratiStanja", &days).await;
    let last = answer.result("VratiStanja").rsplit("<Stanje>").next().unwrap().split(',').next().unwrap().to_owned();
    (customer, meter, last.parse().unwrap())
}

async fn hand_in(caller: &Caller, customer: Customer, meter: &str, state: &str, day: &str) -> Answer {
    let number = customer.number();
    let reading = [("sifra", number.as_str()), ("vodomer", meter), ("stanje", state), ("datum", day)];
    caller.call("PrijaviStanje", &reading).await
}

#[tokio::test]
async fn a_reading_is_there_at_once_and_a_second_one_of_the_day_is_added() {
    let caller = Caller::new().await;
    let (customer, meter, last) = meter(&caller).await;
    for state in [format!("{}", last + 3), format!("{},50", last + 3)] {
        let told = hand_in(&caller, customer, &meter, &state, "15.08.2024").await;
        assert_eq!(told.result("PrijaviStanje"), "true");
    }
    let number = customer.number();
    let today = [("sifra", number.as_str()), ("od", "15.08.2024"), ("do", "15.08.2024")];
    let answer = caller.call("VratiStanja", &today).await;
    let readings = answer.result("VratiStanja");
    assert_eq!(readings.matches("<Izvor>KUPAC</Izvor>").count(), 2, "{readings}");
    assert_eq!(caller.simulator.handed_in(customer).len(), 2);
}

#[tokio::test]
async fn a_reading_whose_answer_was_cut_off_is_among_the_readings() {
    let caller = Caller::new().await;
    let (customer, meter, last) = meter(&caller).await;
    let path = "/BillingService.asmx/PrijaviStanje";
    caller.simulator.switches.add(Rule::new(path, Effect::TimeoutAfterWrite { ms: 10 }).next(1));
    let (number, state) = (customer.number(), (last + 3).to_string());
    let reading = [("sifra", number.as_str()), ("vodomer", &meter), ("stanje", &state), ("datum", "15.08.2024")];
    caller.try_call("PrijaviStanje", &reading).await.expect_err("the connection is cut");
    assert_eq!(caller.simulator.handed_in(customer).len(), 1);
}

#[tokio::test]
async fn a_reading_is_held_against_the_meter_and_the_calendar() {
    let caller = Caller::new().await;
    let (customer, meter, last) = meter(&caller).await;
    let more = (last + 3).to_string();
    let fault = async |meter: &str, state: &str, day: &str| {
        hand_in(&caller, customer, meter, state, day).await.fault().to_owned()
    };
    assert_eq!(fault(&meter, &(last - 1).to_string(), "15.08.2024").await, "STANJE_MANJE");
    assert_eq!(fault("another", &more, "15.08.2024").await, "VODOMER_NEPOZNAT");
    assert_eq!(fault(&meter, &more, "16.08.2024").await, "DATUM_NEISPRAVAN");
    assert_eq!(fault(&meter, &more, "30.06.2024").await, "ROK_ZATVOREN");
    assert_eq!(fault(&meter, "1.5", "15.08.2024").await, "ZAHTEV_NEISPRAVAN", "no decimal comma");
    assert!(caller.simulator.handed_in(customer).is_empty());
}

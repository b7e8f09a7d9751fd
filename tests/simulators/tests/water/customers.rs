//! Who a customer is, and who may ask.

use komunala_simulators::water::Kind;

use crate::client::Caller;

#[tokio::test]
async fn a_number_is_proved_by_its_pin_and_its_zeros_count() {
    let caller = Caller::new().await;
    let customer = caller.customer(Kind::Ordinary);
    let (number, pin) = (customer.number(), customer.pin());
    let verify =
        async |number: &str, pin: &str| caller.call("ProveriPotrosaca", &[("sifra", number), ("pin", pin)]).await;
    assert_eq!(verify(&number, &pin).await.result("ProveriPotrosaca"), "true");
    let wrong = if pin == "0000" { "0001" } else { "0000" };
    assert_eq!(verify(&number, wrong).await.fault(), "PIN_POGRESAN");
    assert_eq!(verify(number.trim_start_matches('0'), &pin).await.fault(), "KORISNIK_NEPOZNAT");
}

#[tokio::test]
async fn another_password_is_refused_whatever_is_asked() {
    let caller = Caller::new().await;
    let refused = caller.call_with("another", "VratiPromene", &[("od", "01.08.2024")]).await.unwrap();
    assert_eq!((refused.status, refused.between("<faultcode>", "</faultcode>")), (500, "wsse:FailedAuthentication"));
}

#[tokio::test]
async fn parameters_stand_in_the_order_of_the_description() {
    let caller = Caller::new().await;
    let customer = caller.customer(Kind::Ordinary);
    let swapped = [("pin", customer.pin()), ("sifra", customer.number())];
    let swapped = [(swapped[0].0, swapped[0].1.as_str()), (swapped[1].0, swapped[1].1.as_str())];
    assert_eq!(caller.call("ProveriPotrosaca", &swapped).await.fault(), "ZAHTEV_NEISPRAVAN");
}

#[tokio::test]
async fn a_customer_has_no_meter_one_or_two() {
    let caller = Caller::new().await;
    for (kind, meters) in [(Kind::NoMeter, 0), (Kind::Ordinary, 1), (Kind::TwoMeters, 2), (Kind::MeterSwap, 1)] {
        let number = caller.customer(kind).number();
        let answer = caller.call("VratiPotrosaca", &[("sifra", &number)]).await;
        let customer = answer.result("VratiPotrosaca");
        assert!(customer.contains(&format!("<Sifra>{number}</Sifra>")), "{customer}");
        assert_eq!(customer.matches("<Vodomer>").count(), meters, "{kind:?}: {customer}");
    }
}

#[tokio::test]
async fn a_choice_of_delivery_is_there_at_once() {
    let caller = Caller::new().await;
    let customer = caller.customer(Kind::Ordinary);
    let number = customer.number();
    for (channel, by_email) in [("E", true), ("P", false)] {
        let told = caller.call("PostaviDostavu", &[("sifra", &number), ("nacin", channel)]).await;
        assert_eq!(told.result("PostaviDostavu"), "true");
        let answer = caller.call("VratiPotrosaca", &[("sifra", &number)]).await;
        assert_eq!(answer.between("<Dostava>", "</Dostava>"), channel);
        assert_eq!(caller.simulator.is_by_email(customer), by_email);
    }
    let other = caller.call("PostaviDostavu", &[("sifra", &number), ("nacin", "SMS")]).await;
    assert_eq!(other.fault(), "ZAHTEV_NEISPRAVAN");
}

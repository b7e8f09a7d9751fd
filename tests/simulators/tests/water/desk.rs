//! One request at a time, for everybody together.

use std::time::Duration;

use komunala_simulators::water::Kind;
use komunala_simulators::{Effect, Rule};

use crate::client::Caller;

/// Every answer takes so long.
fn slow_down(caller: &Caller, time: Duration) {
    let ms = u64::try_from(time.as_millis()).unwrap();
    caller.simulator.switches.add(Rule::new("/BillingService.asmx", Effect::Latency { ms }));
}

#[tokio::test]
async fn a_second_request_is_turned_away_until_the_first_one_is_finished() {
    let caller = Caller::new().await;
    slow_down(&caller, Duration::from_millis(300));
    let number = caller.customer(Kind::Ordinary).number();
    let asked = [("sifra", number.as_str())];
    let second = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        caller.call("VratiPotrosaca", &asked).await
    };
    let (first, second) = tokio::join!(caller.call("VratiPotrosaca", &asked), second);
    assert_eq!((first.status, second.fault()), (200, "SISTEM_ZAUZET"));
    assert_eq!(caller.simulator.turned_away(), 1);
    assert_eq!(caller.call("VratiPotrosaca", &asked).await.status, 200);
}

#[tokio::test]
async fn a_request_goes_on_when_its_client_has_gone() {
    let caller = Caller::new().await;
    slow_down(&caller, Duration::from_millis(300));
    let number = caller.customer(Kind::Ordinary).number();
    let asked = [("sifra", number.as_str())];
    let gone = tokio::time::timeout(Duration::from_millis(100), caller.call("VratiPotrosaca", &asked)).await;
    gone.expect_err("the answer takes longer");
    assert_eq!(caller.call("VratiPotrosaca", &asked).await.fault(), "SISTEM_ZAUZET");
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(caller.call("VratiPotrosaca", &asked).await.status, 200);
}

#[tokio::test]
async fn at_night_nobody_is_answered() {
    let caller = Caller::new().await;
    caller.simulator.switches.change(|switches| switches.down = true);
    assert_eq!(caller.call("VratiPromene", &[("od", "15.08.2024")]).await.status, 503);
    caller.simulator.switches.clear();
    assert_eq!(caller.call("VratiPromene", &[("od", "15.08.2024")]).await.status, 200);
}

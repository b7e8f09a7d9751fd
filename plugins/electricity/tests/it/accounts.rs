//! Payers, their points, and who they are.

use komunala_adapter_sdk::{
    Error,
    account_types::Commodity,
    http::{Recorded, Response},
};

use crate::recorded::{ACCOUNT, Distributor};

fn point(number: &str, meter: &str) -> String {
    format!(
        r#"{{"merilnoMesto":"{number}","gsrn":"383111600000000018","placnik":{{"naziv":"Ana Novak","naslov":"Kranj 1"}},
            "dobavitelj":"X","varovalkaA":25,"faze":3,"dogovorjenaMoc":{{"1":"5.0"}},{meter}}}"#
    )
}

#[test]
fn any_point_of_a_payer_proves_the_same_account() {
    let body = r#"{"odjemalec":"K-100","merilnaMesta":["6-123457","6-123456"]}"#;
    let recorded = Recorded::new([Response::of(200, body), Response::of(200, body)]);
    assert_eq!(recorded.system().verify("6-123456", "0420").unwrap().account, ACCOUNT);
    assert_eq!(recorded.system().verify("6-123457", "0420").unwrap().account, ACCOUNT);
    let asked = recorded.asked();
    assert_eq!(asked[0].line, "Post /el/odjemalec/preveri");
    assert_eq!(asked[0].body, r#"{"merilnoMesto":"6-123456","pin":"0420"}"#);
}

#[test]
fn wrong_unknown_and_locked_look_alike_and_a_lost_answer_does_not() {
    for status in [400, 403, 404, 422, 423] {
        let recorded = Recorded::new([Response::of(status, r#"{"code":"X","message":"","fields":[]}"#)]);
        assert_eq!(recorded.system().verify("6-1", "1"), Err(Error::BadCredentials), "{status}");
    }
    assert_eq!(Recorded::new([Response::lost()]).system().verify("6-1", "1"), Err(Error::Unavailable(None)));
    let refused = Recorded::new([Response::of(401, r#"{"code":"UNAUTHORIZED"}"#)]).system().verify("6-1", "1");
    assert!(matches!(refused, Err(Error::Config(_))), "{refused:?}");
}

#[test]
fn an_account_shows_all_its_points_with_one_register_per_tariff() {
    let one = point("6-123456", r#""stevec":"E1","stevilke":6,"tarife":2"#);
    let other = point("6-123457", r#""stevec":"E2","stevilke":5,"tarife":1"#);
    let account = Recorded::new([Response::of(200, one), Response::of(200, other)]).system().account(ACCOUNT).unwrap();
    assert_eq!((account.id.as_str(), account.customer_number.as_str(), account.category), (ACCOUNT, "K-100", None));
    assert_eq!((account.name.as_str(), account.premises.address.as_deref()), ("Ana Novak", Some("Kranj 1")));
    let [two_tariffs, one_tariff] = &account.supply_points[..] else { panic!("two points") };
    assert_eq!((two_tariffs.number.as_str(), two_tariffs.commodity), ("6-123456", Commodity::Electricity));
    assert_eq!(two_tariffs.gsrn.as_deref(), Some("383111600000000018"));
    let registers = |meter: &komunala_adapter_sdk::account_types::Meter| -> Vec<String> {
        meter.registers.iter().map(|register| register.code.clone()).collect()
    };
    assert_eq!(registers(&two_tariffs.meters[0]), ["high", "low"]);
    assert_eq!((registers(&one_tariff.meters[0]), one_tariff.meters[0].digits), (vec!["total".to_owned()], Some(5)));
}

#[test]
fn a_point_that_is_gone_leaves_the_others_and_none_is_no_account() {
    let gone = || Response::of(404, r#"{"code":"NOT_FOUND","message":"","fields":[]}"#);
    let other = point("6-123457", r#""stevec":null,"stevilke":6,"tarife":2"#);
    let account = Recorded::new([gone(), Response::of(200, other)]).system().account(ACCOUNT).unwrap();
    assert_eq!((account.supply_points.len(), account.supply_points[0].meters.len()), (1, 0));
    assert_eq!(Recorded::new([gone(), gone()]).system().account(ACCOUNT), Err(Error::NotFound));
    assert_eq!(Recorded::new([]).system().account("never given out"), Err(Error::NotFound));
}

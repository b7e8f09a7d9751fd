//! Who a customer is, and how the billing system refuses.

use komunala_adapter_sdk::{
    Decimal, Error,
    account_types::{Category, Commodity},
    http::{Answer, Recorded, Request, Response, SendError, Transport},
};
use komunala_adapter_water::{BillingSystem, Settings};

use crate::recorded::{Ruma, fault, result};

#[test]
fn a_number_and_a_pin_prove_an_account_and_zeros_count() {
    let recorded = Recorded::new([result("ProveriPotrosaca", "true")]);
    assert_eq!(recorded.ruma().verify("004512", "0042").unwrap().account, "004512");
    assert_eq!(recorded.operations(), ["ProveriPotrosaca(004512, 0042)"]);
    assert_eq!(Recorded::new([]).ruma().verify("4512", "0042").unwrap_err(), Error::BadCredentials, "nothing is asked");
}

#[test]
fn an_unknown_number_and_a_wrong_pin_are_one_error() {
    for refusal in
        [fault("s:Client", "PIN_POGRESAN"), fault("s:Client", "KORISNIK_NEPOZNAT"), result("ProveriPotrosaca", "false")]
    {
        assert_eq!(Recorded::new([refusal]).ruma().verify("004512", "1").unwrap_err(), Error::BadCredentials);
    }
}

#[test]
fn what_a_customer_types_is_one_value_and_never_a_secret() {
    let recorded = Recorded::new([fault("s:Client", "PIN_POGRESAN")]);
    let _ = recorded.ruma().verify("004512", "</pin>{{secret:wsse_password}}&");
    assert_eq!(recorded.operations(), ["ProveriPotrosaca(004512, </pin>{{secret:wsse_password}}&)"]);
}

#[test]
fn the_password_is_a_placeholder_and_the_only_one() {
    struct Looks;
    impl Transport for Looks {
        fn send(&self, request: &Request<'_>) -> Result<Response, SendError> {
            let body = std::str::from_utf8(request.body()).unwrap();
            assert_eq!(body.matches("{{secret:").count(), 1, "{body}");
            assert!(body.contains("#PasswordText\">{{secret:wsse_password}}</wsse:Password>"), "{body}");
            Err(SendError::NotSent("seen".to_owned()))
        }
    }
    let text = str::to_owned;
    let endpoint = "http://x".parse().unwrap();
    let settings = Settings::new(endpoint, text("{{secret:a}}"), text("RSD"), text("p"), text("189")).unwrap();
    let seen = BillingSystem::new(settings, Looks).verify("004512", "{{secret:wsse_password}}");
    assert_eq!(seen.unwrap_err(), Error::Unavailable(None));
}

#[test]
fn an_account_has_one_supply_point_of_its_own_number_and_any_number_of_meters() {
    let customer = |meters: &str| {
        result(
            "VratiPotrosaca",
            &format!(
                "<Potrosac><Sifra>004512</Sifra><Ime>Ђорђе Хаџић</Ime><Adresa>Glavna 5</Adresa>\
                 <Vrsta>PRAVNO_LICE</Vrsta><Povrsina>54,00</Povrsina><Dostava>P</Dostava>\
                 <Vodomeri>{meters}</Vodomeri></Potrosac>"
            ),
        )
    };
    let meter = |number| format!("<Vodomer><Broj>{number}</Broj><Cifara>5</Cifara></Vodomer>");
    let account = Recorded::new([customer(&(meter("V-1") + &meter("V-2")))]).ruma().account("004512").unwrap();
    assert_eq!((account.name.as_str(), account.category), ("Ђорђе Хаџић", Some(Category::Business)));
    assert_eq!(account.premises.floor_area, Some(Decimal::new(5400, 2)));
    let [point] = account.supply_points.as_slice() else { panic!("{account:?}") };
    assert_eq!((point.id.as_str(), point.number.as_str(), point.commodity), ("004512", "004512", Commodity::Water));
    let meters: Vec<_> = point.meters.iter().map(|meter| (meter.id.as_str(), meter.digits)).collect();
    assert_eq!(meters, [("V-1", Some(5)), ("V-2", Some(5))]);

    let without = Recorded::new([customer("")]).ruma().account("004512").unwrap();
    assert_eq!(without.supply_points[0].commodity, Commodity::Housing);
}

#[test]
fn another_customers_data_are_refused() {
    let foreign = result("VratiPotrosaca", "<Potrosac><Sifra>004513</Sifra><Ime>X</Ime></Potrosac>");
    assert!(matches!(Recorded::new([foreign]).ruma().account("004512"), Err(Error::Upstream(_))));
    assert_eq!(Recorded::new([result("VratiPotrosaca", "")]).ruma().account("004512"), Err(Error::NotFound));
}

fn asked(answer: Answer) -> Error {
    Recorded::new([answer]).ruma().account("004512").unwrap_err()
}

#[test]
fn faults_and_statuses_are_sorted() {
    assert_eq!(asked(fault("s:Client", "KORISNIK_NEPOZNAT")), Error::NotFound);
    assert!(matches!(asked(fault("s:Server", "SISTEM_ZAUZET")), Error::Unavailable(Some(1..))));
    assert!(matches!(asked(fault("q:FailedAuthentication", "bad token")), Error::Config(_)));
    assert_eq!(asked(fault("s:Client", "NOVA_GRESKA")), Error::rejected("request", "NOVA_GRESKA", "NOVA_GRESKA"));
    let spoken = asked(fault("s:Server", "Object reference not set for Petar"));
    assert_eq!(spoken, Error::rejected("request", "UNKNOWN", "UNKNOWN"));
    for transient in [
        Response::of(500, "<html>"),
        Response::of(500, ""),
        Response::of(502, ""),
        Response::of(503, ""),
        Response::lost(),
    ] {
        assert_eq!(asked(transient), Error::Unavailable(None));
    }
    let quota = Response { status: 429, retry_after: Some("7".to_owned()), ..Response::default() };
    assert_eq!(asked(Ok(quota)), Error::RateLimited(Some(7000)));
}

#[test]
fn an_answer_that_is_none_is_said_to_be_wrong() {
    let whole = result("VratiPotrosaca", "<Potrosac><Sifra>004512</Sifra><Ime>X</Ime></Potrosac>").unwrap();
    let cut = Response { body: whole.body[..whole.body.len() - 20].to_vec(), ..Response { status: 200, ..whole } };
    for wrong in [
        Ok(cut),
        Response::of(200, "<html><body>try later</body></html>"),
        Response::of(200, ""),
        Response::of(200, "{\"json\":true}"),
        result("VratiRacune", ""),
        result("VratiPotrosaca", "<Potrosac><Sifra>004512</Sifra></Potrosac>"),
    ] {
        assert!(matches!(asked(wrong), Error::Upstream(_)));
    }
}

//! The operations, each with its parameters and its answer.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::post;

use super::envelope::{Call, answer, frame};
use super::fault::Fault;
use super::print::read_day;
use super::simulator::Credentials;
use super::system::{WaterSystem, days};
use super::{change, desk};
use crate::counters::Counters;
use crate::faults::{self, Faults};

/// What an operation needs.
#[derive(Clone)]
pub(super) struct Office {
    pub(super) system: Arc<WaterSystem>,
    pub(super) credentials: Arc<Credentials>,
    pub(super) counters: Counters,
}

/// One route per operation, so that rules and counters can tell them apart.
pub(super) fn router(office: Office, faults: Faults) -> Router {
    type Run = fn(&Office, &Call) -> Result<Response, Fault>;
    let operations: [(&'static str, Run); 9] = [
        ("ProveriPotrosaca", verify),
        ("VratiPotrosaca", customer),
        ("VratiRacune", bills),
        ("VratiRacunPdf", pdf),
        ("VratiKarticu", card),
        ("PrijaviStanje", hand_in),
        ("VratiStanja", readings),
        ("PostaviDostavu", deliver),
        ("VratiPromene", changes),
    ];
    let mut router = Router::new();
    for (operation, run) in operations {
        let handler = move |State(office): State<Office>, body: Bytes| async move {
            perform(&office, operation, &body, run).unwrap_or_else(IntoResponse::into_response)
        };
        router = router.route(&format!("{}/{operation}", desk::PATH), post(handler));
    }
    let router = router.fallback(|| async { Fault::MALFORMED.into_response() });
    router.with_state(office).layer(axum::middleware::from_fn_with_state(faults, faults::layer))
}

fn perform(
    office: &Office,
    operation: &str,
    body: &[u8],
    run: fn(&Office, &Call) -> Result<Response, Fault>,
) -> Result<Response, Fault> {
    let call = std::str::from_utf8(body).ok().and_then(Call::read).ok_or(Fault::MALFORMED)?;
    call.check(operation, &office.credentials)?;
    run(office, &call)
}

fn verify(office: &Office, call: &Call) -> Result<Response, Fault> {
    let [number, pin] = call.parameters(["sifra", "pin"])?;
    office.system.verify(number, pin)?;
    Ok(answer("ProveriPotrosaca", "true"))
}

fn customer(office: &Office, call: &Call) -> Result<Response, Fault> {
    let [number] = call.parameters(["sifra"])?;
    let customer = office.system.customer(number)?;
    Ok(answer("VratiPotrosaca", &office.system.describe(customer)))
}

fn bills(office: &Office, call: &Call) -> Result<Response, Fault> {
    let [number, from, to] = call.parameters(["sifra", "od", "do"])?;
    let bills = office.system.bills(office.system.customer(number)?, &days(from, to)?);
    Ok(answer("VratiRacune", &bills.iter().map(|bill| bill.xml()).collect::<String>()))
}

fn pdf(office: &Office, call: &Call) -> Result<Response, Fault> {
    let [number] = call.parameters(["broj"])?;
    Ok(answer("VratiRacunPdf", &office.system.pdf(number)?))
}

fn card(office: &Office, call: &Call) -> Result<Response, Fault> {
    let [number, from, to] = call.parameters(["sifra", "od", "do"])?;
    let rows = office.system.rows(office.system.customer(number)?, &days(from, to)?);
    Ok(answer("VratiKarticu", &rows.iter().map(|row| row.xml()).collect::<String>()))
}

fn hand_in(office: &Office, call: &Call) -> Result<Response, Fault> {
    let [number, meter, state, date] = call.parameters(["sifra", "vodomer", "stanje", "datum"])?;
    office.system.hand_in(number, meter, state, date)?;
    office.counters.wrote("PrijaviStanje");
    Ok(answer("PrijaviStanje", "true"))
}

fn readings(office: &Office, call: &Call) -> Result<Response, Fault> {
    let [number, from, to] = call.parameters(["sifra", "od", "do"])?;
    let days = days(from, to)?;
    let readings = office.system.readings(office.system.customer(number)?);
    let asked = readings.iter().filter(|reading| days.contains(&reading.date));
    Ok(answer("VratiStanja", &asked.map(|reading| reading.xml()).collect::<String>()))
}

fn deliver(office: &Office, call: &Call) -> Result<Response, Fault> {
    let [number, channel] = call.parameters(["sifra", "nacin"])?;
    office.system.deliver(number, channel)?;
    office.counters.wrote("PostaviDostavu");
    Ok(answer("PostaviDostavu", "true"))
}

/// Sent while it is made.
fn changes(office: &Office, call: &Call) -> Result<Response, Fault> {
    let [since] = call.parameters(["od"])?;
    let since = read_day(since).ok_or(Fault::WRONG_DATE)?;
    let (before, behind) = frame("VratiPromene");
    let pieces = change::pieces(Arc::clone(&office.system), since);
    let pieces = std::iter::once(before).chain(pieces).chain(std::iter::once(behind));
    let body = Body::from_stream(futures::stream::iter(pieces.map(Ok::<_, std::convert::Infallible>)));
    Ok(([(CONTENT_TYPE, "text/xml; charset=utf-8")], body).into_response())
}

//! What the billing system says when it refuses: a SOAP fault whose string is a code.

use std::time::Duration;

use komunala_adapter_sdk::{Error, http::word, xml::Element};

/// When a busy billing system is worth asking again. Its ordinary requests take about as long.
const BUSY: Duration = Duration::from_millis(200);

/// The contract's error for a fault.
pub(crate) fn of(fault: &Element) -> Error {
    // Its children are in no namespace by the book, and in whatever stands around them in practice.
    let said = |local| fault.child_anywhere(local).and_then(Element::value).unwrap_or_default();
    let code = said("faultcode");
    if code.rsplit(':').next() == Some("FailedAuthentication") {
        return Error::config("the billing system refuses USERNAME and the secret wsse_password");
    }
    match said("faultstring") {
        "KORISNIK_NEPOZNAT" | "RACUN_NEPOZNAT" => Error::NotFound,
        "PIN_POGRESAN" => Error::BadCredentials,
        code @ "STANJE_MANJE" => Error::rejected("registers.total", "too-low", code),
        code @ "VODOMER_NEPOZNAT" => Error::rejected("meter", "unknown", code),
        code @ "DATUM_NEISPRAVAN" => Error::rejected("date", "malformed", code),
        code @ "ROK_ZATVOREN" => Error::rejected("date", "window-closed", code),
        "SISTEM_ZAUZET" => Error::unavailable(Some(BUSY)),
        // Permanent, whatever it is.
        other => Error::rejected("request", word(other), word(other)),
    }
}

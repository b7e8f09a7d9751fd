//! How a call is refused.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::envelope::SOAP;

/// A fault: its code, and the string that says what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    code: &'static str,
    string: &'static str,
}

impl Fault {
    pub(super) const UNKNOWN_CUSTOMER: Self = Self::client("KORISNIK_NEPOZNAT");
    pub(super) const WRONG_PIN: Self = Self::client("PIN_POGRESAN");
    pub(super) const LOWER: Self = Self::client("STANJE_MANJE");
    pub(super) const UNKNOWN_METER: Self = Self::client("VODOMER_NEPOZNAT");
    pub(super) const UNKNOWN_BILL: Self = Self::client("RACUN_NEPOZNAT");
    pub(super) const WRONG_DATE: Self = Self::client("DATUM_NEISPRAVAN");
    pub(super) const TOO_LATE: Self = Self::client("ROK_ZATVOREN");
    /// One that the description does not list.
    pub(super) const MALFORMED: Self = Self::client("ZAHTEV_NEISPRAVAN");
    pub(super) const BUSY: Self = Self { code: "s:Server", string: "SISTEM_ZAUZET" };
    pub(super) const UNAUTHENTICATED: Self =
        Self { code: "wsse:FailedAuthentication", string: "The security token could not be authenticated" };

    const fn client(string: &'static str) -> Self {
        Self { code: "s:Client", string }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let Self { code, string } = self;
        let security = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope xmlns:s=\"{SOAP}\"><s:Body>\
             <s:Fault xmlns:wsse=\"{security}\"><faultcode>{code}</faultcode><faultstring>{string}</faultstring></s:Fault>\
             </s:Body></s:Envelope>"
        );
        (StatusCode::INTERNAL_SERVER_ERROR, [(CONTENT_TYPE, "text/xml; charset=utf-8")], body).into_response()
    }
}

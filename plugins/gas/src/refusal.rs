//! What the billing system says when it refuses: `{"code":"READ_LOWER","message":"…","fields":["value"]}`.
//!
//! Its messages are for its own staff and may name customers, so only codes are passed on.

use komunala_adapter_sdk::{
    Error,
    http::{Refusal, Response},
};

/// The contract's error for an answer that is not 2xx.
pub(crate) fn of(response: &Response) -> Error {
    let Some(refusal) = Refusal::of(response) else {
        return response.error();
    };
    match (response.status, refusal.code()) {
        (409, "PERIOD_OPEN") => Error::NotAvailableYet(refusal.available_from()),
        (409, code) => Error::conflict(code),
        (400 | 422, code) => {
            let (meaning, usual) = meaning(code);
            refusal.rejected(meaning, usual, argument)
        }
        _ => response.error(),
    }
}

/// What a code means in the contract, and the argument that it is about where it does not say.
fn meaning(code: &str) -> (&str, &'static str) {
    match code {
        "WINDOW_CLOSED" => ("window-closed", "date"),
        "READ_LOWER" => ("too-low", "registers.total"),
        "READ_HIGH" => ("too-high", "registers.total"),
        "METER_UNKNOWN" => ("unknown", "meter"),
        "BAD_VALUE" => ("malformed", "registers.total"),
        other => (other, "request"),
    }
}

/// The contract's name of an argument, from the billing system's.
fn argument(field: &str) -> &str {
    match field {
        "customerId" => "customer-number",
        "pointId" => "supply-point",
        "serial" => "meter",
        "readOn" => "date",
        "value" => "registers.total",
        "accountId" => "account",
        "invoiceNo" => "invoice",
        "paidOn" => "paid-on",
        "ref" => "reference",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use komunala_adapter_sdk::Date;

    use super::*;

    fn answer(status: u16, body: &str) -> Error {
        of(&Response { status, body: body.as_bytes().to_vec(), ..Response::default() })
    }

    #[test]
    fn an_open_period_tells_when_it_closes() {
        let body = r#"{"code":"PERIOD_OPEN","message":"period not closed","fields":[],"availableFrom":"2024-08-12"}"#;
        assert_eq!(answer(409, body), Error::NotAvailableYet(Some(Date { year: 2024, month: 8, day: 12 })));
        assert_eq!(answer(409, r#"{"code":"PERIOD_OPEN"}"#), Error::NotAvailableYet(None));
    }

    #[test]
    fn a_refused_reading_names_the_argument_of_the_contract() {
        let body = r#"{"code":"READ_LOWER","message":"Petar: 10431 < 10432","fields":["value"]}"#;
        assert_eq!(answer(422, body), Error::rejected("registers.total", "too-low", "READ_LOWER"));
        let body = r#"{"code":"WINDOW_CLOSED","message":"zatvoreno","fields":null}"#;
        assert_eq!(answer(422, body), Error::rejected("date", "window-closed", "WINDOW_CLOSED"));
        assert_eq!(
            answer(400, r#"{"code":"METER_UNKNOWN","fields":["serial"]}"#),
            Error::rejected("meter", "unknown", "METER_UNKNOWN")
        );
    }

    #[test]
    fn a_key_that_was_used_for_something_else_is_a_conflict() {
        assert_eq!(answer(409, r#"{"code":"IDEMPOTENCY_CONFLICT"}"#), Error::Conflict("IDEMPOTENCY_CONFLICT".into()));
    }

    #[test]
    fn what_is_no_json_counts_by_its_status() {
        assert_eq!(answer(502, "<html>Bad Gateway</html>"), Error::Unavailable(None));
        assert_eq!(answer(404, ""), Error::NotFound);
        assert_eq!(answer(404, r#"{"code":"NOT_FOUND","message":"?"}"#), Error::NotFound);
        assert!(matches!(answer(401, r#"{"code":"UNAUTHORIZED"}"#), Error::Config(_)));
        assert!(matches!(answer(418, "teapot"), Error::Upstream(_)));
    }

    #[test]
    fn a_code_from_outside_cannot_forge_a_log_line() {
        assert_eq!(answer(422, r#"{"code":"A\nB"}"#), Error::rejected("request", "UNKNOWN", "UNKNOWN"));
    }
}

//! What the billing system says when it refuses: `{"reason":"OPEN","from":"2026-12-12"}`.

use komunala_adapter_sdk::{Date, Error, http::Response};
use serde::Deserialize;

#[derive(Deserialize)]
struct Refusal {
    reason: String,
    from: Option<Date>,
}

/// The contract's error for an answer that is not 2xx.
pub(crate) fn of(response: &Response) -> Error {
    // a proxy's page, or a failure that is no JSON: the status is all there is
    let Ok(refusal) = response.json::<Refusal>() else {
        return response.error();
    };
    match (response.status, refusal.reason.as_str()) {
        (409, "OPEN") => Error::NotAvailableYet(refusal.from),
        (409, "KEY_USED") => Error::conflict("the key was used for something else"),
        // the reason is the billing system's own word and holds no value
        (400 | 422, "BAD_MESSAGE") => Error::rejected("request", "malformed", "BAD_MESSAGE"),
        _ => response.error(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Error {
        of(&Response { status, body: body.as_bytes().to_vec(), ..Response::default() })
    }

    #[test]
    fn an_open_month_says_when_it_closes() {
        let closes = Date { year: 2026, month: 12, day: 12 };
        assert_eq!(answer(409, r#"{"reason":"OPEN","from":"2026-12-12"}"#), Error::NotAvailableYet(Some(closes)));
    }

    #[test]
    fn what_is_no_json_counts_by_its_status() {
        assert_eq!(answer(502, "<html>"), Error::Unavailable(None));
        assert_eq!(answer(404, ""), Error::NotFound);
    }
}

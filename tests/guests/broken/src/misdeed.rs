//! Which misdeed it is, and what the line looks like to whoever wants to make the wrong thing of it.

use komunala_adapter_sdk::{
    http::{Request, Response, SendError, Transport, Wasi},
    settings,
};

use crate::System;

/// Whether this is the misdeed of the day.
pub(crate) fn is(scenario: &str) -> bool {
    settings::optional("MISDEED").is_some_and(|misdeed| misdeed == scenario)
}

/// The list of bills as it comes over the line now, with whatever is wrong with the line.
pub(crate) fn line() -> Result<Response, SendError> {
    let endpoint = System::here().map_err(|_| SendError::Denied("no settings".to_owned()))?.endpoint;
    let request = Request::get(&endpoint, &["customers", "c-17", "bills"]).expect("a path of plain words");
    Wasi.send(&request.query("from", 0).query("count", 20))
}

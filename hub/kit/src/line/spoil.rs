//! Answers that were there and are spoilt on their way back.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use komunala_sandbox::{ResponseBody, TransportError};

use super::{
    Answered, Fault,
    body::{self, Disorder},
    fault::failure,
};

/// The answer as it arrives. `earlier` is the one before it from the same path.
pub(super) fn spoilt(
    fault: &Fault,
    mut answered: Answered,
    earlier: Option<Answered>,
) -> Result<Response<ResponseBody>, TransportError> {
    let mut is_cut = false;
    match fault {
        Fault::Lost => return Err(TransportError::Late),
        Fault::StatusAfter { status } => answered = failure(*status),
        Fault::Body { body, content_type } => {
            answered.status = StatusCode::OK;
            answered.body = Bytes::from(body.clone());
            let content_type = content_type.as_deref().and_then(|text| HeaderValue::from_str(text).ok());
            if let Some(content_type) = content_type {
                answered.headers.insert(header::CONTENT_TYPE, content_type);
            }
        }
        Fault::Huge { bytes } => {
            answered.status = StatusCode::OK;
            answered.body = Bytes::from(vec![b' '; *bytes]);
        }
        Fault::Cut => is_cut = true,
        Fault::Doubled => answered.body = body::disordered(&answered.body, Disorder::Doubled),
        Fault::Late => answered.body = body::disordered(&answered.body, Disorder::Late),
        Fault::Stale => answered = earlier.unwrap_or(answered),
        Fault::Slow { .. }
        | Fault::Refused
        | Fault::Silent
        | Fault::Status { .. }
        | Fault::Busy
        | Fault::Refusal
        | Fault::Said { .. } => {}
    }
    Ok(answered.into_response(is_cut))
}

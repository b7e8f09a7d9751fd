//! `/callbacks/{channel}/{provider}`: what payment providers send.

use axum::{
    extract::{Path, State},
    response::Response,
};
use bytes::Bytes;
use http::StatusCode;
use komunala_app::payment::Heard;

use super::Site;
use crate::answer;

/// What is not believed and what is about nothing are answered alike. Where the hub itself failed, the payment provider is
/// to come again.
pub(super) async fn take(
    State(site): State<Site>,
    Path((channel, provider)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let (Ok(channel), Ok(provider)) = (channel.parse(), provider.parse()) else {
        return answer::bare(StatusCode::FORBIDDEN);
    };
    match site.hub().payment_called_back(&provider, &channel, &body).await {
        Ok(Heard::Heard) => answer::bare(StatusCode::OK),
        Ok(Heard::Refused) => answer::bare(StatusCode::FORBIDDEN),
        Err(error) => {
            tracing::error!(%error, "a call-back could not be looked into");
            answer::bare(StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

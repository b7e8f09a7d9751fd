//! What a person does with their own account.

mod address;
mod consents;
mod links;
mod password;
mod profile;
mod sessions;

use komunala_grpc::proto::v1::{RefreshSessionRequest, Session};
use tonic::Status;
use tonic_types::StatusExt;

fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

/// What goes on with this session.
fn refresh(session: &Session) -> RefreshSessionRequest {
    RefreshSessionRequest { refresh_token: session.refresh_token.clone() }
}

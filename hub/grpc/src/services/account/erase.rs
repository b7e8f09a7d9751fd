//! DeleteProfile.

use komunala_app::{Hub, account::CurrentPassword, scope::UserScope};

use crate::{failure::Failure, proto::v1, services::asked::Asked};

pub(super) async fn erase(
    hub: &Hub,
    asked: Asked<UserScope, v1::DeleteProfileRequest>,
) -> Result<v1::DeleteProfileResponse, Failure> {
    hub.delete_profile(&asked.scope, asked.call, CurrentPassword(asked.message.password)).await?;
    Ok(v1::DeleteProfileResponse {})
}

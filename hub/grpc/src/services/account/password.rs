//! RequestPasswordReset, ResetPassword and ChangePassword.

use komunala_app::{
    Hub,
    account::{ChangePassword, CurrentPassword, RequestReset, ResetPassword},
    scope::{PortalScope, UserScope},
};

use super::{
    register::{email, new_password},
    verify_email::proof,
};
use crate::{failure::Failure, proto::v1, services::asked::Asked};

pub(super) async fn request_reset(
    hub: &Hub,
    asked: Asked<PortalScope, v1::RequestPasswordResetRequest>,
) -> Result<v1::RequestPasswordResetResponse, Failure> {
    let request = RequestReset {
        email: email(&asked.message.email)?,
        device_token: Some(asked.message.device_token).filter(|token| !token.is_empty()),
    };
    hub.request_password_reset(&asked.scope, request).await?;
    Ok(v1::RequestPasswordResetResponse {})
}

pub(super) async fn reset(
    hub: &Hub,
    asked: Asked<PortalScope, v1::ResetPasswordRequest>,
) -> Result<v1::ResetPasswordResponse, Failure> {
    let v1::ResetPasswordRequest { token, email, code, new_password: new } = asked.message;
    let request = ResetPassword { proof: proof(email, code, token)?, new: new_password("new_password", new)? };
    hub.reset_password(&asked.scope, asked.call, request).await?;
    Ok(v1::ResetPasswordResponse {})
}

pub(super) async fn change(
    hub: &Hub,
    asked: Asked<UserScope, v1::ChangePasswordRequest>,
) -> Result<v1::ChangePasswordResponse, Failure> {
    let v1::ChangePasswordRequest { current_password, new_password: new } = asked.message;
    let request =
        ChangePassword { current: CurrentPassword(current_password), new: new_password("new_password", new)? };
    hub.change_password(&asked.scope, asked.call, request).await?;
    Ok(v1::ChangePasswordResponse {})
}

//! SignIn, RefreshSession and SignOut.

use komunala_app::{
    Hub,
    account::SignIn,
    scope::{PortalScope, UserScope},
};

use super::register::email;
use crate::{convert, failure::Failure, proto::v1, services::asked::Asked};

pub(super) async fn sign_in(hub: &Hub, asked: Asked<PortalScope, v1::SignInRequest>) -> Result<v1::Session, Failure> {
    let request = SignIn {
        email: email(&asked.message.email)?,
        password: asked.message.password,
        remember_me: asked.message.remember_me,
        device: Some(asked.message.device_name).filter(|device| !device.is_empty()),
        device_token: Some(asked.message.device_token).filter(|token| !token.is_empty()),
    };
    Ok(convert::session(hub.sign_in(&asked.scope, asked.call, request).await?))
}

pub(super) async fn refresh(
    hub: &Hub,
    asked: Asked<PortalScope, v1::RefreshSessionRequest>,
) -> Result<v1::Session, Failure> {
    Ok(convert::session(hub.refresh_session(&asked.scope, &asked.message.refresh_token).await?))
}

pub(super) async fn sign_out(
    hub: &Hub,
    asked: Asked<UserScope, v1::SignOutRequest>,
) -> Result<v1::SignOutResponse, Failure> {
    hub.sign_out(&asked.scope).await?;
    Ok(v1::SignOutResponse {})
}

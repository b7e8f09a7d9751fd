//! VerifyEmail and ResendVerification.

use komunala_app::{
    Hub,
    account::{Proof, VerifyEmail},
    scope::PortalScope,
};

use super::register::email;
use crate::{failure::Failure, proto::v1, services::asked::Asked};

pub(super) async fn verify(
    hub: &Hub,
    asked: Asked<PortalScope, v1::VerifyEmailRequest>,
) -> Result<v1::VerifyEmailResponse, Failure> {
    let v1::VerifyEmailRequest { email: address, code, token } = asked.message;
    let proof = match (address.is_empty(), code.is_empty(), token.is_empty()) {
        (false, false, true) => Proof::Code(email(&address)?, code),
        (true, true, false) => Proof::Token(token),
        (_, _, false) => return Err(Failure::invalid_field("token", "stands in place of email and code")),
        (true, ..) => return Err(Failure::invalid_field("email", "is required with a code")),
        (_, true, _) => return Err(Failure::invalid_field("code", "is required with an email")),
    };
    hub.verify_email(&asked.scope, VerifyEmail { proof }).await?;
    Ok(v1::VerifyEmailResponse {})
}

pub(super) async fn resend(
    hub: &Hub,
    asked: Asked<PortalScope, v1::ResendVerificationRequest>,
) -> Result<v1::ResendVerificationResponse, Failure> {
    hub.resend_verification(&asked.scope, email(&asked.message.email)?).await?;
    Ok(v1::ResendVerificationResponse {})
}

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
    let v1::VerifyEmailRequest { email, code, token } = asked.message;
    hub.verify_email(&asked.scope, VerifyEmail { proof: proof(email, code, token)? }).await?;
    Ok(v1::VerifyEmailResponse {})
}

/// What shows that a mail was read: address and code, or the token alone.
pub(super) fn proof(address: String, code: String, token: String) -> Result<Proof, Failure> {
    match (address.is_empty(), code.is_empty(), token.is_empty()) {
        (false, false, true) => Ok(Proof::Code(email(&address)?, code)),
        (true, true, false) => Ok(Proof::Token(token)),
        (_, _, false) => Err(Failure::invalid_field("token", "stands in place of email and code")),
        (true, ..) => Err(Failure::invalid_field("email", "is required with a code")),
        (_, true, _) => Err(Failure::invalid_field("code", "is required with an email")),
    }
}

pub(super) async fn resend(
    hub: &Hub,
    asked: Asked<PortalScope, v1::ResendVerificationRequest>,
) -> Result<v1::ResendVerificationResponse, Failure> {
    hub.resend_verification(&asked.scope, email(&asked.message.email)?).await?;
    Ok(v1::ResendVerificationResponse {})
}

//! ChangeEmail and ConfirmEmailChange.

use komunala_app::{
    Hub,
    account::{AddressProof, ChangeEmail, CurrentPassword},
    scope::UserScope,
};

use crate::{failure::Failure, proto::v1, services::asked::Asked};

pub(super) async fn change(
    hub: &Hub,
    asked: Asked<UserScope, v1::ChangeEmailRequest>,
) -> Result<v1::ChangeEmailResponse, Failure> {
    let v1::ChangeEmailRequest { new_email, password } = asked.message;
    let address = new_email.parse().map_err(|_| Failure::invalid_field("new_email", "must be an e-mail address"))?;
    let request = ChangeEmail { address, password: CurrentPassword(password) };
    hub.change_email(&asked.scope, asked.call, request).await?;
    Ok(v1::ChangeEmailResponse {})
}

pub(super) async fn confirm(
    hub: &Hub,
    asked: Asked<UserScope, v1::ConfirmEmailChangeRequest>,
) -> Result<v1::ConfirmEmailChangeResponse, Failure> {
    let v1::ConfirmEmailChangeRequest { code, token } = asked.message;
    let proof = match (code.is_empty(), token.is_empty()) {
        (false, true) => AddressProof::Code(code),
        (true, false) => AddressProof::Token(token),
        (true, true) => return Err(Failure::invalid_field("code", "is required, or a token")),
        (false, false) => return Err(Failure::invalid_field("token", "stands in place of code")),
    };
    hub.confirm_email_change(&asked.scope, proof).await?;
    Ok(v1::ConfirmEmailChangeResponse {})
}

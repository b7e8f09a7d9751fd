//! Register, and what proves a customer.

use komunala_app::{Hub, account::Register, scope::PortalScope};
use komunala_domain::{
    CustomerNumber, EmailAddress, Language, NewPassword, Pin, ProviderId,
    consent::{Acceptance, DocumentVersion},
    credential::WeakPassword,
};

use crate::{
    convert,
    failure::Failure,
    proto::v1,
    services::asked::{Asked, write_id},
};

pub(super) async fn register(
    hub: &Hub,
    asked: Asked<PortalScope, v1::RegisterRequest>,
) -> Result<v1::RegisterResponse, Failure> {
    let bill_delivery = convert::delivery_of(asked.message.bill_delivery());
    let message = asked.message;
    let request = Register {
        provider: provider(&message.provider)?,
        customer_number: customer_number(&message.customer_number)?,
        pin: pin(&message.pin)?,
        email: email(&message.email)?,
        password: new_password("password", message.password)?,
        given_name: message.given_name,
        family_name: message.family_name,
        // what is not spoken here stands for what the caller reads
        language: message.language_code.parse::<Language>().unwrap_or(asked.language),
        bill_delivery,
        bill_delivery_pre_ticked: message.bill_delivery_pre_ticked,
        accepted_documents: documents(message.accepted_documents),
        request_id: write_id(&message.request_id)?,
    };
    hub.register(&asked.scope, asked.call, request).await?;
    Ok(v1::RegisterResponse {})
}

pub(super) fn provider(id: &str) -> Result<ProviderId, Failure> {
    id.parse().map_err(|error| wrong("provider", &error))
}

pub(super) fn customer_number(number: &str) -> Result<CustomerNumber, Failure> {
    CustomerNumber::parse(number).map_err(|error| wrong("customer_number", &error))
}

pub(super) fn pin(pin: &str) -> Result<Pin, Failure> {
    Pin::parse(pin).map_err(|error| wrong("pin", &error))
}

pub(super) fn email(address: &str) -> Result<EmailAddress, Failure> {
    address.parse().map_err(|_| Failure::invalid_field("email", "must be an e-mail address"))
}

pub(super) fn new_password(field: &'static str, password: String) -> Result<NewPassword, Failure> {
    NewPassword::parse(password).map_err(|error| match error {
        WeakPassword::TooCommon => Failure::password_too_common(field),
        error => wrong(field, &error),
    })
}

pub(super) fn documents(accepted: Vec<v1::AcceptedDocument>) -> Vec<Acceptance> {
    let accepted = accepted.into_iter();
    accepted.map(|it| acceptance(it.document, it.version, it.pre_ticked)).collect()
}

pub(super) fn acceptance(document: String, version: String, pre_ticked: bool) -> Acceptance {
    Acceptance { document: DocumentVersion { document, version }, pre_ticked }
}

fn wrong(field: &'static str, error: &dyn std::error::Error) -> Failure {
    Failure::invalid_field(field, error.to_string())
}

//! From the paper bill to being signed in.

use anyhow::{Context, ensure};
use komunala_grpc::proto::v1::{
    AcceptedDocument, BillDelivery, GetProfileRequest, GetProviderRequest, RefreshSessionRequest, RegisterRequest,
    SignInRequest, VerifyEmailRequest,
};
use tonic::Code;

use crate::{
    Customer, PaperBill,
    newcomer::{MAIL_WAIT, code_of},
    story::{Teller, request_id},
};

pub(super) const EMAIL: &str = "ana.petrovic@example.rs";
pub(super) const PASSWORD: &str = "seven green gas meters";

pub(super) async fn tell(teller: &Teller<'_>, visitor: &Customer, bill: PaperBill) -> anyhow::Result<Customer> {
    let request = GetProviderRequest { name: "providers/gas-ruma".into() };
    let provider = visitor.providers().get_provider(request).await?.into_inner();
    ensure!(provider.capabilities.iter().any(|offered| offered == "invoices"), "no invoices are offered");
    teller.holds("GetProvider", &format!("the component offers {}", provider.capabilities.join(", ")));

    let accept = |document: komunala_grpc::proto::v1::Document| AcceptedDocument {
        document: document.document,
        version: document.version,
        ..Default::default()
    };
    let right = RegisterRequest {
        provider: "gas-ruma".into(),
        customer_number: bill.customer_number,
        pin: bill.pin,
        email: EMAIL.into(),
        password: PASSWORD.into(),
        given_name: "Ana".into(),
        family_name: "Petrović".into(),
        language_code: "sr-Latn".into(),
        bill_delivery: BillDelivery::Email.into(),
        accepted_documents: provider.documents.into_iter().map(accept).collect(),
        request_id: request_id(),
        ..Default::default()
    };
    let wrong_pin = if right.pin == "0000" { "0001" } else { "0000" };
    let wrong = RegisterRequest { pin: wrong_pin.into(), request_id: request_id(), ..right.clone() };
    let refused = visitor.accounts().register(wrong).await.err().context("a wrong PIN was let through")?;
    ensure!(refused.code() == Code::PermissionDenied, "a wrong PIN was answered {refused}");
    teller.holds("Register with a wrong PIN", "refused: the billing system did not know number and PIN together");

    visitor.accounts().register(right.clone()).await?;
    teller.holds("Register", "number and PIN of the paper bill were proved by the billing system");
    visitor.accounts().register(right).await?;
    teller.holds("Register once more, the same request id", "answered as before, and no second mail");

    let mail =
        teller.world.region.sink.wait_for(|mail| mail.recipients.iter().any(|to| to == EMAIL), MAIL_WAIT).await?;
    let code = code_of(&mail.data).context("the mail holds no code of eight digits")?;
    teller.holds("The mail", &format!("came over SMTP as {}", mail.queue_id));

    let early = SignInRequest { email: EMAIL.into(), password: PASSWORD.into(), ..Default::default() };
    let refused = visitor.accounts().sign_in(early.clone()).await.err().context("signed in unconfirmed")?;
    ensure!(refused.code() == Code::FailedPrecondition, "an unconfirmed address was answered {refused}");
    let verify = VerifyEmailRequest { email: EMAIL.into(), code, token: String::new() };
    visitor.accounts().verify_email(verify.clone()).await?;
    ensure!(visitor.accounts().verify_email(verify).await.is_err(), "a code was used twice");
    let mails = teller.world.region.sink.mails();
    let ours = mails.iter().filter(|mail| mail.recipients.iter().any(|to| to == EMAIL)).count();
    ensure!(ours == 1, "{ours} mails came instead of one");
    teller.holds("VerifyEmail", "the code counts once; before it nobody could sign in");

    let session = visitor.accounts().sign_in(early).await?.into_inner();
    let customer = visitor.signed_in(&session.access_token)?;
    let profile = customer.accounts().get_profile(GetProfileRequest {}).await?.into_inner();
    ensure!(profile.family_name == "Petrović", "the profile is somebody else's");
    teller.holds("SignIn, GetProfile", &format!("signed in as {} {}", profile.given_name, profile.family_name));

    let refresh = RefreshSessionRequest { refresh_token: session.refresh_token };
    let next = visitor.accounts().refresh_session(refresh).await?.into_inner();
    teller.holds("RefreshSession", "the refresh token was exchanged for the next one");
    visitor.signed_in(&next.access_token)
}

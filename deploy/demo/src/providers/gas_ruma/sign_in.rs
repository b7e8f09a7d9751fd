//! What a customer does about signing in: a lost phone, a forgotten password.

use anyhow::{Context, ensure};
use komunala_grpc::proto::v1::{
    ListConsentsRequest, ListSessionsRequest, RefreshSessionRequest, RequestPasswordResetRequest, ResetPasswordRequest,
    RevokeSessionRequest, SignInRequest,
};

use super::registration::{EMAIL, PASSWORD};
use crate::{Customer, Inbox, story::Teller};

const NEW_PASSWORD: &str = "eight green gas meters";

pub(super) async fn tell(teller: &Teller<'_>, visitor: &Customer, customer: Customer) -> anyhow::Result<Customer> {
    let consents = customer.accounts().list_consents(ListConsentsRequest::default()).await?.into_inner();
    let purposes: Vec<_> = consents.consents.iter().map(|consent| consent.purpose.as_str()).collect();
    ensure!(purposes.contains(&"terms") && purposes.contains(&"bill_by_email"), "only {purposes:?} is written down");
    teller.holds("ListConsents", &format!("what she agreed to is written down: {}", purposes.join(", ")));

    let sign_in = SignInRequest { email: EMAIL.into(), password: PASSWORD.into(), ..Default::default() };
    let on_phone = SignInRequest { device_name: "Phone".into(), remember_me: true, ..sign_in.clone() };
    let phone = visitor.accounts().sign_in(on_phone).await?.into_inner();
    let sessions = customer.accounts().list_sessions(ListSessionsRequest::default()).await?.into_inner().sessions;
    let lost = sessions.iter().find(|session| session.device_name == "Phone").context("the phone is not listed")?;
    customer.accounts().revoke_session(RevokeSessionRequest { name: lost.name.clone() }).await?;
    let refresh = RefreshSessionRequest { refresh_token: phone.refresh_token };
    ensure!(visitor.accounts().refresh_session(refresh).await.is_err(), "the lost phone goes on");
    let inbox = Inbox::of(&teller.world.region, EMAIL);
    inbox.about("odjavljen").await?;
    teller.holds("ListSessions, RevokeSession", "a lost phone is signed out from here, and a mail says so");

    let forgot = |email: &str| RequestPasswordResetRequest { email: email.into(), ..Default::default() };
    let nobody = visitor.accounts().request_password_reset(forgot("nobody@example.rs")).await?.into_inner();
    let known = visitor.accounts().request_password_reset(forgot(EMAIL)).await?.into_inner();
    ensure!(nobody == known, "the answers differ");
    let code = inbox.code_about("novu lozinku").await?;
    teller.holds("RequestPasswordReset", "a code came; an address that nobody has is answered alike");

    let reset =
        ResetPasswordRequest { email: EMAIL.into(), code, new_password: NEW_PASSWORD.into(), ..Default::default() };
    visitor.accounts().reset_password(reset.clone()).await?;
    ensure!(visitor.accounts().reset_password(reset).await.is_err(), "a code was used twice");
    ensure!(visitor.accounts().sign_in(sign_in.clone()).await.is_err(), "the forgotten password still counts");
    let renewed = SignInRequest { password: NEW_PASSWORD.into(), ..sign_in };
    let session = visitor.accounts().sign_in(renewed).await?.into_inner();
    inbox.about("lozinka je promenjena").await?;
    teller.holds("ResetPassword, SignIn", "the new password counts, every other session is over, and a mail says so");
    visitor.signed_in(&session.access_token)
}

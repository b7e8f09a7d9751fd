//! A life with a portal, with everything that can go wrong in it.

use std::{fs, time::Duration};

use anyhow::Context;
use komunala_demo::{Customer, Inbox, Newcomer, Region, WorldSettings};
use komunala_grpc::proto::{
    operator::v1::{ListAdaptersRequest, adapter_service_client::AdapterServiceClient},
    v1::{
        ChangeEmailRequest, ChangePasswordRequest, ConfirmEmailChangeRequest, DeleteProfileRequest, GetProfileRequest,
        ListInvoicesRequest, Profile, RefreshSessionRequest, RegisterRequest, RequestPasswordResetRequest,
        ResendVerificationRequest, ResetPasswordRequest, SignInRequest, UpdateProfileRequest, VerifyEmailRequest,
    },
};
use komunala_simulators::{Effect, Rule};
use komunala_tests::HubProcess;
use tonic::Request;

use super::planted::Planted;

/// A token that has the form of a link's.
const NO_LINK: [&str; 3] = [
    "AAAAnolinkforanaddressnolinkforanaddressAAA",
    "AAAAnolinkforpasswordsnolinkforpasswordsAAA",
    "AAAAnolinkfornewemailsnolinkfornewemailsAAA",
];

/// What the hub itself must keep to itself.
pub(super) fn of_the_hub(planted: &mut Planted, settings: &WorldSettings, region: &Region) -> anyhow::Result<()> {
    for (what, file) in
        [("the root secret", "root.key"), ("the master key", "master.key"), ("the operators' token", "operator.token")]
    {
        let secret = fs::read_to_string(settings.dir.join(file)).with_context(|| file.to_owned())?;
        planted.plant(what, secret.trim());
    }
    planted.plant("the portal's key", &region.portal_key);
    planted.plant("the relay's password", super::RELAY_PASSWORD);
    planted.plant("the adapter's secret", &region.gas().client().secret);
    Ok(())
}

/// What people show and are sent, and what others try.
pub(super) async fn of_people(planted: &mut Planted, hub: &HubProcess, region: &Region) -> anyhow::Result<()> {
    let vera = Newcomer {
        email: planted.plant("the address", "zvonimirka.quidlivun@example.rs"),
        password: planted.plant("the password", "oozes-Eegh5quoh"),
        ..Newcomer::at(region, 0)?
    };
    let visitor = Customer::open(hub.api, &region.portal_key).await?;
    registers(planted, &visitor, region, &vera).await?;
    strangers(planted, hub, &visitor, region).await?;
    signs_in(planted, &visitor, &vera).await?;
    let password = forgets(planted, &visitor, region, &vera).await?;
    moves(planted, &visitor, region, &vera, password).await
}

async fn registers(planted: &mut Planted, visitor: &Customer, region: &Region, vera: &Newcomer) -> anyhow::Result<()> {
    planted.plant("the PIN in a body", format!("\"pin\":\"{}\"", vera.bill.pin));
    planted.plant_copied("the customer number", &vera.bill.customer_number);
    let right = RegisterRequest {
        given_name: planted.plant("the given name", "Zvonimirkatova"),
        family_name: planted.plant("the family name", "Quidlivunović"),
        ..vera.registration()
    };
    let wrong = RegisterRequest { pin: planted.plant("a wrong PIN", "pin-wu7Aiphu"), ..right.clone() };
    planted.refused("CUSTOMER_NOT_PROVEN", visitor.accounts().register(wrong).await)?;
    let weak = RegisterRequest { password: planted.plant("a weak password", "Zvonimirkatova7"), ..right.clone() };
    planted.refused("PASSWORD_TOO_COMMON", visitor.accounts().register(weak).await)?;
    // a billing system that repeats in its error what it was sent, of a kind that adapters pass on
    for (status, pin) in [(500, "pin-Ohy0eeja"), (409, "pin-aiH4uu9e"), (422, "pin-eiX6loh3")] {
        let switches = &region.gas().switches;
        switches.add(Rule::new("/v1/customers/verify", Effect::Echo { status }));
        let echoed = RegisterRequest {
            pin: planted.plant(&format!("a PIN that comes back with {status}"), pin),
            ..right.clone()
        };
        planted.refused("", visitor.accounts().register(echoed).await)?;
        switches.clear();
    }
    visitor.accounts().register(right).await?;
    let inbox = Inbox::of(region, &vera.email);
    let code = planted.plant_code("the code", inbox.code_about("potvrdite adresu").await?);
    let link = inbox.link_about("potvrdite adresu", "http://127.0.0.1:3000/confirm#").await?;
    planted.plant("the link's token", link);
    let by_code = |code: String| VerifyEmailRequest { email: vera.email.clone(), code, token: String::new() };
    let guess = planted.plant("a wrong code", "48151623");
    planted.refused("CODE_INVALID", visitor.accounts().verify_email(by_code(guess)).await)?;
    let forged = VerifyEmailRequest { token: planted.plant("a forged link", NO_LINK[0]), ..Default::default() };
    planted.refused("CODE_INVALID", visitor.accounts().verify_email(forged).await)?;
    planted.refused("EMAIL_NOT_VERIFIED", visitor.accounts().sign_in(vera.sign_in()).await)?;
    visitor.accounts().verify_email(by_code(code)).await?;
    Ok(())
}

/// Who knows nothing and tries everything.
async fn strangers(planted: &mut Planted, hub: &HubProcess, visitor: &Customer, region: &Region) -> anyhow::Result<()> {
    let mut accounts = visitor.accounts();
    let nobody = planted.plant("an address that nobody has", "nobody.feixohng@example.rs");
    let guess = SignInRequest {
        email: nobody.clone(),
        password: planted.plant("a stranger's password", "guess-Iengae7u"),
        ..Default::default()
    };
    planted.refused("CREDENTIALS_INVALID", accounts.sign_in(guess).await)?;
    accounts.resend_verification(ResendVerificationRequest { email: nobody.clone() }).await?;
    accounts.request_password_reset(RequestPasswordResetRequest { email: nobody, ..Default::default() }).await?;
    let unknown = RegisterRequest {
        customer_number: planted.plant("an unknown number", "0640417"),
        pin: planted.plant("a PIN for it", "pin-hee3Iequ"),
        email: planted.plant("an address to register with", "stranger.ohph8ahc@example.rs"),
        password: planted.plant("a password to register with", "stranger-Ief2aiph"),
        ..Newcomer::at(region, 1)?.registration()
    };
    planted.refused("CUSTOMER_NOT_PROVEN", accounts.register(unknown).await)?;
    let refresh =
        RefreshSessionRequest { refresh_token: planted.plant("a made-up refresh token", "rt_made-up-Weth1phi") };
    planted.refused("REFRESH_TOKEN_INVALID", accounts.refresh_session(refresh).await)?;
    let forger =
        visitor.signed_in(&planted.plant("a forged access token", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c3IifQ."))?;
    planted.refused("ACCESS_TOKEN_INVALID", forger.accounts().get_profile(GetProfileRequest {}).await)?;
    let outsider = Customer::open(hub.api, &planted.plant("a made-up portal key", "kp_made-up-oot4Ahx6")).await?;
    planted.refused("PORTAL_KEY_UNKNOWN", outsider.accounts().get_profile(GetProfileRequest {}).await)?;

    let operator = hub.operator.context("operators can call")?;
    let channel = tonic::transport::Endpoint::from_shared(format!("http://{operator}"))?.connect().await?;
    let mut request = Request::new(ListAdaptersRequest::default());
    let token = planted.plant("a made-up operator's token", "ko_made-up-Thee4eiL");
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse()?);
    planted.refused("OPERATOR_TOKEN_INVALID", AdapterServiceClient::new(channel).list_adapters(request).await)
}

async fn signs_in(planted: &mut Planted, visitor: &Customer, vera: &Newcomer) -> anyhow::Result<()> {
    let wrong = SignInRequest {
        password: planted.plant("a wrong password", "guess-shahG2ie"),
        device_token: planted.plant("a made-up device", "AAAAnodevicenodevicenodevicenodevicenodevAA"),
        ..vera.sign_in()
    };
    planted.refused("CREDENTIALS_INVALID", visitor.accounts().sign_in(wrong).await)?;
    let right = SignInRequest { device_name: planted.plant("the device", "telephone Ahd7eiwu"), ..vera.sign_in() };
    let session = visitor.accounts().sign_in(right).await?.into_inner();
    planted.plant("the access token", &session.access_token);
    planted.plant("the device's token", &session.device_token);
    let customer = visitor.signed_in(&session.access_token)?;
    let list = ListInvoicesRequest { parent: "providers/-/accounts/-".into(), ..Default::default() };
    customer.invoices().list_invoices(list).await?;
    let phone_number = planted.plant("the phone number", "+381601234567");
    let update =
        UpdateProfileRequest { profile: Some(Profile { phone_number, ..Default::default() }), update_mask: None };
    customer.accounts().update_profile(update).await?;

    let refresh = RefreshSessionRequest { refresh_token: planted.plant("the refresh token", session.refresh_token) };
    // a token says the second that it is of: the next one is another one only in another second
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let next = visitor.accounts().refresh_session(refresh.clone()).await?.into_inner();
    planted.plant("the next access token", next.access_token);
    planted.plant("the next refresh token", next.refresh_token);
    // whoever has a copy ends the session
    planted.refused("REFRESH_TOKEN_INVALID", visitor.accounts().refresh_session(refresh).await)
}

/// Answers the new password.
async fn forgets(
    planted: &mut Planted,
    visitor: &Customer,
    region: &Region,
    vera: &Newcomer,
) -> anyhow::Result<String> {
    let forgot = RequestPasswordResetRequest { email: vera.email.clone(), ..Default::default() };
    visitor.accounts().request_password_reset(forgot).await?;
    let inbox = Inbox::of(region, &vera.email);
    let link = inbox.link_about("novu lozinku", "http://127.0.0.1:3000/password#").await?;
    planted.plant("the link for a password", link);
    let code = planted.plant_code("the code for a password", inbox.code_about("novu lozinku").await?);
    let right = ResetPasswordRequest {
        email: vera.email.clone(),
        code,
        new_password: planted.plant("the new password", "thirty-Soo3thaT"),
        ..Default::default()
    };
    let wrong =
        ResetPasswordRequest { code: planted.plant("a wrong code for a password", "48151642"), ..right.clone() };
    planted.refused("CODE_INVALID", visitor.accounts().reset_password(wrong).await)?;
    let forged = ResetPasswordRequest {
        token: planted.plant("a forged link for a password", NO_LINK[1]),
        new_password: planted.plant("a thief's password", "thief-ooGh6eit"),
        ..Default::default()
    };
    planted.refused("CODE_INVALID", visitor.accounts().reset_password(forged).await)?;
    visitor.accounts().reset_password(right.clone()).await?;
    planted.refused("CODE_INVALID", visitor.accounts().reset_password(right.clone()).await)?;
    Ok(right.new_password)
}

/// Another password, another address, and the end.
async fn moves(
    planted: &mut Planted,
    visitor: &Customer,
    region: &Region,
    vera: &Newcomer,
    password: String,
) -> anyhow::Result<()> {
    let sign_in = SignInRequest { password: password.clone(), ..vera.sign_in() };
    let session = visitor.accounts().sign_in(sign_in).await?.into_inner();
    planted.plant("the last access token", &session.access_token);
    let customer = visitor.signed_in(&session.access_token)?;
    let mut accounts = customer.accounts();
    let changed = planted.plant("the changed password", "forty-ohJ4aeGh");
    let wrong = ChangePasswordRequest {
        current_password: planted.plant("a wrong present password", "guess-aiD0aich"),
        new_password: changed.clone(),
    };
    planted.refused("PASSWORD_WRONG", accounts.change_password(wrong.clone()).await)?;
    accounts.change_password(ChangePasswordRequest { current_password: password, ..wrong }).await?;

    let new_email = planted.plant("the new address", "quidlivun.nova@example.rs");
    let change = ChangeEmailRequest { new_email: new_email.clone(), password: changed.clone() };
    accounts.change_email(change).await?;
    let inbox = Inbox::of(region, &new_email);
    let code = planted.plant_code("the code for an address", inbox.code_about("novu adresu").await?);
    let link = inbox.link_about("novu adresu", "http://127.0.0.1:3000/address#").await?;
    planted.plant("the link for an address", link);
    let by_code = |code| ConfirmEmailChangeRequest { code, ..Default::default() };
    let guess = planted.plant("a wrong code for an address", "48151666");
    planted.refused("CODE_INVALID", accounts.confirm_email_change(by_code(guess)).await)?;
    let forged = ConfirmEmailChangeRequest {
        token: planted.plant("a forged link for an address", NO_LINK[2]),
        ..Default::default()
    };
    planted.refused("CODE_INVALID", accounts.confirm_email_change(forged).await)?;
    accounts.confirm_email_change(by_code(code)).await?;

    let wrong = DeleteProfileRequest { password: planted.plant("a wrong last password", "guess-wae9Ahsh") };
    planted.refused("PASSWORD_WRONG", accounts.delete_profile(wrong).await)?;
    accounts.delete_profile(DeleteProfileRequest { password: changed }).await?;
    Ok(())
}

//! What Ana asks, method by method, with what is Bojan's or Olena's.

use komunala_grpc::proto::v1;
use prost::Message;

use super::{
    records,
    town::{Belongings, Town},
};

/// Calls of one method; the text is whose things the request names.
pub(super) struct Case {
    pub(super) path: &'static str,
    pub(super) requests: Vec<(&'static str, Vec<u8>)>,
    /// What may be answered; none where everybody is answered, and this caller with nothing.
    pub(super) refusals: &'static [&'static str],
    /// Whether the owner can be asked the same without losing anything.
    pub(super) is_harmless: bool,
}

const NOT_FOUND: &[&str] = &["NOT_FOUND"];
/// What the caller's own provider does not offer may be said before anything is looked for.
pub(super) const NOT_FOUND_OR_OFFERED: &[&str] = &["NOT_FOUND", "NOT_OFFERED"];

/// Every method. One that can name nothing foreign has no requests: that another tenant's token opens it not is another
/// test's.
pub(super) fn all(town: &Town) -> Vec<Case> {
    let mut cases = accounts(town);
    cases.extend(proofs(town));
    cases.extend(records::all(town));
    cases.extend(subscriptions(town));
    cases.extend(OWN.iter().map(|path| Case { path, requests: Vec::new(), refusals: &[], is_harmless: true }));
    cases
}

/// Methods whose requests name nothing but what is the caller's by the token, or public.
const OWN: [&str; 13] = [
    "/komunala.v1.AccountService/ChangeEmail",
    "/komunala.v1.AccountService/ChangePassword",
    "/komunala.v1.AccountService/DeleteProfile",
    "/komunala.v1.AccountService/ExportProfile",
    "/komunala.v1.AccountService/GetProfile",
    "/komunala.v1.AccountService/ListAccounts",
    "/komunala.v1.AccountService/ListConsents",
    "/komunala.v1.AccountService/ListSessions",
    "/komunala.v1.AccountService/SignOut",
    "/komunala.v1.AccountService/UpdateProfile",
    "/komunala.v1.AttachmentService/UploadAttachment",
    "/komunala.v1.NotificationService/ListSubscriptions",
    "/komunala.v1.ProviderService/ListProviders",
];

/// A request for each thing of that kind that is not Ana's: Bojan's, Olena's, and Olena's under the name of a provider that
/// Ana's portal shows.
pub(super) fn naming<T: Message>(
    town: &Town,
    path: &'static str,
    name: impl Fn(&Belongings) -> &String,
    request: impl Fn(String) -> T,
) -> Case {
    let (of_bojan, of_olena) = (name(&town.of_bojan), name(&town.of_olena));
    let disguised = of_olena.replace(&town.of_olena.provider, &town.of_bojan.provider);
    let requests = vec![
        (town.of_bojan.who, request(of_bojan.clone()).encode_to_vec()),
        (town.of_olena.who, request(of_olena.clone()).encode_to_vec()),
        ("Olena in disguise", request(disguised).encode_to_vec()),
    ];
    Case { path, requests, refusals: NOT_FOUND, is_harmless: true }
}

fn accounts(town: &Town) -> Vec<Case> {
    let request_id = || uuid::Uuid::new_v4().to_string();
    let foreign_provider = |path, request: Vec<u8>| Case {
        path,
        requests: vec![("the north's provider", request)],
        refusals: NOT_FOUND,
        is_harmless: false,
    };
    let provider = &town.of_olena.provider;
    let registration = v1::RegisterRequest {
        provider: provider.clone(),
        customer_number: "1".into(),
        pin: "1111".into(),
        email: "ana.again@example.rs".into(),
        password: "a long and winding pipe".into(),
        given_name: "Ana".into(),
        request_id: request_id(),
        ..Default::default()
    };
    let link = v1::LinkAccountRequest {
        provider: provider.clone(),
        customer_number: "1".into(),
        pin: "1111".into(),
        request_id: request_id(),
        ..Default::default()
    };
    let consent = v1::GiveConsentRequest {
        provider: provider.clone(),
        document: "terms".into(),
        version: "2024-05".into(),
        request_id: request_id(),
        ..Default::default()
    };
    vec![
        naming(
            town,
            "/komunala.v1.AccountService/GetAccount",
            |its| &its.account,
            |name| v1::GetAccountRequest { name },
        ),
        naming(
            town,
            "/komunala.v1.AccountService/SetBillDelivery",
            |its| &its.account,
            |name| v1::SetBillDeliveryRequest {
                name,
                bill_delivery: v1::BillDelivery::Paper.into(),
                request_id: request_id(),
            },
        ),
        Case {
            is_harmless: false,
            ..naming(
                town,
                "/komunala.v1.AccountService/UnlinkAccount",
                |its| &its.account,
                |name| v1::UnlinkAccountRequest { name, ..Default::default() },
            )
        },
        Case {
            is_harmless: false,
            ..naming(
                town,
                "/komunala.v1.AccountService/RevokeSession",
                |its| &its.session,
                |name| v1::RevokeSessionRequest { name },
            )
        },
        foreign_provider("/komunala.v1.AccountService/Register", registration.encode_to_vec()),
        foreign_provider("/komunala.v1.AccountService/LinkAccount", link.encode_to_vec()),
        foreign_provider("/komunala.v1.AccountService/GiveConsent", consent.encode_to_vec()),
        foreign_provider(
            "/komunala.v1.ReadingService/GetReadingWindow",
            v1::GetReadingWindowRequest { name: format!("providers/{provider}") }.encode_to_vec(),
        ),
        foreign_provider(
            "/komunala.v1.ProviderService/GetProvider",
            v1::GetProviderRequest { name: format!("providers/{provider}") }.encode_to_vec(),
        ),
    ]
}

/// What somebody knows or was sent, at another tenant's portal or by another user.
fn proofs(town: &Town) -> Vec<Case> {
    let (bojan, olena) = (&town.of_bojan, &town.of_olena);
    let sign_in =
        v1::SignInRequest { email: olena.email.clone(), password: olena.password.clone(), ..Default::default() };
    let refresh = v1::RefreshSessionRequest { refresh_token: olena.refresh_token.clone() };
    let reset = v1::ResetPasswordRequest {
        token: olena.reset_token.clone(),
        new_password: "another long and winding pipe".into(),
        ..Default::default()
    };
    let forgot = v1::RequestPasswordResetRequest { email: olena.email.clone(), ..Default::default() };
    let again = v1::ResendVerificationRequest { email: olena.email.clone() };
    let verify = v1::VerifyEmailRequest { token: olena.reset_token.clone(), ..Default::default() };
    let confirm = |token: &String| v1::ConfirmEmailChangeRequest { token: token.clone(), ..Default::default() };
    let case = |path, requests, refusals| Case { path, requests, refusals, is_harmless: false };
    vec![
        case(
            "/komunala.v1.AccountService/SignIn",
            vec![("Olena's password", sign_in.encode_to_vec())],
            &["CREDENTIALS_INVALID"],
        ),
        case(
            "/komunala.v1.AccountService/RefreshSession",
            vec![("Olena's refresh token", refresh.encode_to_vec())],
            &["REFRESH_TOKEN_INVALID"],
        ),
        case(
            "/komunala.v1.AccountService/ResetPassword",
            vec![("Olena's link", reset.encode_to_vec())],
            &["CODE_INVALID"],
        ),
        case(
            "/komunala.v1.AccountService/VerifyEmail",
            vec![("Olena's link", verify.encode_to_vec())],
            &["CODE_INVALID"],
        ),
        case(
            "/komunala.v1.AccountService/RequestPasswordReset",
            vec![("Olena's address", forgot.encode_to_vec())],
            &[],
        ),
        case("/komunala.v1.AccountService/ResendVerification", vec![("Olena's address", again.encode_to_vec())], &[]),
        case(
            "/komunala.v1.AccountService/ConfirmEmailChange",
            vec![
                ("Bojan's link", confirm(&bojan.address_token).encode_to_vec()),
                ("Olena's link", confirm(&olena.address_token).encode_to_vec()),
            ],
            &["CODE_INVALID"],
        ),
    ]
}

/// What others are told of.
fn subscriptions(town: &Town) -> Vec<Case> {
    let subscribe = v1::SubscribeRequest {
        topic: "outage".into(),
        provider: town.of_olena.provider.clone(),
        point_number: "6-123456".into(),
        channels: vec!["email".into()],
        email: "ana@example.rs".into(),
        ..Default::default()
    };
    let confirm = |email: &String| v1::ConfirmSubscriptionRequest {
        email: email.clone(),
        code: "1234 5678".into(),
        ..Default::default()
    };
    vec![
        Case {
            is_harmless: false,
            ..naming(
                town,
                "/komunala.v1.NotificationService/Unsubscribe",
                |its| &its.subscription,
                |name| v1::UnsubscribeRequest { name, ..Default::default() },
            )
        },
        Case {
            path: "/komunala.v1.NotificationService/Subscribe",
            requests: vec![("the north's provider", subscribe.encode_to_vec())],
            refusals: NOT_FOUND,
            is_harmless: false,
        },
        Case {
            path: "/komunala.v1.NotificationService/ConfirmSubscription",
            requests: vec![
                ("Bojan's address", confirm(&town.of_bojan.email).encode_to_vec()),
                ("Olena's address", confirm(&town.of_olena.email).encode_to_vec()),
            ],
            refusals: &["CODE_INVALID"],
            is_harmless: false,
        },
    ]
}

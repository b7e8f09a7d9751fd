//! Requests of strangers: whatever decodes is validated and read without a panic, and nothing odd gets through.

use proptest::prelude::*;
use prost::Message;

use crate::{
    names::{self, AccountName, AnyInvoice, MeterName, PointName, RequestName},
    proto::{operator::v1 as operator, v1},
    validation::{Validate, validate},
};

fn survive<T: Message + Default + Validate>(bytes: &[u8]) {
    if let Ok(message) = T::decode(bytes) {
        let _ = validate(&message);
    }
}

/// Every request of the API that has fields.
fn survive_all(bytes: &[u8]) {
    survive::<v1::RegisterRequest>(bytes);
    survive::<v1::VerifyEmailRequest>(bytes);
    survive::<v1::ResendVerificationRequest>(bytes);
    survive::<v1::SignInRequest>(bytes);
    survive::<v1::RefreshSessionRequest>(bytes);
    survive::<v1::RequestPasswordResetRequest>(bytes);
    survive::<v1::ResetPasswordRequest>(bytes);
    survive::<v1::ChangePasswordRequest>(bytes);
    survive::<v1::ChangeEmailRequest>(bytes);
    survive::<v1::ListConsentsRequest>(bytes);
    survive::<v1::GiveConsentRequest>(bytes);
    survive::<v1::UpdateProfileRequest>(bytes);
    survive::<v1::ConfirmEmailChangeRequest>(bytes);
    survive::<v1::ListSessionsRequest>(bytes);
    survive::<v1::RevokeSessionRequest>(bytes);
    survive::<v1::LinkAccountRequest>(bytes);
    survive::<v1::UnlinkAccountRequest>(bytes);
    survive::<v1::ListAccountsRequest>(bytes);
    survive::<v1::GetAccountRequest>(bytes);
    survive::<v1::SetBillDeliveryRequest>(bytes);
    survive::<v1::ListInvoicesRequest>(bytes);
    survive::<v1::GetInvoiceRequest>(bytes);
    survive::<v1::DownloadInvoiceRequest>(bytes);
    survive::<v1::GetPaymentCodeRequest>(bytes);
    survive::<v1::GetBalanceRequest>(bytes);
    survive::<v1::ListLedgerEntriesRequest>(bytes);
    survive::<v1::ListMetersRequest>(bytes);
    survive::<v1::SubmitReadingRequest>(bytes);
    survive::<v1::CheckReadingRequest>(bytes);
    survive::<v1::GetReadingWindowRequest>(bytes);
    survive::<v1::ListReadingsRequest>(bytes);
    survive::<v1::ListIntervalsRequest>(bytes);
    survive::<v1::ListOutagesRequest>(bytes);
    survive::<v1::SubscribeRequest>(bytes);
    survive::<v1::ConfirmSubscriptionRequest>(bytes);
    survive::<v1::ListSubscriptionsRequest>(bytes);
    survive::<v1::UnsubscribeRequest>(bytes);
    survive::<v1::UploadAttachmentRequest>(bytes);
    survive::<v1::DownloadAttachmentRequest>(bytes);
    survive::<v1::CreateRequestRequest>(bytes);
    survive::<v1::ListRequestsRequest>(bytes);
    survive::<v1::GetRequestRequest>(bytes);
    survive::<v1::ReplyToRequestRequest>(bytes);
    survive::<v1::ListProvidersRequest>(bytes);
    survive::<v1::GetProviderRequest>(bytes);
    survive::<operator::PublishOutageRequest>(bytes);
    survive::<operator::ChangeOutageRequest>(bytes);
    survive::<operator::CancelOutageRequest>(bytes);
    survive::<operator::GetOutageRequest>(bytes);
    survive::<operator::ListOutagesRequest>(bytes);
    survive::<operator::PreviewOutageRequest>(bytes);
    survive::<operator::InstallAdapterRequest>(bytes);
    survive::<operator::ListComponentsRequest>(bytes);
    survive::<operator::ListAdaptersRequest>(bytes);
    survive::<operator::GetAdapterRequest>(bytes);
    survive::<operator::RollBackAdapterRequest>(bytes);
    survive::<operator::DisableAdapterRequest>(bytes);
    survive::<operator::EnableAdapterRequest>(bytes);
    survive::<operator::ApplyProviderRequest>(bytes);
    survive::<operator::ApplyPortalsRequest>(bytes);
    survive::<operator::DisableProviderRequest>(bytes);
    survive::<operator::EnableProviderRequest>(bytes);
    survive::<operator::CreateTenantRequest>(bytes);
    survive::<operator::GetTenantRequest>(bytes);
    survive::<operator::ListTenantsRequest>(bytes);
    survive::<operator::UpdateTenantRequest>(bytes);
    survive::<operator::ListPortalsRequest>(bytes);
    survive::<operator::GetPortalRequest>(bytes);
    survive::<operator::CreatePortalKeyRequest>(bytes);
    survive::<operator::ListPortalKeysRequest>(bytes);
    survive::<operator::RevokePortalKeyRequest>(bytes);
    survive::<operator::ListProvidersRequest>(bytes);
    survive::<operator::GetProviderRequest>(bytes);
    survive::<operator::ListDeskRequestsRequest>(bytes);
    survive::<operator::GetDeskRequestRequest>(bytes);
    survive::<operator::TakeRequestRequest>(bytes);
    survive::<operator::AnswerRequestRequest>(bytes);
    survive::<operator::CloseRequestRequest>(bytes);
    survive::<operator::DownloadDeskAttachmentRequest>(bytes);
    survive::<operator::ListDeskReadingsRequest>(bytes);
    survive::<operator::EnterReadingRequest>(bytes);
}

fn reading() -> v1::SubmitReadingRequest {
    v1::SubmitReadingRequest {
        parent: "providers/gas-town/accounts/acc_0/points/pt_0/meters/mtr_0".into(),
        reading_date: Some(crate::proto::google::r#type::Date { year: 2024, month: 8, day: 1 }),
        registers: vec![v1::RegisterValue {
            code: "TOTAL".into(),
            value: Some(crate::proto::google::r#type::Decimal { value: "10498".into() }),
        }],
        confirmed: true,
        attachments: vec![],
        request_id: "6f7b2a34-53a5-4a49-8f5e-0d6a4c6c7a10".into(),
    }
}

#[test]
fn a_message_that_is_cut_off_anywhere_is_survived() {
    assert!(validate(&reading()).is_ok());
    let bytes = reading().encode_to_vec();
    for length in 0..bytes.len() {
        survive_all(&bytes[..length]);
    }
}

#[test]
fn no_text_of_a_request_may_hold_a_control_character() {
    for odd in ["a\0b", "a\r\nb", "a\u{7f}b", "a\u{85}b", "\u{1b}[2J"] {
        let registration = v1::RegisterRequest {
            provider: odd.into(),
            customer_number: odd.into(),
            pin: odd.into(),
            email: format!("{odd}@example.org"),
            password: format!("{odd} long enough"),
            given_name: odd.into(),
            family_name: odd.into(),
            language_code: odd.into(),
            request_id: odd.into(),
            ..Default::default()
        };
        let failure = validate(&registration).unwrap_err();
        assert_eq!(failure.violations().len(), 9, "{odd:?}: {failure:?}");
    }
}

proptest! {
    #[test]
    fn random_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        survive_all(&bytes);
    }

    #[test]
    fn a_message_with_bytes_turned_over_is_survived(at in 0usize..90, value in any::<u8>()) {
        let mut bytes = reading().encode_to_vec();
        let at = at % bytes.len();
        bytes[at] = value;
        survive_all(&bytes);
    }

    #[test]
    fn a_name_that_is_read_is_written_the_same(name in "(providers/[a-z-]{0,4}/accounts/\\PC{0,4})?\\PC{0,40}") {
        if let Ok(account) = AccountName::parse("name", &name) {
            prop_assert_eq!(account.to_string(), name.clone());
        }
        let _ = AnyInvoice::parse("name", &name);
        let _ = MeterName::parse("name", &name);
        let _ = names::provider("name", &name);
        let _ = names::adapter("name", &name);
        let _ = names::accounts("parent", &name);
        let _ = names::points("parent", &name);
        let _ = names::reach("parent", &name);
        let _ = PointName::parse("parent", &name);
        let _ = RequestName::parse("name", &name);
        let _ = names::attachment("name", &name);
    }
}

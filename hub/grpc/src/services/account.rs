//! AccountService.

mod address;
mod consent;
mod devices;
mod erase;
mod export;
mod link;
mod list;
mod password;
mod profile;
mod register;
mod session;
mod verify_email;

use komunala_app::Hub;
use tonic::{Request, Response, Status, async_trait};

use super::asked::Asked;
use crate::proto::v1::{self, account_service_server::AccountService};

pub(super) struct Accounts {
    pub(super) hub: Hub,
}

#[async_trait]
impl AccountService for Accounts {
    async fn register(&self, request: Request<v1::RegisterRequest>) -> Result<Response<v1::RegisterResponse>, Status> {
        Ok(Response::new(register::register(&self.hub, Asked::by_portal(request)?).await?))
    }

    async fn verify_email(
        &self,
        request: Request<v1::VerifyEmailRequest>,
    ) -> Result<Response<v1::VerifyEmailResponse>, Status> {
        Ok(Response::new(verify_email::verify(&self.hub, Asked::by_portal(request)?).await?))
    }

    async fn resend_verification(
        &self,
        request: Request<v1::ResendVerificationRequest>,
    ) -> Result<Response<v1::ResendVerificationResponse>, Status> {
        Ok(Response::new(verify_email::resend(&self.hub, Asked::by_portal(request)?).await?))
    }

    async fn sign_in(&self, request: Request<v1::SignInRequest>) -> Result<Response<v1::Session>, Status> {
        Ok(Response::new(session::sign_in(&self.hub, Asked::by_portal(request)?).await?))
    }

    async fn refresh_session(
        &self,
        request: Request<v1::RefreshSessionRequest>,
    ) -> Result<Response<v1::Session>, Status> {
        Ok(Response::new(session::refresh(&self.hub, Asked::by_portal(request)?).await?))
    }

    async fn request_password_reset(
        &self,
        request: Request<v1::RequestPasswordResetRequest>,
    ) -> Result<Response<v1::RequestPasswordResetResponse>, Status> {
        Ok(Response::new(password::request_reset(&self.hub, Asked::by_portal(request)?).await?))
    }

    async fn reset_password(
        &self,
        request: Request<v1::ResetPasswordRequest>,
    ) -> Result<Response<v1::ResetPasswordResponse>, Status> {
        Ok(Response::new(password::reset(&self.hub, Asked::by_portal(request)?).await?))
    }

    async fn change_password(
        &self,
        request: Request<v1::ChangePasswordRequest>,
    ) -> Result<Response<v1::ChangePasswordResponse>, Status> {
        Ok(Response::new(password::change(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn sign_out(&self, request: Request<v1::SignOutRequest>) -> Result<Response<v1::SignOutResponse>, Status> {
        Ok(Response::new(session::sign_out(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn list_sessions(
        &self,
        request: Request<v1::ListSessionsRequest>,
    ) -> Result<Response<v1::ListSessionsResponse>, Status> {
        Ok(Response::new(devices::list(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn revoke_session(
        &self,
        request: Request<v1::RevokeSessionRequest>,
    ) -> Result<Response<v1::RevokeSessionResponse>, Status> {
        Ok(Response::new(devices::revoke(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn change_email(
        &self,
        request: Request<v1::ChangeEmailRequest>,
    ) -> Result<Response<v1::ChangeEmailResponse>, Status> {
        Ok(Response::new(address::change(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn confirm_email_change(
        &self,
        request: Request<v1::ConfirmEmailChangeRequest>,
    ) -> Result<Response<v1::ConfirmEmailChangeResponse>, Status> {
        Ok(Response::new(address::confirm(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn get_profile(&self, request: Request<v1::GetProfileRequest>) -> Result<Response<v1::Profile>, Status> {
        Ok(Response::new(profile::get(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn update_profile(
        &self,
        request: Request<v1::UpdateProfileRequest>,
    ) -> Result<Response<v1::Profile>, Status> {
        Ok(Response::new(profile::update(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn list_consents(
        &self,
        request: Request<v1::ListConsentsRequest>,
    ) -> Result<Response<v1::ListConsentsResponse>, Status> {
        Ok(Response::new(consent::list(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn give_consent(&self, request: Request<v1::GiveConsentRequest>) -> Result<Response<v1::Consent>, Status> {
        Ok(Response::new(consent::give(&self.hub, Asked::by_user(request)?).await?))
    }

    type ExportProfileStream = export::Pieces;

    async fn export_profile(
        &self,
        request: Request<v1::ExportProfileRequest>,
    ) -> Result<Response<Self::ExportProfileStream>, Status> {
        Ok(Response::new(export::export(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn delete_profile(
        &self,
        request: Request<v1::DeleteProfileRequest>,
    ) -> Result<Response<v1::DeleteProfileResponse>, Status> {
        Ok(Response::new(erase::erase(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn link_account(&self, request: Request<v1::LinkAccountRequest>) -> Result<Response<v1::Account>, Status> {
        Ok(Response::new(link::link(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn unlink_account(
        &self,
        request: Request<v1::UnlinkAccountRequest>,
    ) -> Result<Response<v1::UnlinkAccountResponse>, Status> {
        Ok(Response::new(link::unlink(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn list_accounts(
        &self,
        request: Request<v1::ListAccountsRequest>,
    ) -> Result<Response<v1::ListAccountsResponse>, Status> {
        Ok(Response::new(list::list(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn get_account(&self, request: Request<v1::GetAccountRequest>) -> Result<Response<v1::Account>, Status> {
        Ok(Response::new(list::get(&self.hub, Asked::by_user(request)?).await?))
    }

    async fn set_bill_delivery(
        &self,
        request: Request<v1::SetBillDeliveryRequest>,
    ) -> Result<Response<v1::Account>, Status> {
        Ok(Response::new(list::set_delivery(&self.hub, Asked::by_user(request)?).await?))
    }
}

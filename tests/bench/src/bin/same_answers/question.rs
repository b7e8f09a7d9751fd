//! A question, and everything that its answer says.

use std::{
    net::Ipv4Addr,
    time::{Duration, Instant},
};

use komunala_demo::Customer;
use komunala_grpc::proto::v1::{
    LinkAccountRequest, RegisterRequest, RequestPasswordResetRequest, ResendVerificationRequest, ResetPasswordRequest,
    SignInRequest, VerifyEmailRequest,
};
use tonic::{Request, Response, Status, metadata::MetadataMap};

/// What is asked.
#[allow(clippy::large_enum_variant, reason = "there are a few thousand of them")]
pub(crate) enum Asked {
    Register(RegisterRequest),
    SignIn(SignInRequest),
    Forgot(RequestPasswordResetRequest),
    Reset(ResetPasswordRequest),
    Link(LinkAccountRequest),
    Resend(ResendVerificationRequest),
    Verify(VerifyEmailRequest),
}

/// What is asked, and who asks.
pub(crate) struct Question {
    pub(crate) customer: Customer,
    pub(crate) asked: Asked,
}

impl Question {
    /// Asks as the caller of this number; answers how long it took, and all that came back in one text.
    pub(crate) async fn ask(self, caller: usize) -> anyhow::Result<(Duration, String)> {
        let mut accounts = self.customer.accounts();
        let caller = Ipv4Addr::from_bits(0x0a00_0000 + u32::try_from(caller)?);
        let started;
        macro_rules! call {
            ($method:ident, $message:expr) => {{
                let request = by(caller, $message)?;
                started = Instant::now();
                told(accounts.$method(request).await)
            }};
        }
        let answer = match self.asked {
            Asked::Register(message) => call!(register, message),
            Asked::SignIn(message) => call!(sign_in, message),
            Asked::Forgot(message) => call!(request_password_reset, message),
            Asked::Reset(message) => call!(reset_password, message),
            Asked::Link(message) => call!(link_account, message),
            Asked::Resend(message) => call!(resend_verification, message),
            Asked::Verify(message) => call!(verify_email, message),
        };
        Ok((started.elapsed(), answer))
    }
}

/// A request with its caller, under a name that says nothing.
fn by<T>(caller: Ipv4Addr, message: T) -> anyhow::Result<Request<T>> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("x-caller-address", caller.to_string().parse()?);
    // the answer repeats it
    request.metadata_mut().insert("x-request-id", "same".parse()?);
    Ok(request)
}

fn told<T: std::fmt::Debug>(answer: Result<Response<T>, Status>) -> String {
    match answer {
        Ok(answer) => format!("OK {:?} {}", answer.get_ref(), headers(answer.metadata())),
        Err(status) => format!(
            "{:?} {:?} details {:?} {}",
            status.code(),
            status.message(),
            String::from_utf8_lossy(status.details()),
            headers(status.metadata())
        ),
    }
}

/// What stands in headers and trailers, but the time of day.
fn headers(metadata: &MetadataMap) -> String {
    let mut lines: Vec<_> = metadata
        .clone()
        .into_headers()
        .iter()
        .filter(|(name, _)| *name != "date")
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    lines.sort();
    lines.join(", ")
}

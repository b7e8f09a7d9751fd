//! Completes errors: those that tonic made itself get a reason, and all get a text in the caller's language.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll, ready},
};

use komunala_domain::Language;
use pin_project_lite::pin_project;
use prost::Message;
use tonic::{Code, Status};
use tonic_types::{LocalizedMessage, StatusExt, pb};
use tower::Service;

use super::{Request, Response, rpc};
use crate::{
    failure::{Catalogue, Failure, Reason, language_of},
    rpc::Rpc,
};

#[derive(Debug, Clone)]
pub(crate) struct Explain<S> {
    pub(crate) inner: S,
    /// What is spoken to a caller who asks for no language of the hub.
    pub(crate) otherwise: Language,
}

impl<S> Service<Request> for Explain<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Explained<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let rpc = rpc(request.extensions());
        let language = language_of(request.headers()).unwrap_or(self.otherwise);
        request.extensions_mut().insert(language);
        Explained { inner: self.inner.call(request), rpc, language }
    }
}

pin_project! {
    pub(crate) struct Explained<F> {
        #[pin]
        inner: F,
        rpc: &'static Rpc,
        language: Language,
    }
}

impl<F: Future<Output = Result<Response, Infallible>>> Future for Explained<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Ok(mut response) = ready!(this.inner.poll(cx));
        Poll::Ready(Ok(match refusal(&mut response) {
            Some(status) => localized(reasoned(status, this.rpc), *this.language).into_http(),
            None => response,
        }))
    }
}

/// The status of an answer that is nothing else.
fn refusal(response: &mut Response) -> Option<Status> {
    if !response.headers().contains_key(Status::GRPC_STATUS) {
        return None;
    }
    // whoever refuses leaves the status beside the headers that say it; generated code writes headers alone
    let status = response.extensions_mut().remove().or_else(|| Status::from_header_map(response.headers()))?;
    (status.code() != Code::Ok).then_some(status)
}

/// An error without details is one of tonic's own; it says so in words only.
fn reasoned(status: Status, rpc: &Rpc) -> Status {
    if !status.details().is_empty() {
        return status;
    }
    let message = status.message().to_owned();
    let failure = match status.code() {
        Code::Unimplemented if !rpc.is_known() => Failure::new(Reason::MethodUnknown, "there is no such method"),
        Code::OutOfRange | Code::ResourceExhausted => Failure::new(Reason::MessageTooLarge, message),
        // tonic calls bytes that it cannot decode an internal error, though they are the caller's
        Code::Internal | Code::InvalidArgument | Code::Unimplemented => Failure::new(Reason::MalformedMessage, message),
        Code::NotFound => Failure::new(Reason::NotFound, message),
        _ => return status,
    };
    failure.into()
}

fn localized(status: Status, language: Language) -> Status {
    let Some(reason) = status.get_details_error_info().and_then(|info| Reason::named(&info.reason)) else {
        return status;
    };
    let Ok(mut details) = pb::Status::decode(status.details()) else {
        return status;
    };
    let text = LocalizedMessage::new(language.tag(), Catalogue::of(language).reason(reason));
    details.details.push(prost_types::Any {
        type_url: LocalizedMessage::TYPE_URL.to_owned(),
        value: pb::LocalizedMessage { locale: text.locale, message: text.message }.encode_to_vec(),
    });
    Status::with_details_and_metadata(
        status.code(),
        status.message(),
        details.encode_to_vec().into(),
        status.metadata().clone(),
    )
}

//! `/bounces`: mail that came back, as a mail server hands it on: the whole mail is the body, as `message/rfc822`.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    response::Response,
};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt as _;
use komunala_app::{
    credentials::CallbackSecret,
    ports::{ReturnedMail, bounces::Returned},
};

use super::Site;
use crate::answer;

/// Bytes of a mail that are kept while it comes in: a report and the head of the mail stand at its beginning.
const KEPT: usize = 256 * 1024;
/// The longest mail, in bytes. Some servers send the whole of it back, with its document of 16 MiB.
const LONGEST: usize = 32 * 1024 * 1024;

/// Who may hand in mail that came back, and who reads it.
#[derive(Clone)]
pub struct BounceDesk {
    /// What the mail server shows.
    pub secret: CallbackSecret,
    /// Who reads it.
    pub reader: Arc<dyn ReturnedMail>,
}

/// Why a mail did not come in.
enum Refused {
    TooLong,
    Cut,
}

/// Whoever does not have the secret learns nothing, and what they send is not read. A mail server is told by the status
/// whether to keep the mail (503, 429), or that it is none of the hub's (422).
pub(super) async fn take(State(site): State<Site>, request: Request) -> Response {
    let Some(desk) = site.bounce_desk().filter(|desk| is_known(desk, request.headers())) else {
        return answer::bare(StatusCode::FORBIDDEN);
    };
    if !is_mail(request.headers()) {
        return answer::bare(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let mail = match beginning(request.into_body()).await {
        Ok(mail) => mail,
        Err(Refused::TooLong) => return answer::bare(StatusCode::PAYLOAD_TOO_LARGE),
        Err(Refused::Cut) => return answer::bare(StatusCode::BAD_REQUEST),
    };
    answer::bare(match desk.reader.read(&mail).await {
        Ok(Returned::Bounce(_) | Returned::Delay) => StatusCode::OK,
        Ok(Returned::Other) => {
            tracing::info!("what was handed in is no bounce of the hub's mail");
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(error) => {
            tracing::error!(%error, "a mail that came back cannot be written down yet");
            StatusCode::SERVICE_UNAVAILABLE
        }
    })
}

fn is_known(desk: &BounceDesk, headers: &HeaderMap) -> bool {
    let shown = headers.get(header::AUTHORIZATION).and_then(|header| header.to_str().ok());
    shown.is_some_and(|shown| desk.secret.is_in(shown))
}

fn is_mail(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|header| header.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("message/rfc822")
}

/// The beginning of a mail. What is behind it is let pass: a program that sends a body wants to be rid of all of it.
async fn beginning(mut body: Body) -> Result<Bytes, Refused> {
    let (mut kept, mut came) = (BytesMut::new(), 0_usize);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Refused::Cut)?.into_data() else { continue };
        came = came.saturating_add(data.len());
        if came > LONGEST {
            return Err(Refused::TooLong);
        }
        kept.extend_from_slice(&data[..data.len().min(KEPT - kept.len())]);
    }
    Ok(kept.freeze())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn kept(length: usize) -> Option<usize> {
        let chunks = (0..length / 1000).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; 1000])));
        beginning(Body::from_stream(futures::stream::iter(chunks))).await.ok().map(|kept| kept.len())
    }

    #[tokio::test]
    async fn of_a_long_mail_the_beginning_is_kept_and_an_endless_one_is_refused() {
        assert_eq!(kept(5_000).await, Some(5_000));
        assert_eq!(kept(1_000_000).await, Some(KEPT));
        assert_eq!(kept(LONGEST + 1_000).await, None);
    }

    #[test]
    fn a_mail_says_that_it_is_one() {
        let of = |kind: &'static str| is_mail(&HeaderMap::from_iter([(header::CONTENT_TYPE, kind.parse().unwrap())]));
        assert!(of("message/rfc822") && of("Message/RFC822; charset=us-ascii"));
        assert!(!of("application/x-www-form-urlencoded") && !of("") && !is_mail(&HeaderMap::new()));
    }
}

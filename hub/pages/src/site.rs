//! The site: which path leads where, and what every request passes.

mod bill;
mod bounces;
mod callback;
mod payment;
mod texts;
mod unsubscribe;
mod visit;

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderMap, StatusCode, header};
use komunala_app::{
    Hub,
    ports::{
        PayPages,
        pay_pages::{Over, PayPage},
    },
};
use komunala_domain::Language;

pub use bounces::BounceDesk;

use crate::{Settings, answer, limits::Limits, reader};

/// How long browsers keep what belongs to no page.
const ASSETS: &str = "public, max-age=3600";

/// The pages of a hub. Cheap to clone.
#[derive(Clone)]
pub struct Site(Arc<Parts>);

struct Parts {
    hub: Hub,
    pages: Arc<dyn PayPages>,
    limits: Limits,
    patience: Duration,
    is_secure: bool,
    body_bytes: usize,
    bounces: Option<BounceDesk>,
}

/// Where a connection comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Connection(pub(crate) IpAddr);

impl Site {
    /// The pages of `hub`, written by `pages`; mail that came back is handed in at `bounces`, if it is.
    pub fn new(hub: Hub, pages: Arc<dyn PayPages>, bounces: Option<BounceDesk>, settings: &Settings) -> Self {
        Self(Arc::new(Parts {
            hub,
            pages,
            limits: Limits::new(settings),
            patience: settings.request,
            is_secure: settings.is_secure,
            body_bytes: settings.body_bytes,
            bounces,
        }))
    }

    pub(crate) fn router(&self) -> Router {
        Router::new()
            .route("/p/{token}", get(bill::show).post(bill::pay))
            .route("/go/{token}", get(payment::forward))
            .route("/r/{token}", get(payment::show).post(payment::come_back))
            .route("/u/{token}", get(unsubscribe::show).post(unsubscribe::unsubscribe))
            .route("/callbacks/{channel}/{provider}", post(callback::take))
            .route("/sms/{provider}/receipts", get(texts::receipt).post(texts::receipt))
            .route("/sms/{provider}/incoming", get(texts::incoming).post(texts::incoming))
            .route("/bounces", post(bounces::take))
            .route("/assets/{name}", get(asset))
            .fallback(nothing)
            .layer(DefaultBodyLimit::max(self.0.body_bytes))
            .layer(from_fn_with_state(self.clone(), pass))
            .with_state(self.clone())
    }

    fn hub(&self) -> &Hub {
        &self.0.hub
    }

    fn bounce_desk(&self) -> Option<&BounceDesk> {
        self.0.bounces.as_ref()
    }

    /// A page in a language.
    fn page(&self, status: StatusCode, language: Language, page: &PayPage, form_target: Option<&str>) -> Response {
        match self.0.pages.write(language, page) {
            Ok(html) => answer::page(status, html, form_target),
            Err(error) => {
                tracing::error!(%error, "a page could not be written");
                answer::bare(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }

    /// The page for what cannot be paid.
    fn over(&self, over: Over, language: Language) -> Response {
        let status = match over {
            Over::Unknown => StatusCode::NOT_FOUND,
            Over::Expired => StatusCode::GONE,
            Over::Paid | Over::NothingToPay => StatusCode::OK,
            Over::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        };
        self.page(status, language, &PayPage::Over(over), None)
    }
}

async fn asset(State(site): State<Site>, Path(name): Path<String>) -> Response {
    match site.0.pages.asset(&name) {
        Some(asset) => {
            let headers = [(header::CONTENT_TYPE, asset.media_type), (header::CACHE_CONTROL, ASSETS)];
            (headers, asset.bytes).into_response()
        }
        None => answer::bare(StatusCode::NOT_FOUND),
    }
}

async fn nothing(State(site): State<Site>, headers: HeaderMap) -> Response {
    site.over(Over::Unknown, reader::preferred(&headers).unwrap_or(Language::English))
}

/// What every request passes: it is counted, has an end, and its answer is hardened.
async fn pass(State(site): State<Site>, request: Request, next: Next) -> Response {
    let parts = &site.0;
    let connection = request.extensions().get::<Connection>().map_or(IpAddr::from([0, 0, 0, 0]), |from| from.0);
    let caller = parts.limits.caller(connection, request.headers());
    let path = request.uri().path();
    let is_callback = ["/callbacks/", "/sms/", "/bounces"].iter().any(|begin| path.starts_with(begin));
    let is_let_through = match (is_callback, path.starts_with("/assets/")) {
        (true, _) => parts.limits.lets_call_back(caller),
        (_, true) => true,
        _ => parts.limits.lets_see(caller),
    };
    let response = match is_let_through {
        true => tokio::time::timeout(parts.patience, next.run(request)).await.unwrap_or_else(|_| {
            tracing::warn!("a request took too long");
            answer::bare(StatusCode::SERVICE_UNAVAILABLE)
        }),
        false => (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "5")]).into_response(),
    };
    answer::harden(response, parts.is_secure)
}

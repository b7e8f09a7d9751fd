//! Credentials that the hub puts into requests.

use std::{sync::Arc, time::Duration};

use futures::future::join_all;
use komunala_app::ports::BillingError;
use komunala_sandbox::Secrets;
use secrecy::SecretString;

use crate::{
    adapters::{Hostile, policy, settings},
    server::{Arrived, Server},
};

const TIME: Duration = Duration::from_secs(10);

const OAUTH: &str = "credentials = [{ type = 'oauth2', token_url = 'setting:base_url/oauth/token', client_id = 'hub', \
                     client_secret = 'client' }]";

fn with(server: &Server, more: &str) -> Hostile {
    let secret = |name: &str, value: &str| (name.to_owned(), SecretString::from(value.to_owned()));
    let secrets = [secret("client", "s3cret&more"), secret("password", "пароль"), secret("key", "k1")];
    Hostile::with(settings(policy(server, more), Secrets::from_iter(secrets)))
}

fn authorization(request: &Arrived) -> &str {
    request.headers["authorization"].to_str().unwrap()
}

#[tokio::test]
async fn a_token_is_fetched_once_however_many_calls_want_it() {
    let server = Server::start().await;
    let hostile = with(&server, OAUTH);
    let calls = join_all((0..8).map(|_| hostile.account("request", TIME))).await;
    assert!(calls.iter().all(Result::is_ok), "{calls:?}");
    let [fetched] = &server.arrived("/oauth/token")[..] else { panic!("more than one token") };
    assert_eq!(fetched.body, "grant_type=client_credentials&client_id=hub&client_secret=s3cret%26more");
    assert!(server.arrived("/request").iter().all(|request| authorization(request) == "Bearer t1"));
}

#[tokio::test]
async fn a_refused_token_is_replaced_and_the_request_repeated_once_body_and_all() {
    let server = Server::start().await;
    let hostile = with(&server, OAUTH);
    hostile.account("request", TIME).await.unwrap();
    server.forgets_tokens();
    // it posts, and then traps on purpose
    let error = hostile.account("trap-after-write", TIME).await.unwrap_err();
    assert!(matches!(error, BillingError::Trapped { .. }), "{error:?}");
    let arrived = server.arrived("/trap-after-write");
    let [refused, repeated] = &arrived[..] else { panic!("{arrived:?}") };
    assert_eq!((authorization(refused), authorization(repeated)), ("Bearer t1", "Bearer t3"));
    assert_eq!(refused.body, repeated.body);
    assert!(!repeated.body.is_empty());
    assert_eq!(server.arrived("/oauth/token").len(), 2);
}

#[tokio::test]
async fn many_refused_calls_fetch_one_new_token() {
    let server = Server::start().await;
    let hostile = Arc::new(with(&server, OAUTH));
    hostile.account("request", TIME).await.unwrap();
    server.forgets_tokens();
    let calls = join_all((0..6).map(|_| hostile.account("request", TIME))).await;
    assert!(calls.iter().all(Result::is_ok), "{calls:?}");
    assert_eq!(server.arrived("/oauth/token").len(), 2);
}

#[tokio::test]
async fn basic_and_header_credentials_are_the_hubs_own() {
    let server = Server::start().await;
    let hostile = with(
        &server,
        "credentials = [{ type = 'basic', username = 'hub', password = 'password' }, \
         { type = 'header', name = 'x-api-token', value = 'key' }]",
    );
    hostile.account("request", TIME).await.unwrap();
    let [request] = &server.arrived("/request")[..] else { panic!() };
    assert_eq!(authorization(request), "Basic aHViOtC/0LDRgNC+0LvRjA==");
    assert_eq!(request.headers["x-api-token"], "k1");
}

#[tokio::test]
async fn a_host_that_a_credential_is_not_for_gets_none() {
    let server = Server::start().await;
    let hostile = with(&server, "credentials = [{ type = 'bearer', token = 'key', hosts = ['billing.example'] }]");
    hostile.account("request", TIME).await.unwrap();
    assert!(!server.arrived("/request")[0].headers.contains_key("authorization"));
}

#[tokio::test]
async fn a_token_server_that_refuses_the_hub_is_the_operators_problem() {
    let server = Server::start().await;
    // a path that answers without a token in it
    let hostile = with(&server, &OAUTH.replace("/oauth/token", "/request"));
    let error = hostile.account("request", TIME).await.unwrap_err();
    assert!(matches!(&error, BillingError::Config { detail } if detail.contains("token")), "{error:?}");
    assert!(!format!("{error:?} {:?}", hostile.adapter).contains("s3cret"));
}

//! Who may call, what is said to those who may not, and how calls are named.

use komunala_grpc::{DOMAIN, Settings};
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

use crate::town::{Town, invoice, keyed, provider, signed_in};

/// Code and reason of an error, which has a text in the caller's language.
fn told(status: &Status) -> (Code, String) {
    let info = status.get_details_error_info().expect("every error has an ErrorInfo");
    assert_eq!(info.domain, DOMAIN);
    let text = status.get_details_localized_message().expect("every error has a text");
    assert!(!text.message.is_empty());
    (status.code(), info.reason)
}

#[tokio::test]
async fn a_portal_needs_its_key_and_a_user_the_token_too() {
    let town = Town::start(Settings::default()).await;
    let mut providers = town.providers().await;
    let refused = providers.get_provider(Request::new(provider("gas"))).await.unwrap_err();
    assert_eq!(told(&refused), (Code::Unauthenticated, "PORTAL_KEY_MISSING".into()));

    let mut wrong = Request::new(provider("gas"));
    wrong.metadata_mut().insert("x-portal-key", "another".parse().unwrap());
    let refused = providers.get_provider(wrong).await.unwrap_err();
    assert_eq!(told(&refused), (Code::Unauthenticated, "PORTAL_KEY_UNKNOWN".into()));

    let answer = providers.get_provider(keyed(provider("gas"))).await.unwrap();
    assert_eq!(answer.get_ref().name, "providers/gas");

    let mut invoices = town.invoices().await;
    let refused = invoices.download_invoice(keyed(invoice("any"))).await.unwrap_err();
    assert_eq!(told(&refused), (Code::Unauthenticated, "SIGN_IN_REQUIRED".into()));
    let mut wrong = keyed(invoice("any"));
    wrong.metadata_mut().insert("authorization", "Bearer another".parse().unwrap());
    let refused = invoices.download_invoice(wrong).await.unwrap_err();
    assert_eq!(told(&refused), (Code::Unauthenticated, "ACCESS_TOKEN_INVALID".into()));

    let mut stream = invoices.download_invoice(signed_in(invoice("any"))).await.unwrap().into_inner();
    let mut chunks = 0;
    while stream.message().await.unwrap().is_some() {
        chunks += 1;
    }
    assert_eq!(chunks, 3);
}

#[tokio::test]
async fn errors_are_told_in_the_language_that_the_caller_reads() {
    let town = Town::start(Settings::default()).await;
    let mut providers = town.providers().await;
    for (asked, locale, text) in [
        ("sr-Latn-RS, en;q=0.5", "sr-Latn", "Ovaj portal nije poznat."),
        ("uk", "uk", "Цей портал тут невідомий."),
        ("de", "en", "This portal is not known here."),
    ] {
        let mut request = Request::new(provider("gas"));
        request.metadata_mut().insert("accept-language", asked.parse().unwrap());
        let refused = providers.get_provider(request).await.unwrap_err();
        let told = refused.get_details_localized_message().unwrap();
        assert_eq!((told.locale.as_str(), told.message.as_str()), (locale, text));
    }
}

#[tokio::test]
async fn a_panic_is_one_callers_internal_error() {
    let town = Town::start(Settings::default()).await;
    let mut providers = town.providers().await;
    for name in ["panics", "panics-later"] {
        let refused = providers.get_provider(keyed(provider(name))).await.unwrap_err();
        assert_eq!(told(&refused), (Code::Internal, "INTERNAL".into()));
        assert!(!refused.message().contains("as its name says"));
        providers.get_provider(keyed(provider("gas"))).await.expect("the connection lives on");
    }
}

#[tokio::test]
async fn every_answer_carries_the_callers_request_id_or_a_new_one() {
    let town = Town::start(Settings::default()).await;
    let mut providers = town.providers().await;
    let mut asked = async |id: Option<&'static str>| {
        let mut request = keyed(provider("gas"));
        if let Some(id) = id {
            request.metadata_mut().insert("x-request-id", id.parse().unwrap());
        }
        let answer = providers.get_provider(request).await.unwrap();
        answer.metadata().get("x-request-id").unwrap().to_str().unwrap().to_owned()
    };
    assert_eq!(asked(Some("portal-7.42")).await, "portal-7.42");
    let (first, second) = (asked(None).await, asked(None).await);
    assert_eq!(first.len(), 32);
    assert_ne!(first, second);
    assert_ne!(asked(Some("with blanks, and {braces}")).await, "with blanks, and {braces}");

    let refused = providers.get_provider(Request::new(provider("gas"))).await.unwrap_err();
    assert!(refused.metadata().contains_key("x-request-id"), "an error is named too");
}

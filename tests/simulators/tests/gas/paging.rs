//! Pages of lists.

use komunala_simulators::Paging;
use komunala_simulators::gas::Kind;
use serde_json::json;

use crate::client::{Caller, distinct, refused};

#[tokio::test]
async fn a_page_has_20_items_if_nothing_else_is_asked_for() {
    let caller = Caller::new().await;
    let path = format!("/v1/accounts/{}/invoices", caller.ordinary().account_id());
    let first = caller.get(&path).await.json();
    assert_eq!((first["items"].as_array().unwrap().len(), &first["page"], &first["pages"]), (20, &json!(1), &json!(2)));
    let second = caller.get(&format!("{path}?page=2")).await.json();
    assert_eq!((second["items"].as_array().unwrap().len(), &second["page"]), (4, &json!(2)));
    let beyond = caller.get(&format!("{path}?page=3")).await.json();
    assert_eq!((&beyond["items"], &beyond["pages"]), (&json!([]), &json!(2)));
}

#[tokio::test]
async fn an_empty_list_has_no_pages() {
    let caller = Caller::new().await;
    let path = format!("/v1/points/R-{}/readings", caller.customer(Kind::NoMeter).number());
    assert_eq!(caller.get(&path).await.json(), json!({"items": [], "page": 1, "pages": 0}));
}

#[tokio::test]
async fn pages_and_sizes_that_cannot_be_are_refused() {
    let caller = Caller::new().await;
    let path = format!("/v1/accounts/{}/invoices", caller.ordinary().account_id());
    for (query, field) in
        [("page=0", "page"), ("page=x", "page"), ("page=-1", "page"), ("size=0", "size"), ("size=201", "size")]
    {
        let answer = caller.get(&format!("{path}?{query}")).await;
        assert_eq!(answer.refusal(), refused(400, "BAD_VALUE"), "{query}");
        assert_eq!(answer.json()["fields"], json!([field]));
    }
    assert_eq!(caller.get(&format!("{path}?size=200")).await.items().len(), 24);
}

#[tokio::test]
async fn disturbed_pages_still_bring_every_item() {
    let caller = Caller::new().await;
    let path = format!("/v1/accounts/{}/invoices", caller.ordinary().account_id());
    let plain = caller.list(&path, 5).await;
    for paging in [Paging::DuplicateItems, Paging::LateItems, Paging::DuplicatePages, Paging::LatePages] {
        caller.simulator.switches.change(|switches| switches.paging = paging);
        let disturbed = caller.list(&path, 5).await;
        assert_ne!(disturbed, plain, "{paging:?}");
        assert_eq!(distinct(&disturbed, "invoiceNo"), distinct(&plain, "invoiceNo"), "{paging:?}");
    }
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_refused_in_the_shape_of_all_errors() {
    let caller = Caller::new().await;
    assert_eq!(caller.get("/v1/nothing").await.refusal(), refused(404, "NOT_FOUND"));
    assert_eq!(caller.put("/v1/readings", json!({})).await.refusal(), refused(405, "METHOD_NOT_ALLOWED"));
}

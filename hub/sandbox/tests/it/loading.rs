//! Components that are not loaded, and why.

use komunala_sandbox::{Adapter, AdapterError, LoadError, Secrets};

use crate::{
    adapters::{component, digest_of, engine, policy, settings},
    server::Server,
};

async fn refusal(bytes: &[u8], pinned: &[u8]) -> LoadError {
    let server = Server::start().await;
    let settings = settings(policy(&server, ""), Secrets::default());
    match Adapter::load(&engine(), bytes, digest_of(pinned), None, &settings).unwrap_err() {
        AdapterError::Load(error) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn bytes_that_are_not_the_pinned_ones_are_not_even_looked_at() {
    let error = refusal(b"not a component at all", component()).await;
    assert!(matches!(error, LoadError::WrongDigest { .. }), "{error}");
}

#[tokio::test]
async fn what_is_no_component_is_refused() {
    let error = refusal(b"\0asm\x01\0\0\0", b"\0asm\x01\0\0\0").await;
    assert!(matches!(error, LoadError::Invalid(_)), "{error}");
}

#[tokio::test]
async fn a_component_without_customers_is_refused() {
    let empty = b"(component)";
    let error = refusal(&wat(empty), &wat(empty)).await;
    assert!(matches!(error, LoadError::NoCustomers), "{error}");
}

#[tokio::test]
async fn an_import_that_no_adapter_may_have_is_named() {
    let greedy = wat(br#"(component (import "wasi:keyvalue/store@0.2.0" (instance)))"#);
    let error = refusal(&greedy, &greedy).await;
    assert!(matches!(&error, LoadError::ForbiddenImport(name) if name == "wasi:keyvalue/store@0.2.0"), "{error}");
}

#[tokio::test]
async fn a_contract_of_another_time_is_named() {
    let old = wat(br#"(component (instance $i) (export "komunala:adapter/customers@0.2.0" (instance $i)))"#);
    let error = refusal(&old, &old).await;
    assert!(
        matches!(&error, LoadError::UnsupportedContract(name) if name == "komunala:adapter/customers@0.2.0"),
        "{error}"
    );
}

#[tokio::test]
async fn an_interface_that_only_has_the_contracts_name_is_refused() {
    let empty = wat(br#"(component (instance $i) (export "komunala:adapter/customers@0.1.0" (instance $i)))"#);
    let error = refusal(&empty, &empty).await;
    assert!(matches!(&error, LoadError::WrongInterface(_)), "{error}");
}

fn wat(text: &[u8]) -> Vec<u8> {
    wat::parse_bytes(text).unwrap().into_owned()
}

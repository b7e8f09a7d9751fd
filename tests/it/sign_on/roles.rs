//! Every method of the operators asks for a role, and each role opens exactly its methods.

use std::collections::BTreeMap;

use anyhow::{Context, ensure};
use prost_types::FileDescriptorSet;
use tonic::{Code, Status, body::Body, transport::Endpoint};
use tower::{Service, ServiceExt};

use super::{
    desk::{Desk, reason},
    signer::Signer,
};

/// The role that a method asks for, told apart from the table of the code: customers' requests and outages are the
/// desk's, runs of bills billing's, what shows something is for all, what changes anything else and the audit log are an
/// admin's.
fn asked_for(path: &str) -> &'static str {
    let method = path.rsplit('/').next().unwrap_or_default();
    let shows = method.starts_with("Get") || method.starts_with("List");
    match path.split('/').nth(1).and_then(|service| service.rsplit('.').next()) {
        Some("AuditService") => "admin",
        Some("RequestDeskService") => "desk",
        Some("BillRunService") => match method {
            "GetBillRun" | "WatchBillRun" | "ListUnknownDeliveries" => "read",
            _ => "billing",
        },
        _ if shows => "read",
        Some("OutageService") => "desk",
        _ => "admin",
    }
}

/// Every method of the operators' proto files.
fn methods() -> anyhow::Result<Vec<String>> {
    let files: FileDescriptorSet = prost::Message::decode(komunala_grpc::proto::OPERATOR_DESCRIPTORS)?;
    let mut methods = Vec::new();
    for file in files.file.iter().filter(|file| file.package() == "komunala.operator.v1") {
        for service in &file.service {
            let paths =
                service.method.iter().map(|method| format!("/{}.{}/{}", file.package(), service.name(), method.name()));
            methods.extend(paths);
        }
    }
    Ok(methods)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_opens_exactly_its_methods() -> anyhow::Result<()> {
    let key = Signer::ed25519("ed")?;
    let desk = Desk::open(&[&key], "").await?;
    let channel = Endpoint::from_shared(format!("http://{}", desk.address()?))?.connect().await?;
    let methods = methods()?;
    ensure!(methods.len() >= 23, "only {} methods were found", methods.len());
    let mut opened: BTreeMap<&str, usize> = BTreeMap::new();
    for role in ["read", "desk", "billing", "admin"] {
        let token = key.sign(&desk.provider.claims("olga@region.example", &[&format!("hub-{role}")]))?;
        for path in &methods {
            // a message with nothing in it: what is let in is told that, or does what needs nothing
            let request = http::Request::post(path)
                .header("content-type", "application/grpc")
                .header("te", "trailers")
                .header("authorization", format!("Bearer {token}"))
                .body(Body::new(http_body_util::Full::from(&[0_u8; 5][..])))?;
            let mut channel = channel.clone();
            let answer = channel.ready().await?.call(request).await?;
            // whatever is refused before it has begun comes in the headers
            let refused = Status::from_header_map(answer.headers()).filter(|status| status.code() != Code::Ok);
            let why = refused.as_ref().map(reason).unwrap_or_default();
            ensure!(!["METHOD_UNKNOWN", "OPERATOR_TOKEN_INVALID"].contains(&why.as_str()), "{path}: {why}");
            let may = ["admin", asked_for(path)].contains(&role) || asked_for(path) == "read";
            ensure!((why != "OPERATOR_ROLE_MISSING") == may, "{role} at {path}: {why:?}");
            if !may {
                let status = refused.context("it was refused")?;
                ensure!(status.code() == Code::PermissionDenied, "{path}: {status}");
            }
            *opened.entry(role).or_default() += usize::from(may);
        }
    }
    ensure!(opened["admin"] == methods.len(), "{opened:?}");
    ensure!(opened["read"] > 0 && opened["read"] < methods.len(), "{opened:?}");
    desk.hub.stop().await;
    Ok(())
}

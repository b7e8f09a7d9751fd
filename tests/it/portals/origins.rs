//! Pages of a portal call from its origins, and from no others, whatever key stands in them.

use anyhow::{Context, ensure};
use http::{Method, Request, Response};
use http_body_util::Full;
use komunala_tests::{Database, TestWorld};
use tonic::{body::Body, transport::Endpoint};
use tower::{Service, ServiceExt};

use crate::sign_on::desk::reason;

const OWN: &str = "http://127.0.0.1:3000";
const ANOTHERS: &str = "https://another.example";
const NOBODYS: &str = "https://evil.example";

const PATH: &str = "/komunala.v1.ProviderService/ListProviders";

async fn send(world: &TestWorld, request: Request<Body>) -> anyhow::Result<Response<Body>> {
    let mut channel = Endpoint::from_shared(format!("http://{}", world.api))?.connect().await?;
    Ok(channel.ready().await?.call(request).await?)
}

/// A call as a page makes it; why it is refused, and whether the page may read that.
async fn from(world: &TestWorld, origin: &str, key: &str) -> anyhow::Result<(String, bool)> {
    let call = Request::post(PATH)
        .header("origin", origin)
        .header("content-type", "application/grpc-web+proto")
        .header("x-portal-key", key)
        .body(Body::new(Full::from(&[0_u8; 5][..])))?;
    let answer = send(world, call).await?;
    let may_read = answer.headers().get("access-control-allow-origin").is_some_and(|allowed| allowed == origin);
    let status = tonic::Status::from_header_map(answer.headers());
    let refused = status.filter(|status| status.code() != tonic::Code::Ok);
    Ok((refused.map(|status| reason(&status)).unwrap_or_default(), may_read))
}

/// Whether a browser is told that a page of this origin may call.
async fn preflight(world: &TestWorld, origin: &str) -> anyhow::Result<bool> {
    let question = Request::builder()
        .method(Method::OPTIONS)
        .uri(PATH)
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .body(Body::empty())?;
    Ok(send(world, question).await?.headers().contains_key("access-control-allow-origin"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_calls_with_the_key_of_its_own_portal_alone() -> anyhow::Result<()> {
    let world = TestWorld::start(Database::Sqlite).await?;
    let address = world.operator.to_string();
    let mut operator = komunala_grpc::client::OperatorClient::connect(&address, &world.operator_token()?, None).await?;
    let portal = |id: &str, origin: &str| {
        format!("[[portals]]\nid = \"{id}\"\ntenant = \"elsewhere\"\nproviders = []\nallowed_origins = [{origin}]\n")
    };
    let portals = portal("web", &format!("\"{ANOTHERS}\"")) + &portal("native", "");
    operator.apply_portals(portals, false).await?;
    let mut key = async |id: &str| {
        let made = operator.create_portal_key(format!("tenants/elsewhere/portals/{id}"), None).await?;
        anyhow::Ok(made.secret)
    };
    let (another, native) = (key("web").await?, key("native").await?);
    let own = &world.region.portal_key;
    let since = std::time::Instant::now();
    while !preflight(&world, ANOTHERS).await? {
        ensure!(since.elapsed().as_secs() < 5, "the new origin is not known");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    ensure!(preflight(&world, OWN).await? && !preflight(&world, NOBODYS).await?);

    let refused = || "ORIGIN_NOT_ALLOWED".to_owned();
    ensure!(from(&world, OWN, own).await? == (String::new(), true));
    ensure!(from(&world, ANOTHERS, &another).await? == (String::new(), true));
    // each origin is some portal's, and not that of the key: the page is told why
    ensure!(from(&world, ANOTHERS, own).await? == (refused(), true));
    ensure!(from(&world, OWN, &another).await? == (refused(), true));
    ensure!(from(&world, OWN, &native).await? == (refused(), true));
    ensure!(from(&world, NOBODYS, own).await? == (refused(), false));
    ensure!(from(&world, "null", own).await? == (refused(), false));
    ensure!(from(&world, &OWN.to_uppercase(), own).await?.0 == refused());
    ensure!(from(&world, OWN, "kp_unknown").await? == ("PORTAL_KEY_UNKNOWN".to_owned(), true));

    // who is no browser says no origin
    let visitor = komunala_demo::Customer::open(world.api, &native).await?;
    let shown = visitor.providers().list_providers(komunala_grpc::proto::v1::ListProvidersRequest::default()).await;
    shown.context("a portal without pages")?;
    world.stop().await;
    Ok(())
}

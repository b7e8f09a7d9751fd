//! Whoever announces outages, and whoever wants to be told.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use jiff::{SignedDuration, Timestamp, ToSpan};
use komunala_demo::{Customer, Inbox};
use komunala_grpc::proto::{
    operator::v1::{
        GetOutageRequest, OutageDraft, PlannedOutage, PublishOutageRequest, outage_service_client::OutageServiceClient,
    },
    v1::{ConfirmSubscriptionRequest, SubscribeRequest},
};
use komunala_server::Running;
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::interceptor::InterceptedService,
    transport::{Channel, Endpoint},
};

use crate::operator::office::{Office, PROVIDER};

/// The operators' service of outages.
pub(super) type Desk = OutageServiceClient<InterceptedService<Channel, Token>>;

/// Who shows the operators' token.
#[derive(Clone)]
pub(super) struct Token(MetadataValue<Ascii>);

impl tonic::service::Interceptor for Token {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}

pub(super) async fn outages(office: &Office, hub: &Running) -> anyhow::Result<Desk> {
    let address = hub.operator.context("no listener for operators")?;
    let channel = Endpoint::from_shared(format!("http://{address}"))?.connect().await?;
    let token = Token(format!("Bearer {}", office.token()?).parse()?);
    Ok(OutageServiceClient::with_interceptor(channel, token))
}

/// An outage that is under way: urgent at any hour.
pub(super) fn draft(points: &[&str]) -> anyhow::Result<OutageDraft> {
    let now = Timestamp::now();
    Ok(OutageDraft {
        start_time: Some(time(now - 1.minutes())),
        ..later(points, SignedDuration::ZERO, "Zamena ventila")
    })
}

/// An outage of two hours that begins so long from now.
pub(super) fn later(points: &[&str], starts_in: SignedDuration, reason: &str) -> OutageDraft {
    let start = Timestamp::now() + starts_in;
    OutageDraft {
        start_time: Some(time(start)),
        end_time: Some(time(start + SignedDuration::from_hours(2))),
        reason: reason.to_owned(),
        point_numbers: points.iter().map(ToString::to_string).collect(),
    }
}

fn time(at: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: at.as_second(), nanos: 0 }
}

/// Announces an outage.
pub(super) fn publish(outage: OutageDraft) -> PublishOutageRequest {
    let request_id = uuid::Uuid::new_v4().to_string();
    PublishOutageRequest { parent: PROVIDER.to_owned(), outage: Some(outage), request_id }
}

/// What somebody asks for who wants mail.
pub(super) fn wish(point: &str, email: &str) -> SubscribeRequest {
    SubscribeRequest {
        topic: "outage".to_owned(),
        provider: "gas-ruma".to_owned(),
        point_number: point.to_owned(),
        channels: vec!["email".to_owned()],
        email: email.to_owned(),
        ..Default::default()
    }
}

/// Signs an address up that is whoever's gives its code back.
pub(super) async fn sign_up_mail(visitor: &Customer, office: &Office, point: &str, email: &str) -> anyhow::Result<()> {
    let mut portal = visitor.notifications();
    portal.subscribe(wish(point, email)).await?;
    let code = Inbox::of(&office.region, email).code_about("outage notices").await?;
    portal
        .confirm_subscription(ConfirmSubscriptionRequest { email: email.to_owned(), code, ..Default::default() })
        .await?;
    Ok(())
}

/// Signs a phone up.
pub(super) async fn sign_up_phone(visitor: &Customer, office: &Office, point: &str, phone: &str) -> anyhow::Result<()> {
    let mut portal = visitor.notifications();
    let wish = SubscribeRequest {
        channels: vec!["sms".to_owned()],
        phone_number: phone.to_owned(),
        email: String::new(),
        ..wish(point, "")
    };
    portal.subscribe(wish).await?;
    let to_us = |sent: &komunala_simulators::SentText| sent.to == phone;
    let sent = office.region.phones.wait_for(to_us, Duration::from_secs(20)).await.context("no code came")?;
    let runs = sent.text.split(|letter: char| !letter.is_ascii_digit());
    let code = runs.into_iter().find(|run| run.len() == 8).context("no code")?.to_owned();
    let confirm = ConfirmSubscriptionRequest { phone_number: phone.to_owned(), code, ..Default::default() };
    portal.confirm_subscription(confirm).await?;
    Ok(())
}

/// What is told of a revision, once it is.
pub(super) async fn told(desk: &mut Desk, outage: &PlannedOutage) -> anyhow::Result<i64> {
    let started = Instant::now();
    loop {
        let shown = desk.get_outage(GetOutageRequest { name: outage.name.clone() }).await?.into_inner();
        let notice = shown.notices.iter().find(|notice| notice.revision == outage.revision);
        if let Some(notice) = notice.filter(|notice| notice.complete_time.is_some()) {
            return Ok(notice.messages);
        }
        ensure!(started.elapsed() < Duration::from_secs(30), "revision {} is not told", outage.revision);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

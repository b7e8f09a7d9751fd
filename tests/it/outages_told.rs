//! Outages that an operator announces, from the web form to the letter: through the whole hub.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use jiff::{Timestamp, ToSpan};
use komunala_demo::{Customer, Inbox};
use komunala_grpc::proto::{
    operator::v1::{
        CancelOutageRequest, ChangeOutageRequest, GetOutageRequest, OutageDraft, OutageWarning, PlannedOutage,
        PreviewOutageRequest, PublishOutageRequest, outage_service_client::OutageServiceClient,
    },
    v1::{self, ConfirmSubscriptionRequest, SubscribeRequest, SubscriptionState},
};
use komunala_server::Running;
use komunala_tests::on_both_databases;
use tonic::{
    Code, Request, Status,
    metadata::{Ascii, MetadataValue},
    service::interceptor::InterceptedService,
    transport::{Channel, Endpoint},
};

use crate::operator::office::{Office, PROVIDER};

/// Who shows the operators' token.
struct Token(MetadataValue<Ascii>);

impl tonic::service::Interceptor for Token {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}

async fn outages(
    office: &Office,
    hub: &Running,
) -> anyhow::Result<OutageServiceClient<InterceptedService<Channel, Token>>> {
    let address = hub.operator.context("no listener for operators")?;
    let channel = Endpoint::from_shared(format!("http://{address}"))?.connect().await?;
    let token = Token(format!("Bearer {}", office.token()?).parse()?);
    Ok(OutageServiceClient::with_interceptor(channel, token))
}

/// An outage that is under way: urgent at any hour.
fn draft(points: &[&str]) -> anyhow::Result<OutageDraft> {
    let now = Timestamp::now();
    let time = |at: Timestamp| prost_types::Timestamp { seconds: at.as_second(), nanos: 0 };
    Ok(OutageDraft {
        start_time: Some(time(now - 1.minutes())),
        end_time: Some(time(now + 2.hours())),
        reason: "Zamena ventila".to_owned(),
        point_numbers: points.iter().map(ToString::to_string).collect(),
    })
}

fn wish(point: &str, email: &str) -> SubscribeRequest {
    SubscribeRequest {
        topic: "outage".to_owned(),
        provider: "gas-ruma".to_owned(),
        point_number: point.to_owned(),
        channels: vec!["email".to_owned()],
        email: email.to_owned(),
        ..Default::default()
    }
}

/// What is told of a revision, once it is.
async fn told(
    client: &mut OutageServiceClient<InterceptedService<Channel, Token>>,
    outage: &PlannedOutage,
) -> anyhow::Result<i64> {
    let started = Instant::now();
    loop {
        let shown = client.get_outage(GetOutageRequest { name: outage.name.clone() }).await?.into_inner();
        let notice = shown.notices.iter().find(|notice| notice.revision == outage.revision);
        if let Some(notice) = notice.filter(|notice| notice.complete_time.is_some()) {
            return Ok(notice.messages);
        }
        ensure!(started.elapsed() < Duration::from_secs(30), "revision {} is not told", outage.revision);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

on_both_databases! {
    async fn somebody_without_an_account_signs_up_by_a_code_and_is_told_of_each_revision(database) {
        let office = Office::open(database, "").await?;
        let hub = office.hub().await?;
        let visitor = Customer::open(hub.api, &office.region.portal_key).await?;
        let mut portal = visitor.notifications();
        let inbox = Inbox::of(&office.region, "maja@example.rs");

        // whether there is such a point makes no difference
        let known = portal.subscribe(wish("R-0000001", "maja@example.rs")).await?.into_inner();
        let unknown = portal.subscribe(wish("ZZ-9", "nobody@example.rs")).await?.into_inner();
        ensure!(known.state() == SubscriptionState::Unconfirmed && known.name.is_empty(), "{known:?}");
        ensure!(v1::Subscription { point_number: known.point_number.clone(), ..unknown } == known, "{known:?}");

        let code = inbox.code_about("outage notices").await?;
        let confirm = |code: &str| ConfirmSubscriptionRequest {
            email: "maja@example.rs".to_owned(),
            code: code.to_owned(),
            ..Default::default()
        };
        let wrong = if code == "00000000" { "00000001" } else { "00000000" };
        let refused = portal.confirm_subscription(confirm(wrong)).await.err().context("a wrong code is taken")?;
        ensure!(refused.code() == Code::InvalidArgument, "{refused}");
        let confirmed = portal.confirm_subscription(confirm(&code)).await?.into_inner().subscriptions;
        ensure!(confirmed.len() == 1 && confirmed[0].state() == SubscriptionState::Active, "{confirmed:?}");
        ensure!(portal.confirm_subscription(confirm(&code)).await.is_err(), "a code is good once");

        let mut desk = outages(&office, &hub).await?;
        let preview = PreviewOutageRequest { parent: PROVIDER.to_owned(), outage: Some(draft(&["R-0000001", "R-2"])?) };
        let preview = desk.preview_outage(preview).await?.into_inner();
        let mails = preview.reach.iter().find(|reach| reach.channel == "email").map(|reach| reach.recipients);
        ensure!(mails == Some(1) && preview.warnings().any(|it| it == OutageWarning::UnderWay), "{preview:?}");

        let publish = PublishOutageRequest {
            parent: PROVIDER.to_owned(),
            outage: Some(draft(&["R-0000001", "R-2"])?),
            request_id: uuid::Uuid::new_v4().to_string(),
        };
        let first = desk.publish_outage(publish.clone()).await?.into_inner();
        let again = desk.publish_outage(publish).await?.into_inner();
        ensure!((again.name, again.revision) == (first.name.clone(), 1), "the same request made another outage");
        ensure!(told(&mut desk, &first).await? == 1, "not told once");
        let text = inbox.text_about("outage on").await?;
        ensure!(text.contains("R-0000001") && text.contains("Zamena ventila"), "{text}");

        let change = ChangeOutageRequest {
            name: first.name.clone(),
            outage: Some(draft(&["R-0000001"])?),
            revision: 1,
            ..Default::default()
        };
        let second = desk.change_outage(change.clone()).await?.into_inner();
        let late = desk.change_outage(change).await.err().context("a second change of revision 1")?;
        ensure!(late.code() == Code::Aborted, "{late}");
        told(&mut desk, &second).await?;
        inbox.about("has changed").await?;

        let cancel = CancelOutageRequest { name: first.name.clone(), ..Default::default() };
        let third = desk.cancel_outage(cancel.clone()).await?.into_inner();
        ensure!(desk.cancel_outage(cancel).await?.into_inner().revision == third.revision, "twice is once");
        told(&mut desk, &third).await?;
        inbox.about("is cancelled").await?;
        ensure!(inbox.count() == 4, "{} mails instead of 4", inbox.count());
        hub.stop().await;
        Ok(())
    }
}

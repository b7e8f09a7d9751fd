//! Outages that an operator announces, from the web form to the letter: through the whole hub.

mod desk;
mod held;
mod shared;

use anyhow::{Context, ensure};
use komunala_demo::{Customer, Inbox};
use komunala_grpc::proto::{
    operator::v1::{
        CancelOutageRequest, ChangeOutageRequest, OutageWarning, PreviewOutageRequest, PublishOutageRequest,
    },
    v1::{self, ConfirmSubscriptionRequest, SubscriptionState},
};
use komunala_tests::on_both_databases;
use tonic::Code;

use self::desk::{draft, outages, told, wish};
use crate::operator::office::{Office, PROVIDER};

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

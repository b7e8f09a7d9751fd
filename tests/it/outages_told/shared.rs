//! Several hubs that tell of the same outages.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context, ensure};
use komunala_demo::Customer;
use komunala_grpc::proto::operator::v1::OutageDraft;
use komunala_tests::Database;
use mail_parser::MessageParser;
use tokio::task::JoinSet;

use super::desk::{draft, outages, publish, sign_up_mail, told};
use crate::operator::office::Office;

const READERS: usize = 6;
const REASONS: [&str; 5] = ["ventil", "merac", "vod", "kvar", "proba"];

#[tokio::test(flavor = "multi_thread")]
async fn two_hubs_that_tell_of_the_same_outages_write_to_everybody_once() -> anyhow::Result<()> {
    let office = Office::open(Database::PostgreSql, "").await?;
    let (here, there) = tokio::try_join!(office.hub(), office.hub())?;
    let visitor = Customer::open(here.api, &office.region.portal_key).await?;
    for n in 0..READERS {
        sign_up_mail(&visitor, &office, "R-0000001", &format!("reader{n}@example.rs")).await?;
    }
    let mut desk = outages(&office, &here).await?;
    let mut published = Vec::new();
    for reason in REASONS {
        let outage = OutageDraft { reason: reason.to_owned(), ..draft(&["R-0000001"])? };
        published.push(desk.publish_outage(publish(outage)).await?.into_inner());
    }
    let mut tellers = JoinSet::new();
    for hub in [&here, &there].into_iter().cycle().take(6) {
        let use_cases = hub.use_cases().clone();
        tellers.spawn(async move { use_cases.tell_outages(&use_cases.system_scope()).await });
    }
    for told in tellers.join_all().await {
        told?;
    }
    for outage in &published {
        ensure!(told(&mut desk, outage).await? == i64::try_from(READERS)?, "{} was not told to all", outage.name);
    }
    let is_notice = |mail: &komunala_sink::ReceivedMail| mail.header("List-Unsubscribe").is_some();
    let all = async {
        while office.region.sink.mails().iter().filter(|mail| is_notice(mail)).count() < READERS * REASONS.len() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), all).await.context("somebody was not written to")?;
    // time for copies that should not come
    tokio::time::sleep(Duration::from_secs(2)).await;

    let mut copies = BTreeMap::new();
    for mail in office.region.sink.mails().iter().filter(|mail| is_notice(mail)) {
        let parsed = MessageParser::default().parse(&mail.data).context("it is no mail")?;
        let text = parsed.body_text(0).context("no text")?;
        let reason = REASONS.iter().find(|reason| text.contains(**reason)).context("about no outage")?;
        *copies.entry((mail.recipients.clone(), *reason)).or_insert(0) += 1;
    }
    ensure!(copies.len() == READERS * REASONS.len(), "{copies:?}");
    ensure!(copies.values().all(|copies| *copies == 1), "{copies:?}");
    here.stop().await;
    there.stop().await;
    Ok(())
}

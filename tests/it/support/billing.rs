//! A billing system that takes requests: told once, whatever gets lost, and beside the desk.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use komunala_demo::{Customer, Desk, Inbox, Newcomer, desk::SCANNED};
use komunala_grpc::proto::{
    operator::v1::{CloseRequestRequest, TakeRequestRequest},
    v1::{
        BillingProgress, EntryAuthor, FormValue, GetProviderRequest, GetRequestRequest, ListRequestsRequest,
        ReplyToRequestRequest, RequestState, RequestThread,
    },
};
use komunala_simulators::{Effect, Rule};
use komunala_tests::{Database, TestWorld, on_both_databases};
use tonic_types::StatusExt;

use super::{account, grown, named, question, reason};

async fn read(customer: &Customer, name: &str) -> anyhow::Result<RequestThread> {
    Ok(customer.support().get_request(GetRequestRequest { name: name.to_owned() }).await?.into_inner())
}

on_both_databases! {
    async fn a_form_goes_to_the_billing_system_once_and_with_its_document_to_the_desk(database) {
        let world = TestWorld::start(database).await?;
        let newcomer = Newcomer::at(&world.region, 0)?;
        let (vera, _) = newcomer.settle(world.api, &world.region).await?;
        let (mira, _) = Newcomer::at(&world.region, 1)?.settle(world.api, &world.region).await?;
        let own = account(&vera).await?;
        let shown = GetProviderRequest { name: "providers/gas-ruma".into() };
        let form = vera.providers().get_provider(shown).await?.into_inner().premises_form;
        let fields: Vec<_> = form.iter().map(|field| (field.field.as_str(), field.needs_document)).collect();
        ensure!(fields == [("holder_name", true), ("postal_address", false), ("occupants", false)], "{fields:?}");

        // another holder needs a document, and every field that is wrong is named
        let mut wrong = grown(&own, vec![]);
        let value = |field: &str, value: &str| FormValue { field: field.into(), value: value.into() };
        wrong.fields = vec![value("holder_name", "Mira"), value("occupants", "many"), value("colour", "red")];
        let refused = vera.support().create_request(wrong).await.unwrap_err();
        let violations = refused.get_details_bad_request().context("no violations")?.field_violations;
        let named_fields: Vec<_> = violations.into_iter().map(|violation| violation.field).collect();
        ensure!(reason(&refused) == "INVALID_FIELDS", "{refused}");
        ensure!(named_fields == ["fields[colour]", "fields[holder_name]", "fields[occupants]"], "{named_fields:?}");

        let document = vera.upload(named("izjava.pdf"), SCANNED.as_bytes()).await?;
        let request = grown(&own, vec![document.name.clone()]);
        let made = vera.support().create_request(request.clone()).await?.into_inner();
        let again = vera.support().create_request(request).await?.into_inner();
        ensure!(made == again && made.state() == RequestState::SentToBilling, "{made:?}, then {again:?}");
        let filed = world.region.gas().filed_requests();
        ensure!(filed.len() == 1 && filed[0].request_id == made.billing_reference, "{filed:?}");
        ensure!(filed[0].text == "Broj članova domaćinstva: 4\n\nOd marta nas je četvoro.", "{}", filed[0].text);

        // whoever else there is reads nothing of it, and is answered as if it were not there
        let stolen = mira.support().get_request(GetRequestRequest { name: made.name.clone() }).await.unwrap_err();
        ensure!(reason(&stolen) == "NOT_FOUND", "{stolen}");
        let foreign = mira.handed_in(&document.name).await.unwrap_err();
        let nothing = mira.handed_in("attachments/att_00000000000000000000000000000000").await.unwrap_err();
        ensure!((foreign.code(), foreign.message()) == (nothing.code(), nothing.message()), "{foreign}, {nothing}");
        let reused = mira.support().create_request(grown(&account(&mira).await?, vec![document.name.clone()])).await;
        ensure!(reason(&reused.unwrap_err()) == "NOT_FOUND", "somebody else's document was taken");
        ensure!(vera.handed_in(&document.name).await?.1 == SCANNED.as_bytes(), "it is another document");

        let desk = Desk::open(&world).await?;
        let waiting = desk.waiting("gas-ruma").await?;
        let line = waiting.first().and_then(|line| line.request.as_ref()).context("nothing waits")?;
        ensure!(waiting.len() == 1 && line.name == made.name && line.subject.is_empty(), "{waiting:?}");
        let taken = desk.requests().take_request(TakeRequestRequest { name: made.name.clone() }).await?.into_inner();
        ensure!(taken.assignee == "bootstrap-token", "{taken:?}");
        ensure!(desk.attachment("gas-ruma", &document.name).await?.1 == SCANNED.as_bytes(), "not what was handed in");
        ensure!(read(&vera, &made.name).await?.state() == RequestState::InProgress, "nobody has it in hand");
        desk.answer(&made.name, "Upisano je.").await?;
        let mail = Inbox::of(&world.region, &newcomer.email).text_about("stigao je odgovor").await?;
        ensure!(!mail.contains("Upisano"), "the mail holds the answer");
        let thread = read(&vera, &made.name).await?;
        let last = thread.entries.last().context("nothing was said")?;
        ensure!(thread.state() == RequestState::Answered && last.author() == EntryAuthor::Staff, "{thread:?}");

        let reply = ReplyToRequestRequest {
            name: made.name.clone(),
            text: "Hvala!\nA od kada?".into(),
            ..Default::default()
        };
        let thread = vera.support().reply_to_request(reply.clone()).await?.into_inner();
        ensure!(thread.state() == RequestState::InProgress && thread.entries.len() == 3, "{thread:?}");
        desk.requests().close_request(CloseRequestRequest { name: made.name.clone() }).await?;
        let late = vera.support().reply_to_request(reply).await.unwrap_err();
        ensure!(reason(&late) == "REQUEST_CLOSED", "{late}");
        let list = ListRequestsRequest { parent: "providers/-/accounts/-".into(), ..Default::default() };
        let listed = vera.support().list_requests(list.clone()).await?.into_inner().requests;
        ensure!(listed.len() == 1 && listed[0].entries.is_empty(), "{listed:?}");
        ensure!(mira.support().list_requests(list).await?.into_inner().requests.is_empty(), "Mira asked something");
        world.stop().await;
        Ok(())
    }

    async fn a_billing_system_that_cannot_be_asked_is_told_later_and_once(database) {
        let world = TestWorld::start(database).await?;
        let (vera, _) = Newcomer::at(&world.region, 0)?.settle(world.api, &world.region).await?;
        let own = account(&vera).await?;
        let gas = world.region.gas();
        // the first is written and its answer lost
        gas.switches.add(Rule::new("/v1/requests", Effect::TimeoutAfterWrite { ms: 0 }).method("POST").next(1));
        let made = vera.support().create_request(question(&own)).await?.into_inner();
        ensure!(made.state() == RequestState::Received, "{made:?}");
        ensure!(made.billing_progress() == BillingProgress::Due, "{made:?}");
        let started = Instant::now();
        while read(&vera, &made.name).await?.billing_progress() != BillingProgress::Sent {
            ensure!(started.elapsed() < Duration::from_secs(60), "it was never told");
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        ensure!(gas.filed_requests().len() == 1, "it arrived {} times", gas.filed_requests().len());
        world.stop().await;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_the_desk_leads_on_in_its_own_query_alone() -> anyhow::Result<()> {
    let world = TestWorld::start(Database::Sqlite).await?;
    let (vera, _) = Newcomer::at(&world.region, 0)?.settle(world.api, &world.region).await?;
    let own = account(&vera).await?;
    for _ in 0..3 {
        vera.support().create_request(question(&own)).await?;
    }
    let desk = Desk::open(&world).await?;
    let page = |page_token: String, assignee: &str| komunala_grpc::proto::operator::v1::ListDeskRequestsRequest {
        parent: "providers/gas-ruma".into(),
        page_size: 2,
        page_token,
        assignee: assignee.into(),
        ..Default::default()
    };
    let first = desk.requests().list_desk_requests(page(String::new(), "")).await?.into_inner();
    let second = desk.requests().list_desk_requests(page(first.next_page_token.clone(), "")).await?.into_inner();
    ensure!((first.requests.len(), second.requests.len()) == (2, 1) && second.next_page_token.is_empty(), "no pages");
    let other = desk.requests().list_desk_requests(page(first.next_page_token, "mira")).await.unwrap_err();
    ensure!(reason(&other) == "PAGE_TOKEN_INVALID", "{other}");
    world.stop().await;
    Ok(())
}

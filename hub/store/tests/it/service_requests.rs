//! What customers ask, the desk that answers, and the billing systems that are told.

use jiff::SignedDuration;
use komunala_app::{
    ports::{
        Accounts, Attachments, Audit, Exports, ServiceRequests, Users,
        accounts::AccountFilter,
        attachments::Handed,
        audit::Chain,
        exports::Held,
        outbox::{Content, NewMessage, Notice},
        service_requests::{BillingAnswer, DeskFilter, DeskStep, NewEntry, NewRequest, Said, Stepped},
    },
    scope::{DeskScope, UserScope, testing},
};
use komunala_domain::{
    form::FilledField,
    ids::{AttachmentId, EntryId, MessageId, ServiceRequestId},
    request::{Author, BillingProgress, CustomerRequest, RequestKind, RequestState},
};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};

use crate::{
    attachments::photo,
    place::{Place, email, key, tenant_id},
    samples,
};

fn gas() -> komunala_domain::ProviderId {
    "gas".parse().unwrap()
}

fn desk() -> DeskScope {
    testing::desk(tenant_id("ruma"), "mira")
}

async fn asked(place: &Place, who: &UserScope, attachments: Vec<AttachmentId>) -> NewRequest {
    let account = place.store.list(who, &AccountFilter::All, None, 1).await.unwrap()[0].id;
    let fields = vec![FilledField { field: "occupants".to_owned(), value: "4".to_owned() }];
    let text = "нас је сада четворо".to_owned();
    NewRequest {
        id: ServiceRequestId::new(),
        provider: gas(),
        account,
        letter: CustomerRequest {
            kind: RequestKind::DataChange,
            subject: "Промена броја чланова".to_owned(),
            text: format!("occupants: 4\n\n{text}"),
        },
        billing: BillingProgress::Due,
        first: NewEntry { id: EntryId::new(), text, fields, attachments },
        key: key("CreateRequest"),
        now: place.now,
    }
}

async fn make(place: &Place, who: &UserScope, new: &NewRequest) -> Said {
    place.store.make_request(who, new).await.unwrap()
}

fn answer(close: bool) -> DeskStep {
    let entry = EntryId::new();
    let notice = Notice {
        id: MessageId::new(),
        provider: gas(),
        subject: entry.to_string(),
        content: Content::RequestAnswered {},
        expires: None,
    };
    DeskStep::Answer {
        entry, text: "Уписано.".to_owned(), close, notice: Box::new(notice), key: key("AnswerRequest")
    }
}

async fn step(place: &Place, id: ServiceRequestId, step: &DeskStep) -> Stepped {
    place.store.desk_step(&desk(), &gas(), id, step, place.now).await.unwrap()
}

async fn a_request_is_its_owners_and_the_desks(place: Place) {
    let (ana, vesna) = (place.user("ana", "A-1").await, place.user("vesna", "A-1").await);
    let document = photo(place.now);
    assert_eq!(place.store.hand_in(&ana, &document).await.unwrap(), Handed::In);
    let new = asked(&place, &ana, vec![document.attachment.id]).await;
    assert_eq!(make(&place, &ana, &new).await, Said::Now);
    assert_eq!(make(&place, &ana, &new).await, Said::Before(new.id.to_string()));

    let thread = place.store.request(&ana, new.id).await.unwrap().unwrap();
    assert_eq!((thread.subject.as_str(), thread.request.state), ("Промена броја чланова", RequestState::Received));
    let [said] = &thread.entries[..] else { panic!("{thread:?}") };
    assert_eq!((said.author, &said.text, &said.fields), (Author::Customer, &new.first.text, &new.first.fields));
    assert_eq!(said.attachments[0].id, document.attachment.id);
    let listed = place.store.requests(&ana, &AccountFilter::One(gas(), new.account), None, 10).await.unwrap();
    assert_eq!((listed.len(), listed[0].entries.len()), (1, 0));
    // who has the same account linked asked nothing
    assert_eq!(place.store.request(&vesna, new.id).await.unwrap(), None);
    assert_eq!(place.store.requests(&vesna, &AccountFilter::All, None, 10).await.unwrap(), []);

    let other: komunala_domain::ProviderId = "water".parse().unwrap();
    let (mira, now) = (desk(), place.now);
    assert_eq!(place.store.desk_request(&mira, &gas(), new.id, now).await.unwrap(), Some(thread));
    assert_eq!(place.store.desk_request(&mira, &other, new.id, now).await.unwrap(), None);
    let elsewhere = testing::desk(tenant_id("indjija"), "mira");
    assert_eq!(place.store.desk_request(&elsewhere, &gas(), new.id, now).await.unwrap(), None);
    let found = place.store.desk_attachment(&mira, &gas(), document.attachment.id, now).await.unwrap();
    assert_eq!(found.unwrap().1, document.bytes);
    assert_eq!(place.store.desk_attachment(&mira, &other, document.attachment.id, now).await.unwrap(), None);
    // what no request names is nobody's business but its owner's
    let unsaid = photo(place.now);
    place.store.hand_in(&ana, &unsaid).await.unwrap();
    assert_eq!(place.store.desk_attachment(&mira, &gas(), unsaid.attachment.id, now).await.unwrap(), None);

    let chain = Chain::Tenant(tenant_id("ruma"));
    let events = place.store.events(&place.system(), &chain, Some(ana.user()), 0, 50).await.unwrap();
    let told: Vec<_> = events.iter().map(|event| (event.actor.starts_with("user:"), event.action.as_str())).collect();
    let wanted = [
        (true, "registered"),
        (true, "consent_given"),
        (true, "attachment_handed_in"),
        (true, "request_made"),
        (false, "request_read"),
        (false, "attachment_read"),
        (true, "attachment_handed_in"),
    ];
    assert_eq!(told, wanted);
    let exported = place.store.held(&ana, Held::Requests, None, 10).await.unwrap();
    assert_eq!(exported[0].json["fields"]["occupants"], "4");
    assert_eq!(place.store.held(&vesna, Held::Requests, None, 10).await.unwrap(), []);
}

async fn nobody_asks_about_an_account_of_others_or_with_a_document_of_others(place: Place) {
    let (ana, vesna) = (place.user("ana", "A-1").await, place.user("vesna", "A-2").await);
    let of_ana = asked(&place, &ana, vec![]).await;
    assert_eq!(make(&place, &vesna, &of_ana).await, Said::Nowhere);
    let document = photo(place.now);
    place.store.hand_in(&ana, &document).await.unwrap();
    let id = document.attachment.id;
    let stolen = asked(&place, &vesna, vec![id]).await;
    assert_eq!(make(&place, &vesna, &stolen).await, Said::NoAttachment(id));
    assert_eq!(place.store.requests(&vesna, &AccountFilter::All, None, 10).await.unwrap(), []);
    // nothing was written, so neither the request id nor the document is used up
    assert_eq!(
        make(&place, &vesna, &NewRequest { first: NewEntry { attachments: vec![], ..stolen.first }, ..stolen }).await,
        Said::Now
    );
    assert_eq!(make(&place, &ana, &asked(&place, &ana, vec![id]).await).await, Said::Now);
    assert_eq!(make(&place, &ana, &asked(&place, &ana, vec![id]).await).await, Said::NoAttachment(id));
}

async fn staff_answer_once_and_a_reply_opens_it_again(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let new = asked(&place, &ana, vec![]).await;
    make(&place, &ana, &new).await;
    place.messages().await;
    let list = |filter| {
        let place = &place;
        async move { place.store.desk_requests(&desk(), &gas(), &filter, None, 10).await.unwrap() }
    };
    assert_eq!(list(DeskFilter::default()).await.len(), 1);
    assert_eq!(step(&place, new.id, &DeskStep::Take).await, Stepped::Done);
    let mine = DeskFilter { assignee: Some("mira".to_owned()), ..DeskFilter::default() };
    assert_eq!(list(mine).await[0].state, RequestState::InProgress);
    let answer_once = answer(false);
    for _ in 0..2 {
        assert_eq!(step(&place, new.id, &answer_once).await, Stepped::Done);
    }
    let thread = place.store.request(&ana, new.id).await.unwrap().unwrap();
    let authors: Vec<_> = thread.entries.iter().map(|said| (said.author, said.text.as_str())).collect();
    assert_eq!(authors[1..], [(Author::Staff, "Уписано.")]);
    assert_eq!(thread.request.state, RequestState::Answered);
    // the mail says that there is an answer, and not which
    let mails = place.messages().await;
    assert_eq!(mails.len(), 1);
    assert_eq!((&mails[0].message.content, &mails[0].message.provider), (&Content::RequestAnswered {}, &gas()));

    let entry = NewEntry { id: EntryId::new(), text: "Хвала".to_owned(), fields: vec![], attachments: vec![] };
    let reply = |key| {
        let (place, ana, entry) = (&place, &ana, NewEntry { id: EntryId::new(), ..entry.clone() });
        async move { place.store.reply(ana, new.id, &entry, &key, place.now).await.unwrap() }
    };
    assert_eq!(reply(key("ReplyToRequest")).await, Said::Now);
    let thread = place.store.request(&ana, new.id).await.unwrap().unwrap();
    assert_eq!((thread.request.state, thread.entries.len()), (RequestState::InProgress, 3));
    assert_eq!(step(&place, new.id, &DeskStep::Close).await, Stepped::Done);
    assert_eq!(reply(key("ReplyToRequest")).await, Said::Over);
    assert_eq!(step(&place, new.id, &answer(true)).await, Stepped::Over);
    assert_eq!(step(&place, ServiceRequestId::new(), &answer(true)).await, Stepped::Nowhere);
    assert_eq!(list(DeskFilter::default()).await, []);
    assert_eq!(list(DeskFilter { state: Some(RequestState::Closed), assignee: None }).await.len(), 1);
}

async fn a_billing_system_is_told_until_it_answers_and_one_worker_at_a_time(place: Place) {
    let ana = place.user("ana", "A-1").await;
    let new = asked(&place, &ana, vec![]).await;
    make(&place, &ana, &new).await;
    let (system, store) = (place.system(), &place.store);
    // whoever made it has a minute
    assert_eq!(store.unsent(&system, 10, place.now).await.unwrap().len(), 0);
    let later = place.now + SignedDuration::from_mins(2);
    let unsent = store.unsent(&system, 10, later).await.unwrap();
    assert_eq!((unsent.len(), unsent[0].account.as_str(), unsent[0].tries), (1, "A-1", 0));
    assert_eq!(unsent[0].letter, new.letter);
    assert_eq!(store.unsent(&system, 10, later).await.unwrap().len(), 0);
    let tenant = place.tenant();
    let again = later + SignedDuration::from_secs(30);
    store.told_billing(&tenant, new.id, &BillingAnswer::Later(again), later).await.unwrap();
    let unsent = store.unsent(&system, 10, again).await.unwrap();
    assert_eq!((unsent.len(), unsent[0].tries), (1, 1));
    let taken = BillingAnswer::Taken("q-9".parse().unwrap());
    store.told_billing(&tenant, new.id, &taken, again).await.unwrap();
    let thread = store.request(&ana, new.id).await.unwrap().unwrap();
    assert_eq!(thread.request.state, RequestState::SentToBilling);
    assert_eq!((thread.request.billing, thread.billing_id.unwrap().as_str()), (BillingProgress::Sent, "q-9"));
    // what comes late changes nothing
    store.told_billing(&tenant, new.id, &BillingAnswer::Refused("NO".into()), again).await.unwrap();
    assert_eq!(store.request(&ana, new.id).await.unwrap().unwrap().request.billing, BillingProgress::Sent);
    assert_eq!(store.unsent(&system, 10, again + SignedDuration::from_hours(48)).await.unwrap().len(), 0);

    let refused = asked(&place, &ana, vec![]).await;
    make(&place, &ana, &refused).await;
    store.told_billing(&tenant, refused.id, &BillingAnswer::Refused("NO: not here".into()), later).await.unwrap();
    let thread = store.request(&ana, refused.id).await.unwrap().unwrap();
    assert_eq!((thread.request.billing, thread.request.state), (BillingProgress::Refused, RequestState::Received));
    let last = thread.entries.last().unwrap();
    assert_eq!((last.author, last.text.as_str()), (Author::Billing, "NO: not here"));
}

async fn count(database: &DatabaseConnection, table: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM {table}");
    let statement = Statement::from_string(database.get_database_backend(), sql);
    database.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

async fn whoever_is_erased_asked_nothing(place: Place) {
    let (ana, vesna) = (place.user("ana", "A-1").await, place.user("vesna", "A-2").await);
    for who in [&ana, &vesna] {
        let document = photo(place.now);
        place.store.hand_in(who, &document).await.unwrap();
        let new = asked(&place, who, vec![document.attachment.id]).await;
        assert_eq!(make(&place, who, &new).await, Said::Now);
        assert_eq!(step(&place, new.id, &answer(false)).await, Stepped::Done);
    }
    let owner = Database::connect(place.url.as_str()).await.unwrap();
    let dump = "SELECT COALESCE(SUM(LENGTH(sealed)), 0) FROM request_entries WHERE sealed LIKE '%четворо%'";
    let statement = Statement::from_string(owner.get_database_backend(), dump);
    let clear: i64 = owner.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap();
    assert_eq!(clear, 0);
    let farewell =
        NewMessage { content: Content::ProfileErased {}, ..samples::message(email("ana").as_str(), "farewell") };
    place.store.erase(&ana, farewell, place.now).await.unwrap();
    for (table, left) in [("service_requests", 1), ("request_entries", 2), ("attachments", 1)] {
        assert_eq!(count(&owner, table).await, left, "{table}");
    }
    assert_eq!(place.store.desk_requests(&desk(), &gas(), &DeskFilter::default(), None, 10).await.unwrap().len(), 1);
}

crate::on_both_databases!(
    a_request_is_its_owners_and_the_desks,
    nobody_asks_about_an_account_of_others_or_with_a_document_of_others,
    staff_answer_once_and_a_reply_opens_it_again,
    a_billing_system_is_told_until_it_answers_and_one_worker_at_a_time,
    whoever_is_erased_asked_nothing,
);

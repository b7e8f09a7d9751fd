//! What a page of 24 invoices costs, on both databases, beside what cannot be saved: a statement that finds nothing,
//! and reading 24 invoices from their JSON.
//!
//! `cargo bench -p komunala-store`. CPU time is that of this process and, on PostgreSQL, of its server's processes.

#![allow(clippy::print_stdout, clippy::float_arithmetic, reason = "a report is for people")]

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use komunala_app::{
    credentials::RootSecret,
    ports::{
        Accounts, Copies, Users, Verifications, WriteKey,
        accounts::AccountFilter,
        copies::InvoiceFilter,
        outbox::{Content, NewMessage},
        users::{NewLink, NewRegistration},
    },
    scope::{UserScope, testing},
};
use komunala_domain::{
    BillDelivery, EmailAddress, Invoice, Language,
    ids::{MessageId, UserId, VerificationId},
};
use komunala_store::{KeySettings, Store, StoreSettings};
use serde_json::json;

/// How long each thing is measured.
const FOR: Duration = Duration::from_secs(3);
/// Callers at a time.
const CALLERS: usize = 8;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let files = tempfile::tempdir().expect("a folder can be made");
    let documents = files.path().join("documents");
    let sqlite = format!("sqlite://{}?mode=rwc", files.path().join("komunala.db").display());
    let postgres = komunala_test_postgres::empty_database().await.expect("PostgreSQL is there");
    let invoices: Vec<Invoice> = (0..24).map(invoice).collect();
    println!("24 invoices, {} bytes of JSON each", serde_json::to_string(&invoices[0]).expect("it is JSON").len());
    decoding(&invoices);
    for (database, url) in [("sqlite", sqlite), ("postgres", postgres)] {
        let keys = files.path().join(database);
        std::fs::create_dir(&keys).expect("a folder can be made");
        let keys = KeySettings::in_folder(&keys, &RootSecret::new(vec![7; 32]).expect("it is long enough"));
        let settings = StoreSettings::new(url, &documents, keys);
        Store::migrate(&settings).await.expect("the schema is laid out");
        let store = Store::connect(&settings).await.expect("the store opens");
        let (user, filter) = with_invoices(&store, &invoices).await;
        let (scope, all) = (user.clone(), AccountFilter::All);
        measure(database, "accounts", &store, async |store: &Store| {
            assert_eq!(store.list(&scope, &all, None, 10).await.expect("it answers").len(), 1);
        })
        .await;
        measure(database, "invoices_with_ages", &store, async |store: &Store| {
            let (ages, page) = store
                .invoices_with_ages(&user, &filter, &InvoiceFilter::default(), None, 24)
                .await
                .expect("it answers");
            assert_eq!((ages.len(), page.len()), (1, 24));
        })
        .await;
        store.close().await;
    }
}

fn decoding(invoices: &[Invoice]) {
    let texts: Vec<String> = invoices.iter().map(|one| serde_json::to_string(one).expect("it is JSON")).collect();
    let (start, mut pages) = (Instant::now(), 0_u32);
    while start.elapsed() < FOR {
        for text in &texts {
            std::hint::black_box(serde_json::from_str::<Invoice>(text).expect("it is JSON"));
        }
        pages += 1;
    }
    println!("reading them from JSON: {:.1} µs", start.elapsed().as_secs_f64() * 1e6 / f64::from(pages));
}

async fn measure(database: &str, what: &str, store: &Store, call: impl AsyncFn(&Store)) {
    for callers in [1, CALLERS] {
        let (start, before) = (Instant::now(), cpu());
        let calls = std::cell::Cell::new(0_u32);
        let caller = || async {
            while start.elapsed() < FOR {
                call(store).await;
                calls.set(calls.get() + 1);
            }
        };
        futures::future::join_all((0..callers).map(|_| caller())).await;
        let (elapsed, spent, calls) = (start.elapsed(), cpu() - before, f64::from(calls.get()));
        println!(
            "{database:9} {what:18} {callers} at a time: {:6.0}/s, {:6.1} µs of CPU each",
            calls / elapsed.as_secs_f64(),
            spent.as_secs_f64() * 1e6 / calls
        );
    }
}

/// The CPU time of this process and of all PostgreSQL processes so far.
fn cpu() -> Duration {
    let mut ticks = 0;
    for process in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let own = process.file_name().to_str() == Some(&std::process::id().to_string());
        let Ok(stat) = std::fs::read_to_string(process.path().join("stat")) else { continue };
        let Some((name, rest)) = stat.rsplit_once(')') else { continue };
        if own || name.ends_with("(postgres") {
            let spent = rest.split_whitespace().skip(11).take(2);
            ticks += spent.filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>();
        }
    }
    Duration::from_millis(ticks * 10)
}

async fn with_invoices(store: &Store, invoices: &[Invoice]) -> (UserScope, AccountFilter) {
    let provider: komunala_domain::ProviderId = "gas".parse().expect("a word");
    let portal =
        testing::portal("ruma".parse().expect("a word"), "front".parse().expect("a word"), vec![provider.clone()]);
    let now = Timestamp::now();
    let mut last = None;
    for n in 0..50 {
        let (user, verification) = (UserId::new(), VerificationId::new());
        let message = |subject: &str| NewMessage {
            id: MessageId::new(),
            provider: provider.clone(),
            subject: format!("{subject} {n}"),
            recipient: format!("user-{n}@example.rs").parse::<EmailAddress>().expect("an address").into(),
            language: Language::SerbianLatin,
            content: Content::ConfirmEmail { verification, portal: None },
            expires: None,
        };
        let new = NewRegistration {
            user,
            email: format!("user-{n}@example.rs").parse().expect("an address"),
            given_name: "Ana".to_owned(),
            family_name: "Petrović".to_owned(),
            language: Language::SerbianLatin,
            password_hash: "$argon2id$".to_owned(),
            link: NewLink {
                provider: provider.clone(),
                account: format!("account-{n}").parse().expect("an id"),
                delivery: BillDelivery::Paper,
                consents: Vec::new(),
                notice: None,
                copy: None,
            },
            verification,
            verification_expires: now + SignedDuration::from_mins(10),
            confirm_mail: message("confirm"),
            taken_mail: message("taken"),
            key: WriteKey { method: "Register", request_id: user.uuid(), fingerprint: [0; 32] },
            now,
        };
        store.register(&portal, new).await.expect("it registers");
        assert!(store.complete(portal.tenant(), verification, now).await.expect("it completes"));
        let scope = testing::user(portal.clone(), user);
        let account = store.list(&scope, &AccountFilter::All, None, 1).await.expect("it lists").remove(0).id;
        store.keep_invoices(scope.tenant(), account, invoices, now).await.expect("it keeps");
        last = Some((scope, AccountFilter::One(provider.clone(), account)));
    }
    last.expect("there are users")
}

fn invoice(n: i32) -> Invoice {
    let money = |minor: i64| json!({"minor": minor, "currency": "RSD"});
    let period = format!("{:04}-{:02}", 2023 + n / 12, n % 12 + 1);
    serde_json::from_value(json!({
        "external_id": format!("bill-{n}"), "number": format!("2023/{n}"), "kind": "invoice", "period": period,
        "issued": format!("{period}-05"), "issuer": null, "supply_points": ["point"],
        "lines": [
            {"code": "GAS", "text": "Prirodni gas", "quantity": "1234.567", "unit": "kWh", "unit_price": "4.92",
             "net": money(607_407), "tax_rate": "10", "gross": money(668_148)},
            {"code": "CAP", "text": "Kapacitet", "quantity": "1", "unit": "kom", "unit_price": "150.00",
             "net": money(15_000), "tax_rate": "20", "gross": money(18_000)}
        ],
        "meter_reads": [{
            "supply_point": "point", "serial_number": "M-1", "from": "1000", "to": "1116.5",
            "consumption": [{"quantity": "116.5", "unit": "m3"}, {"quantity": "1234.567", "unit": "kWh"}],
            "conversion_factor": "1.0121", "calorific_value": "10.47"
        }],
        "subtotals": [{"kind": "charge", "amount": money(686_148)}], "total": money(686_148),
        "installments": [
            {"amount": money(411_689), "due": "2023-02-20"}, {"amount": money(274_459), "due": "2023-03-10"}
        ],
        "discounts": [], "buckets": null,
        "payment": {"account": "160-1234-56", "payee": "Gas", "model": "97", "reference": "42-123", "code": "189",
                    "purpose": "račun"},
        "document": "available"
    }))
    .expect("it is an invoice")
}

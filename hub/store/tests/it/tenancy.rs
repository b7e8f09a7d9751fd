//! One tenant never sees another's rows, on PostgreSQL not even when a statement forgets to ask for its own.

use komunala_app::ports::{Accounts, Copies, Users, accounts::AccountFilter};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement};

use crate::{
    place::{Place, email},
    samples,
};

/// Every table with rows of tenants.
const TABLES: [&str; 46] = [
    "users",
    "consents",
    "verifications",
    "challenges",
    "sessions",
    "accounts",
    "supply_points",
    "meters",
    "links",
    "copies",
    "invoices",
    "invoice_documents",
    "forgotten_documents",
    "ledger_entries",
    "readings",
    "interval_days",
    "outages",
    "outage_points",
    "outage_feeds",
    "outage_notices",
    "subscribers",
    "subscriptions",
    "service_requests",
    "request_entries",
    "attachments",
    "bill_runs",
    "bill_run_bills",
    "bill_run_items",
    "bill_documents",
    "payments",
    "payment_events",
    "messages",
    "inboxes",
    "notifications",
    "preferences",
    "suppressions",
    "incoming_texts",
    "audit_events",
    "requests",
    "attempts",
    "feed_turns",
    "feeds",
    "feed_versions",
    "problems",
    "import_files",
    "import_rows",
];

/// Every table with rows of no tenant: the lines to billing systems, what operators change, and whose key store it is.
const RESERVED: [&str; 9] = [
    "lines",
    "tickets",
    "components",
    "settings",
    "settings_revision",
    "key_store",
    "portal_keys",
    "tenants",
    "delivery_epoch",
];

/// Ana in Ruma and Ana in Inđija, with an account of the same number each.
async fn two_tenants(place: &Place) {
    for tenant in ["ruma", "indjija"] {
        let ana = place.user_of(tenant, "ana", "A-1").await;
        let account = place.store.list(&ana, &AccountFilter::All, None, 1).await.unwrap()[0].id;
        place.store.keep(ana.tenant(), account, &samples::account("A-1", "M-1"), place.now).await.unwrap();
        place.store.keep_invoices(ana.tenant(), account, &samples::invoices(2), place.now).await.unwrap();
        place.store.keep_ledger(ana.tenant(), account, &[samples::ledger_entry(1)], place.now).await.unwrap();
    }
}

async fn the_same_address_and_account_number_are_another_persons_in_another_tenant(place: Place) {
    two_tenants(&place).await;
    let (ruma, indjija) = (place.portal("ruma"), place.portal("indjija"));
    let here = place.store.by_email(ruma.tenant(), &email("ana")).await.unwrap().unwrap();
    let there = place.store.by_email(indjija.tenant(), &email("ana")).await.unwrap().unwrap();
    assert_ne!(here.id, there.id);
    // a user's id of one tenant is worth nothing in another
    let stray = komunala_app::scope::testing::user(indjija, here.id);
    assert!(place.store.me(&stray).await.unwrap().is_none());
    assert_eq!(place.store.list(&stray, &AccountFilter::All, None, 10).await.unwrap(), []);
    assert_eq!(place.store.invoices(&stray, &AccountFilter::All, None, 10).await.unwrap(), []);
}

crate::on_both_databases!(the_same_address_and_account_number_are_another_persons_in_another_tenant);

/// A connection as one of the hub's roles, with the tenant that a reader's pool has.
pub(crate) async fn connected(place: &Place, role: &'static str, tenant: Option<&'static str>) -> DatabaseConnection {
    let mut options = ConnectOptions::new(place.url.as_str());
    options.max_connections(1).map_sqlx_postgres_opts(move |options| {
        let options = options.options([("role", role)]);
        tenant.map_or(options.clone(), |tenant| options.options([("app.tenant", tenant)]))
    });
    Database::connect(options).await.unwrap()
}

async fn count(database: &impl ConnectionTrait, sql: &str) -> Result<i64, DbErr> {
    let row = database.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    row.expect("a count has a row").try_get_by_index(0)
}

#[tokio::test]
async fn a_statement_without_its_tenant_predicate_finds_nothing_of_another_tenant() {
    let place = Place::on_postgres().await;
    two_tenants(&place).await;
    let owner = Database::connect(place.url.as_str()).await.unwrap();
    let app = connected(&place, "komunala_app", Some("ruma")).await;
    let mut filled = 0;
    for table in TABLES {
        let all = count(&owner, &format!("SELECT COUNT(*) FROM {table}")).await.unwrap();
        let seen = count(&app, &format!("SELECT COUNT(*) FROM {table}")).await.unwrap();
        assert_eq!(seen * 2, all, "{table}");
        let foreign = format!("SELECT COUNT(*) FROM {table} WHERE tenant <> 'ruma'");
        assert_eq!(count(&app, &foreign).await.unwrap(), 0, "{table}");
        filled += usize::from(all > 0);
    }
    assert!(filled >= 10, "only {filled} tables held anything");
    let joined = "SELECT COUNT(*) FROM invoices i JOIN accounts a ON a.id = i.account_id";
    assert_eq!(count(&app, joined).await.unwrap(), 2);
}

#[tokio::test]
async fn a_transaction_that_names_no_tenant_sees_and_writes_nothing() {
    let place = Place::on_postgres().await;
    two_tenants(&place).await;
    let app = connected(&place, "komunala_app", None).await;
    for table in TABLES {
        assert_eq!(count(&app, &format!("SELECT COUNT(*) FROM {table}")).await.unwrap(), 0, "{table}");
    }
    let foreign = "INSERT INTO attempts (tenant, subject, failures, window_ends) VALUES ('ruma', '\\x00', 0, 0)";
    assert!(app.execute_unprepared(foreign).await.is_err());
    let moved = connected(&place, "komunala_app", Some("ruma")).await;
    assert!(moved.execute_unprepared("UPDATE users SET tenant = 'indjija'").await.is_err());
}

#[tokio::test]
async fn every_table_forces_row_security_and_belongs_to_nobody_who_serves() {
    let place = Place::on_postgres().await;
    let all = i64::try_from(TABLES.len() + RESERVED.len()).unwrap();
    let owner = Database::connect(place.url.as_str()).await.unwrap();
    let tables = "SELECT COUNT(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                  WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname <> 'seaql_migrations'";
    assert_eq!(count(&owner, tables).await.unwrap(), all);
    let forced = format!("{tables} AND c.relrowsecurity AND c.relforcerowsecurity");
    assert_eq!(count(&owner, &forced).await.unwrap(), all);
    let owned = format!("{tables} AND pg_get_userbyid(c.relowner) LIKE 'komunala%'");
    assert_eq!(count(&owner, &owned).await.unwrap(), 0);
    let powers = "SELECT COUNT(*) FROM pg_roles WHERE rolname IN ('komunala_app', 'komunala_worker')
                  AND NOT (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolcanlogin)";
    assert_eq!(count(&owner, powers).await.unwrap(), 2);
}

#[tokio::test]
async fn what_belongs_to_no_tenant_is_out_of_reach_of_calls_that_serve_one() {
    let place = Place::on_postgres().await;
    let app = connected(&place, "komunala_app", Some("ruma")).await;
    for table in RESERVED {
        assert!(count(&app, &format!("SELECT COUNT(*) FROM {table}")).await.is_err(), "{table}");
    }
}

#[tokio::test]
async fn nobody_who_serves_can_change_a_consent() {
    let place = Place::on_postgres().await;
    two_tenants(&place).await;
    let app = connected(&place, "komunala_app", Some("ruma")).await;
    assert_eq!(count(&app, "SELECT COUNT(*) FROM consents").await.unwrap(), 1);
    assert!(app.execute_unprepared("UPDATE consents SET version = 'never seen'").await.is_err());
    assert!(app.execute_unprepared("DELETE FROM consents").await.is_err());
    assert!(app.execute_unprepared("TRUNCATE consents").await.is_err());
}

#[tokio::test]
async fn workers_see_the_messages_of_all_tenants_and_no_user() {
    let place = Place::on_postgres().await;
    two_tenants(&place).await;
    let worker = connected(&place, "komunala_worker", None).await;
    assert_eq!(count(&worker, "SELECT COUNT(*) FROM messages").await.unwrap(), 2);
    assert!(count(&worker, "SELECT COUNT(*) FROM users").await.is_err());
    assert!(count(&worker, "SELECT COUNT(*) FROM invoices").await.is_err());
}

#[tokio::test]
async fn tenants_beyond_the_pools_read_through_the_shared_one() {
    let place = Place::on_postgres().await;
    let tenants: Vec<String> = (0..12).map(|n| format!("tenant-{n}")).collect();
    for tenant in &tenants {
        place.user_of(tenant, "ana", "A-1").await;
    }
    for tenant in &tenants {
        let portal = place.portal(tenant);
        let ana = place.store.by_email(portal.tenant(), &email("ana")).await.unwrap().unwrap();
        let ana = komunala_app::scope::testing::user(portal, ana.id);
        assert_eq!(place.store.list(&ana, &AccountFilter::All, None, 10).await.unwrap().len(), 1);
    }
}

//! What the store promises, held on SQLite and on PostgreSQL alike.

mod addresses;
mod attachments;
mod attempts;
mod audit;
mod bill_runs;
mod books;
mod bounces;
mod confirmations;
mod consents;
mod cut_over;
mod deliveries;
mod desk;
mod documents;
mod epoch;
mod erasure;
mod exports;
mod feeds;
mod intervals;
mod invoices;
mod links;
mod messages;
mod migrations;
mod narrowed;
mod office;
mod operators;
mod outage_notices;
mod outages;
mod passwords;
mod payments;
mod people;
mod place;
mod portal_keys;
mod priorities;
mod problems;
mod profiles;
mod readings;
mod readings_desk;
mod registration;
mod resets;
mod samples;
mod service_requests;
mod sessions;
mod subscriptions;
mod suspensions;
mod sweeps;
mod tenancy;
mod texts;
mod turns;
mod unavailability;

/// Runs each case once on each database, on a store of its own.
macro_rules! on_both_databases {
    ($($case:ident),+ $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    super::$case(crate::place::Place::on_sqlite().await).await;
                }
            )+
        }
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    super::$case(crate::place::Place::on_postgres().await).await;
                }
            )+
        }
    };
}
pub(crate) use on_both_databases;

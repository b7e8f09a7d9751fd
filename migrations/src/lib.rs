//! The schema of the hub's database, as a row of steps that are the same on SQLite and PostgreSQL.
//!
//! **Knows** tables, indexes, database roles and row-level security.
//! **Must not know** what the rows mean: that is the store's business.
//!
//! Conventions of every table:
//! - `tenant` stands in each row, and on PostgreSQL row-level security stands behind it; what belongs to no tenant is
//!   reserved for the workers' role;
//! - ids are `uuid` (a blob of 16 bytes on SQLite); times are `bigint` microseconds since the epoch, days are `date`:
//!   both sort and compare alike on both databases;
//! - what the hub only reads back whole is one JSON text, not a row of columns;
//! - `sealed` is what stands there of a person, under the key of its subject: base64 of ciphertext, tag and nonce.
//!
//! Steps are additive (expand, then contract in a later release), because replicas of two versions run side by side.

#![allow(elided_lifetimes_in_paths, reason = "a step must be written as the trait is")]

mod keys;
mod m0001_roles;
mod m0002_users;
mod m0003_accounts;
mod m0004_copies;
mod m0005_readings;
mod m0006_messages;
mod m0007_writes;
mod m0008_sweeps;
mod m0009_turns;
mod m0010_feeds;
mod m0011_imports;
mod m0020_intervals;
mod m0021_outages;
mod m0022_invoice_documents;
mod m0030_components;
mod m0031_settings;
mod m0032_suspended_links;
mod m0040_devices;
mod m0041_challenges;
mod m0042_consents;
mod m0050_sealed_people;
mod m0051_audit;
mod m0052_forgotten_documents;
mod m0060_service_requests;
mod m0061_attachments;
mod m0070_portal_keys;
mod m0071_tenants;
mod m0080_strikes;
mod m0081_cut_overs;
mod m0090_readings_handed_in;
mod m0100_payments;
mod m0105_mail_that_comes_back;
mod m0106_delivery_epoch;
mod m0110_bill_runs;
mod m0115_channels;
mod m0116_receipts;
mod m0117_incoming_texts;
mod m0120_subscriptions;
mod m0121_outage_notices;
mod m0125_notifications;
mod m0130_bounce_reports;
mod m0131_bill_documents;
mod m0132_feeds_followed;
mod m0133_documents_by_digest;
mod m0134_messages_vacuumed;
mod row_security;
mod run;

pub use row_security::{APP_ROLE, TENANT_SETTING, WORKER_ROLE};
pub use run::{Schema, status, status_keys, up, up_keys};

use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// All steps, oldest first.
struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_roles::Migration),
            Box::new(m0002_users::Migration),
            Box::new(m0003_accounts::Migration),
            Box::new(m0004_copies::Migration),
            Box::new(m0005_readings::Migration),
            Box::new(m0006_messages::Migration),
            Box::new(m0007_writes::Migration),
            Box::new(m0008_sweeps::Migration),
            Box::new(m0009_turns::Migration),
            Box::new(m0010_feeds::Migration),
            Box::new(m0011_imports::Migration),
            Box::new(m0020_intervals::Migration),
            Box::new(m0021_outages::Migration),
            Box::new(m0022_invoice_documents::Migration),
            Box::new(m0030_components::Migration),
            Box::new(m0031_settings::Migration),
            Box::new(m0032_suspended_links::Migration),
            Box::new(m0040_devices::Migration),
            Box::new(m0041_challenges::Migration),
            Box::new(m0042_consents::Migration),
            Box::new(m0050_sealed_people::Migration),
            Box::new(m0051_audit::Migration),
            Box::new(m0052_forgotten_documents::Migration),
            Box::new(m0060_service_requests::Migration),
            Box::new(m0061_attachments::Migration),
            Box::new(m0070_portal_keys::Migration),
            Box::new(m0071_tenants::Migration),
            Box::new(m0080_strikes::Migration),
            Box::new(m0081_cut_overs::Migration),
            Box::new(m0090_readings_handed_in::Migration),
            Box::new(m0100_payments::Migration),
            Box::new(m0105_mail_that_comes_back::Migration),
            Box::new(m0106_delivery_epoch::Migration),
            Box::new(m0110_bill_runs::Migration),
            Box::new(m0115_channels::Migration),
            Box::new(m0116_receipts::Migration),
            Box::new(m0117_incoming_texts::Migration),
            Box::new(m0120_subscriptions::Migration),
            Box::new(m0121_outage_notices::Migration),
            Box::new(m0125_notifications::Migration),
            Box::new(m0130_bounce_reports::Migration),
            Box::new(m0131_bill_documents::Migration),
            Box::new(m0132_feeds_followed::Migration),
            Box::new(m0133_documents_by_digest::Migration),
            Box::new(m0134_messages_vacuumed::Migration),
        ]
    }
}

//! The schema of the key store: a database of its own, which never goes into one dump with the hub's.
//!
//! No row tells anything of a person but that there is, or was, one. There are neither roles nor row-level security:
//! nobody but the hub's key ring has any business here.

mod m0001_subjects;

use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// All steps of the key store, oldest first.
pub(crate) struct KeyMigrator;

impl MigratorTrait for KeyMigrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m0001_subjects::Migration)]
    }
}

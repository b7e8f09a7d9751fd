//! Portal users.

mod burial;
mod erasure;
mod person;
mod registration;

use async_trait::async_trait;
use fail::fail_point;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        StoreError, Users, Written,
        outbox::NewMessage,
        users::{NewConsent, NewRegistration, User},
    },
    scope::{PortalScope, TenantScope, UserScope},
};
use komunala_domain::{
    EmailAddress, TenantId,
    ids::{LinkId, UserId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, prelude::Uuid};

use crate::{
    Store,
    columns::{micros, parsed, storable, time, time_if_any},
    database::{Failure, Tx},
    entities::{
        consent,
        user::{Column, Entity, Model},
    },
    vault::Vault,
};

pub(crate) use burial::bury;
pub(crate) use person::Person;

#[async_trait]
impl Users for Store {
    async fn register(&self, scope: &PortalScope, new: NewRegistration) -> Result<Written<()>, StoreError> {
        let tenant = scope.tenant().tenant();
        let written = registration::register(&self.database, tenant, &new).await?;
        fail_point!("store::registered");
        Ok(written)
    }

    async fn by_email(&self, scope: &TenantScope, email: &EmailAddress) -> Result<Option<User>, StoreError> {
        let lookup = self.database.vault().lookup(scope.tenant(), email);
        let wanted =
            Entity::find().filter(Column::Tenant.eq(scope.tenant().as_str())).filter(Column::EmailLookup.eq(lookup));
        let found = self.database.find(scope.tenant(), "store.user_by_email", wanted).await?;
        to_user(self.database.vault(), found.into_iter().next()).await
    }

    async fn erase(&self, scope: &UserScope, farewell: NewMessage, now: Timestamp) -> Result<(), StoreError> {
        erasure::erase(&self.database, scope, &farewell, now).await
    }

    async fn me(&self, scope: &UserScope) -> Result<Option<User>, StoreError> {
        let tenant = scope.tenant().tenant();
        let wanted = Entity::find_by_id(scope.user().uuid()).filter(Column::Tenant.eq(tenant.as_str()));
        let found = self.database.find(tenant, "store.user", wanted).await?;
        to_user(self.database.vault(), found.into_iter().next()).await
    }
}

/// The user of a row, unless they were erased.
async fn to_user(vault: &Vault, row: Option<Model>) -> Result<Option<User>, StoreError> {
    const WHAT: &str = "user";
    let Some(row) = row else { return Ok(None) };
    let Some(person) = Person::open(vault, row.id, &row.sealed).await? else { return Ok(None) };
    Ok(Some(User {
        id: UserId::from_uuid(row.id),
        email: person.address()?,
        given_name: person.given_name,
        family_name: person.family_name,
        language: parsed(WHAT, &row.language)?,
        password_hash: row.password_hash,
        verified_at: time_if_any(WHAT, row.verified_at)?,
        created_at: time(WHAT, row.created_at)?,
    }))
}

/// Writes down what was agreed to for a link; nothing of it is ever changed.
pub(crate) async fn keep_consents(
    tx: &Tx,
    tenant: &TenantId,
    user: UserId,
    link: LinkId,
    consents: &[NewConsent],
    now: Timestamp,
) -> Result<(), Failure> {
    if consents.is_empty() {
        return Ok(());
    }
    let rows = consents.iter().map(|given| consent::ActiveModel {
        id: Set(Uuid::now_v7()),
        tenant: Set(tenant.to_string()),
        user_id: Set(user.uuid()),
        link_id: Set(link.uuid()),
        provider: Set(given.provider.to_string()),
        document: Set(storable(&given.document.document)),
        version: Set(storable(&given.document.version)),
        language: Set(given.language.tag().to_owned()),
        mechanism: Set(given.mechanism.to_owned()),
        given_at: Set(micros(now)),
    });
    consent::Entity::insert_many(rows).exec_without_returning(tx.session()).await?;
    Ok(())
}

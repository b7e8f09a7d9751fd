//! Portal users.

mod address;
mod burial;
mod erasure;
mod notice;
mod password;
mod person;
mod profile;
mod registration;

use async_trait::async_trait;
use fail::fail_point;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        StoreError, Users, Written,
        outbox::NewMessage,
        users::{NewRegistration, PasswordChange, ProfileChange, User},
    },
    scope::{PortalScope, TenantScope, UserScope},
};
use komunala_domain::{EmailAddress, ids::UserId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    Store,
    columns::{parsed, time, time_if_any},
    entities::user::{Column, Entity, Model},
    vault::Vault,
};

pub(crate) use address::{confirmed, make_room, move_to};
pub(crate) use burial::bury;
pub(crate) use notice::{tell, tell_at, tell_for};
pub(crate) use password::{lock_out, set_password};
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

    async fn update_profile(
        &self,
        scope: &UserScope,
        change: ProfileChange,
        now: Timestamp,
    ) -> Result<Option<User>, StoreError> {
        let change = &change;
        let work = |tx| profile::update(tx, scope, change, now);
        self.database.write(scope.tenant().tenant(), "store.update_profile", work).await
    }

    async fn change_password(&self, scope: &UserScope, change: PasswordChange) -> Result<bool, StoreError> {
        let change = &change;
        let work = |tx| password::change(tx, scope, change);
        self.database.write(scope.tenant().tenant(), "store.change_password", work).await
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
        phone: person.phone.map(|phone| parsed(WHAT, &phone)).transpose()?,
        language: parsed(WHAT, &row.language)?,
        password_hash: row.password_hash,
        verified_at: time_if_any(WHAT, row.verified_at)?,
        created_at: time(WHAT, row.created_at)?,
    }))
}

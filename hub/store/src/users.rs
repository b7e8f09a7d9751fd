//! Portal users.

mod address;
mod notice;
mod password;
mod profile;
mod registration;

use async_trait::async_trait;
use fail::fail_point;
use komunala_app::{
    ports::{
        StoreError, Users, Written,
        users::{NewRegistration, PasswordChange, ProfileChange, User},
    },
    scope::{PortalScope, TenantScope, UserScope},
};
use komunala_domain::{EmailAddress, ids::UserId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use crate::{
    Store,
    columns::{from_json, parsed, time, time_if_any},
    entities::user::{Column, Entity, Model},
};

#[async_trait]
impl Users for Store {
    async fn register(&self, scope: &PortalScope, new: NewRegistration) -> Result<Written<()>, StoreError> {
        let tenant = scope.tenant().tenant();
        let new = &new;
        let work = |tx| registration::register(tx, tenant, new);
        let written = self.database.write(tenant, "store.register", work).await?;
        fail_point!("store::registered");
        Ok(written)
    }

    async fn by_email(&self, scope: &TenantScope, email: &EmailAddress) -> Result<Option<User>, StoreError> {
        let wanted =
            Entity::find().filter(Column::Tenant.eq(scope.tenant().as_str())).filter(Column::Email.eq(email.as_str()));
        let found = self.database.find(scope.tenant(), "store.user_by_email", wanted).await?;
        found.into_iter().next().map(to_user).transpose()
    }

    async fn me(&self, scope: &UserScope) -> Result<Option<User>, StoreError> {
        let tenant = scope.tenant().tenant();
        let wanted = Entity::find_by_id(scope.user().uuid()).filter(Column::Tenant.eq(tenant.as_str()));
        let found = self.database.find(tenant, "store.user", wanted).await?;
        found.into_iter().next().map(to_user).transpose()
    }

    async fn update_profile(&self, scope: &UserScope, change: ProfileChange) -> Result<Option<User>, StoreError> {
        let change = &change;
        let work = |tx| profile::update(tx, scope, change);
        self.database.write(scope.tenant().tenant(), "store.update_profile", work).await
    }

    async fn change_password(&self, scope: &UserScope, change: PasswordChange) -> Result<bool, StoreError> {
        let change = &change;
        let work = |tx| password::change(tx, scope, change);
        self.database.write(scope.tenant().tenant(), "store.change_password", work).await
    }
}

pub(crate) use address::{confirmed, make_room, move_to};
pub(crate) use notice::{tell, tell_at};
pub(crate) use password::{lock_out, set_password};

/// The column `person`: what is known of a user besides the address.
#[derive(Serialize, Deserialize)]
pub(crate) struct Person {
    /// The given name.
    pub(crate) given_name: String,
    /// The family name.
    pub(crate) family_name: String,
    /// The phone number, where the user gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Option<String>,
}

fn to_user(row: Model) -> Result<User, StoreError> {
    const WHAT: &str = "user";
    let person: Person = from_json(WHAT, &row.person)?;
    Ok(User {
        id: UserId::from_uuid(row.id),
        email: parsed(WHAT, &row.email)?,
        given_name: person.given_name,
        family_name: person.family_name,
        phone: person.phone.map(|phone| parsed(WHAT, &phone)).transpose()?,
        language: parsed(WHAT, &row.language)?,
        password_hash: row.password_hash,
        verified_at: time_if_any(WHAT, row.verified_at)?,
        created_at: time(WHAT, row.created_at)?,
    })
}

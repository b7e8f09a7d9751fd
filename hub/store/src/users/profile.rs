//! What users say of themselves.

use jiff::Timestamp;
use komunala_app::{
    ports::{
        audit::Action,
        users::{ProfileChange, User},
    },
    scope::UserScope,
};
use komunala_domain::PhoneNumber;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{Person, to_user};
use crate::{
    audit,
    columns::{parsed, storable},
    database::{Failure, Tx},
    entities::user::{Column, Entity},
};

/// Reads and writes the row while it is held: two changes of different fields both count.
pub(super) async fn update(
    tx: Tx,
    scope: &UserScope,
    change: &ProfileChange,
    now: Timestamp,
) -> Result<Option<User>, Failure> {
    let (tenant, user) = (scope.tenant().tenant(), scope.user());
    let Some((mut person, key)) = Person::hold(&tx, tenant, user).await? else { return Ok(None) };
    if let Some(name) = &change.given_name {
        person.given_name = storable(name);
    }
    if let Some(name) = &change.family_name {
        person.family_name = storable(name);
    }
    if let Some(phone) = &change.phone {
        person.phone = phone.as_ref().map(|phone| phone.as_str().to_owned());
    }
    let phone: Option<PhoneNumber> = person.phone.as_deref().map(|phone| parsed("user", phone)).transpose()?;
    let sql = "UPDATE users SET sealed = $3, language = COALESCE($4, language), phone_lookup = $5
               WHERE tenant = $1 AND id = $2";
    let values = vec![
        tenant.as_str().into(),
        user.uuid().into(),
        person.seal(&key, user.uuid())?.into(),
        change.language.map(|language| language.tag()).into(),
        phone.map(|phone| tx.vault().lookup_contact(tenant, &phone.into())).into(),
    ];
    tx.execute(sql, values).await?;
    let changed = audit::by_user(user, Action::ProfileChanged, fields(change));
    audit::tell(&tx, tenant, &[changed], now).await?;
    let wanted = Entity::find_by_id(user.uuid()).filter(Column::Tenant.eq(tenant.as_str()));
    let row = wanted.one(tx.session()).await?;
    Ok(to_user(tx.vault(), row).await?)
}

/// What is changed, by the names that the API has for it.
fn fields(change: &ProfileChange) -> String {
    let fields = [
        ("given_name", change.given_name.is_some()),
        ("family_name", change.family_name.is_some()),
        ("phone_number", change.phone.is_some()),
        ("language_code", change.language.is_some()),
    ];
    let changed: Vec<_> = fields.into_iter().filter(|(_, changed)| *changed).map(|(field, _)| field).collect();
    changed.join(" ")
}

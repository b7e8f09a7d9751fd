//! What users say of themselves.

use komunala_app::{
    ports::users::{ProfileChange, User},
    scope::UserScope,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{Person, to_user};
use crate::{
    columns::{from_json, json, storable},
    database::{Failure, Tx},
    entities::user::{Column, Entity},
};

/// Reads and writes the row while it is held: two changes of different fields both count.
pub(super) async fn update(tx: Tx, scope: &UserScope, change: &ProfileChange) -> Result<Option<User>, Failure> {
    let (tenant, user) = (scope.tenant().tenant(), scope.user().uuid());
    let sql = tx.locking("SELECT id FROM users WHERE tenant = $1 AND id = $2 {lock}");
    tx.row(&sql, vec![tenant.as_str().into(), user.into()]).await?;
    let wanted = Entity::find_by_id(user).filter(Column::Tenant.eq(tenant.as_str()));
    let Some(mut row) = wanted.one(tx.session()).await? else { return Ok(None) };
    let mut person: Person = from_json("user", &row.person)?;
    if let Some(name) = &change.given_name {
        person.given_name = storable(name);
    }
    if let Some(name) = &change.family_name {
        person.family_name = storable(name);
    }
    if let Some(phone) = &change.phone {
        person.phone = phone.as_ref().map(|phone| phone.as_str().to_owned());
    }
    if let Some(language) = change.language {
        row.language = language.tag().to_owned();
    }
    row.person = json(&person)?;
    let sql = "UPDATE users SET person = $3, language = $4 WHERE tenant = $1 AND id = $2";
    let values = vec![tenant.as_str().into(), user.into(), row.person.as_str().into(), row.language.as_str().into()];
    tx.execute(sql, values).await?;
    Ok(Some(to_user(row)?))
}

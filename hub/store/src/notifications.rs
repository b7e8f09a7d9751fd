//! What users were told, as they see it in their portal.

mod about;
mod note;

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        Notifications, StoreError,
        notifications::{Notification, WishChange, Wishes},
    },
    scope::{SystemScope, UserScope},
};
use komunala_domain::{
    TenantId,
    ids::{NotificationId, UserId},
};
use sea_orm::{QueryResult, Value};

use crate::{
    Store,
    columns::{column, damaged, parsed, time, uuid},
    database::{Failure, Rows, Tx, places},
    preferences,
};

pub(crate) use note::note;

const WHAT: &str = "notification";

#[async_trait]
impl Notifications for Store {
    async fn wishes(&self, scope: &UserScope) -> Result<Option<Wishes>, StoreError> {
        let (nothing, now) = (&WishChange::default(), Timestamp::UNIX_EPOCH);
        let work = |tx| preferences::wish(tx, scope, nothing, now);
        self.database.write(scope.tenant().tenant(), "store.wishes", work).await
    }

    async fn wish(&self, scope: &UserScope, change: &WishChange, now: Timestamp) -> Result<Option<Wishes>, StoreError> {
        let work = |tx| preferences::wish(tx, scope, change, now);
        self.database.write(scope.tenant().tenant(), "store.wish", work).await
    }

    async fn told_before(
        &self,
        scope: &UserScope,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Notification>, StoreError> {
        let before =
            before.map_or(Ok(i64::MAX), i64::try_from).map_err(|_| damaged(WHAT, "a number is out of range"))?;
        self.told(scope, ("<", "DESC"), before, limit).await
    }

    async fn told_after(&self, scope: &UserScope, after: u64, limit: u32) -> Result<Vec<Notification>, StoreError> {
        let after = i64::try_from(after).map_err(|_| damaged(WHAT, "a number is out of range"))?;
        self.told(scope, (">", "ASC"), after, limit).await
    }

    async fn last_told(&self, scope: &UserScope) -> Result<u64, StoreError> {
        let tenant = scope.tenant().tenant();
        let sql = "SELECT last_number FROM inboxes WHERE tenant = $1 AND user_id = $2";
        let values = vec![tenant.as_str().into(), scope.user().uuid().into()];
        let rows = self.database.select(tenant, "store.last_told", sql, values).await?;
        rows.first().map_or(Ok(0), |row| number(row, 0))
    }

    async fn unread(&self, scope: &UserScope, most: u32) -> Result<u32, StoreError> {
        let tenant = scope.tenant().tenant();
        let Some((shown, mut values)) = own(scope) else { return Ok(0) };
        values.push(i64::from(most).into());
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT 1 FROM notifications n JOIN inboxes i ON i.user_id = n.user_id
             WHERE {shown} AND n.number > i.read_number LIMIT ${} + 0) AS unread",
            values.len()
        );
        let rows = self.database.select(tenant, "store.unread_notifications", sql, values).await?;
        let counted = rows.first().map_or(Ok(0), |row| column::<i64>(WHAT, row, 0))?;
        u32::try_from(counted).map_err(|_| damaged(WHAT, "a count is out of range"))
    }

    async fn saw(&self, scope: &UserScope, up_to: Option<NotificationId>) -> Result<bool, StoreError> {
        let tenant = scope.tenant().tenant();
        let work = |tx| saw(tx, tenant, scope.user(), up_to);
        self.database.write(tenant, "store.saw_notifications", work).await
    }

    async fn last_numbers(&self, _: &SystemScope, users: &[UserId]) -> Result<Vec<(UserId, u64)>, StoreError> {
        if users.is_empty() {
            return Ok(Vec::new());
        }
        let places = places(1, users.len());
        let sql = format!("SELECT user_id, last_number FROM inboxes WHERE user_id IN ({places})");
        let values = users.iter().map(|user| user.uuid().into()).collect();
        let rows = self.database.select(Rows::All, "store.last_numbers", sql, values).await?;
        rows.iter().map(|row| Ok((UserId::from_uuid(uuid(WHAT, row, 0)?), number(row, 1)?))).collect()
    }
}

impl Store {
    /// Those of a user on one side of a number, from there on.
    async fn told(
        &self,
        scope: &UserScope,
        (side, order): (&str, &str),
        number: i64,
        limit: u32,
    ) -> Result<Vec<Notification>, StoreError> {
        let tenant = scope.tenant().tenant();
        let Some((shown, mut values)) = own(scope) else { return Ok(Vec::new()) };
        values.extend([number.into(), i64::from(limit).into()]);
        let (number, limit) = (values.len() - 1, values.len());
        let sql = format!(
            "SELECT n.id, n.number, n.kind, n.provider, n.about, n.created_at, i.read_number
             FROM notifications n JOIN inboxes i ON i.user_id = n.user_id
             WHERE {shown} AND n.number {side} ${number} ORDER BY n.number {order} LIMIT ${limit} + 0"
        );
        let rows = self.database.select(tenant, "store.notifications", sql, values).await?;
        let mut told: Vec<_> = rows.iter().map(read).collect::<Result<_, _>>()?;
        self.find_subjects(tenant, &mut told).await?;
        Ok(told.into_iter().map(|told| told.notification).collect())
    }
}

/// What is the user's and told on behalf of a provider that the portal shows; `None` where it shows none. The tenant is
/// `$1`, the user `$2`.
fn own(scope: &UserScope) -> Option<(String, Vec<Value>)> {
    let mut values: Vec<Value> = vec![scope.tenant().tenant().as_str().into(), scope.user().uuid().into()];
    let mut places = Vec::new();
    for provider in scope.portal().providers() {
        values.push(provider.as_str().into());
        places.push(format!("${}", values.len()));
    }
    let shown = format!("n.tenant = $1 AND i.tenant = $1 AND n.user_id = $2 AND n.provider IN ({})", places.join(", "));
    (!places.is_empty()).then_some((shown, values))
}

/// A row, and the id of what it is about.
struct Told {
    notification: Notification,
    about: Option<String>,
}

fn read(row: &QueryResult) -> Result<Told, StoreError> {
    let read = number(row, 6)?;
    let number = number(row, 1)?;
    Ok(Told {
        notification: Notification {
            id: NotificationId::from_uuid(uuid(WHAT, row, 0)?),
            number,
            kind: column(WHAT, row, 2)?,
            provider: parsed(WHAT, &column::<String>(WHAT, row, 3)?)?,
            about: None,
            created: time(WHAT, column(WHAT, row, 5)?)?,
            is_read: number <= read,
        },
        about: column(WHAT, row, 4)?,
    })
}

fn number(row: &QueryResult, index: usize) -> Result<u64, StoreError> {
    u64::try_from(column::<i64>(WHAT, row, index)?).map_err(|_| damaged(WHAT, "a number is negative"))
}

/// The user has seen everything up to one of theirs, or everything.
async fn saw(tx: Tx, tenant: &TenantId, user: UserId, up_to: Option<NotificationId>) -> Result<bool, Failure> {
    let mut values: Vec<Value> = vec![tenant.as_str().into(), user.uuid().into()];
    let until = match up_to {
        None => "last_number",
        Some(id) => {
            let sql = "SELECT number FROM notifications WHERE tenant = $1 AND user_id = $2 AND id = $3";
            let found = tx.row(sql, vec![tenant.as_str().into(), user.uuid().into(), id.uuid().into()]).await?;
            let Some(row) = found else { return Ok(false) };
            values.push(column::<i64>(WHAT, &row, 0)?.into());
            "$3"
        }
    };
    let sql = format!(
        "UPDATE inboxes SET read_number = {until} WHERE tenant = $1 AND user_id = $2 AND read_number < {until}"
    );
    tx.execute(&sql, values).await?;
    Ok(true)
}

/// Forgets what a user was told and what they want: nothing is left of them.
pub(crate) async fn forget(tx: &Tx, tenant: &TenantId, user: UserId) -> Result<(), Failure> {
    for table in ["notifications", "inboxes", "preferences"] {
        let sql = format!("DELETE FROM {table} WHERE tenant = $1 AND user_id = $2");
        tx.execute(&sql, vec![tenant.as_str().into(), user.uuid().into()]).await?;
    }
    Ok(())
}

//! Ending subscriptions. Of somebody without a portal account nothing is left with the last of them.
//!
//! Such an erasure spans the database and the key store, like that of a user: it is marked first, done here, and then the
//! key goes. What dies in between is found by its mark.

use jiff::Timestamp;
use komunala_app::ports::{StoreError, audit::Action, subscriptions::Ending};
use komunala_domain::{Interest, TenantId, ids::UserId};
use sea_orm::{Value, prelude::Uuid};

use super::WHAT;
use crate::{
    audit,
    columns::{column, uuid},
    database::{Database, Failure, Tx, of_tenant, places},
};

/// Ends subscriptions; answers how many.
pub(super) async fn end(
    database: &Database,
    tenant: &TenantId,
    which: &Ending,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let vault = database.vault();
    let (condition, values) = meant(database, tenant, which);
    let leaving = leaving(database, tenant, &condition, &values).await?;
    for stranger in &leaving {
        vault.begin_erasing(*stranger, now).await?;
    }
    let (condition, values) = (condition.as_str(), &values);
    let work = |tx| write(tx, tenant, which, (condition, values), now);
    let Ended { count, gone } = database.write(tenant, "store.end_subscriptions", work).await?;
    for stranger in leaving.iter().filter(|stranger| !gone.contains(*stranger)) {
        vault.keep_after_all(*stranger).await?;
    }
    for stranger in gone {
        vault.erase(stranger, now).await?;
    }
    Ok(count)
}

/// What ended, and which strangers have nothing left.
struct Ended {
    count: u64,
    gone: Vec<Uuid>,
}

async fn write(
    tx: Tx,
    tenant: &TenantId,
    which: &Ending,
    (condition, values): (&str, &[Value]),
    now: Timestamp,
) -> Result<Ended, Failure> {
    // held: nobody signs up at an address that is just about to go
    let sql = tx.locking(&format!(
        "SELECT b.id, b.user_id FROM subscribers b WHERE b.tenant = $1 AND b.id IN
           (SELECT s.subscriber_id FROM subscriptions s JOIN subscribers b ON b.id = s.subscriber_id
            WHERE s.tenant = $1 AND {condition}) ORDER BY b.id {{lock}}"
    ));
    let (mut users, mut strangers) = (Vec::new(), Vec::new());
    for row in tx.rows(&sql, values.to_vec()).await? {
        match column::<Option<Uuid>>(WHAT, &row, 1)? {
            Some(user) => users.push(UserId::from_uuid(user)),
            None => strangers.push(uuid(WHAT, &row, 0)?),
        }
    }
    let sql = format!(
        "DELETE FROM subscriptions WHERE tenant = $1 AND (id, subscriber_id) IN
           (SELECT s.id, s.subscriber_id FROM subscriptions s JOIN subscribers b ON b.id = s.subscriber_id
            WHERE s.tenant = $1 AND {condition})"
    );
    let count = tx.execute(&sql, values.to_vec()).await?;
    let mut gone = Vec::new();
    for stranger in strangers {
        let sql = "DELETE FROM subscribers WHERE tenant = $1 AND id = $2
                   AND NOT EXISTS (SELECT 1 FROM subscriptions WHERE tenant = $1 AND subscriber_id = $2)";
        if tx.execute(sql, vec![tenant.as_str().into(), stranger.into()]).await? == 1 {
            gone.push(stranger);
        }
    }
    users.sort_unstable();
    users.dedup();
    let events: Vec<_> = users
        .into_iter()
        .map(|user| match which {
            Ending::OfUser(..) => audit::by_user(user, Action::Unsubscribed, target(which)),
            _ => audit::about(user, Action::Unsubscribed, target(which)),
        })
        .collect();
    if !events.is_empty() {
        audit::tell(&tx, tenant, &events, now).await?;
    }
    Ok(Ended { count, gone })
}

fn target(which: &Ending) -> String {
    match which {
        Ending::OfUser(_, _, id) => id.to_string(),
        Ending::At(_, Interest { provider, point, .. }) => format!("{provider} {point}"),
        Ending::OfProvider(_, provider) => provider.to_string(),
    }
}

/// The condition on a subscription `s` of an address `b`, and its values; the tenant is the first.
fn meant(database: &Database, tenant: &TenantId, which: &Ending) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = vec![tenant.as_str().into()];
    let condition = match which {
        Ending::OfUser(user, provider, id) => {
            values.extend([user.uuid().into(), id.uuid().into(), provider.as_str().into()]);
            "b.user_id = $2 AND s.id = $3 AND s.provider = $4"
        }
        Ending::At(contact, interest) => {
            values.extend([
                contact.channel().word().into(),
                database.vault().lookup_contact(tenant, contact).into(),
                interest.provider.as_str().into(),
                interest.topic.word().into(),
                interest.point.as_str().into(),
            ]);
            "b.channel = $2 AND b.address_lookup = $3 AND s.provider = $4 AND s.topic = $5 AND s.point_number = $6"
        }
        Ending::OfProvider(subscriber, provider) => {
            values.extend([subscriber.uuid().into(), provider.as_str().into()]);
            "b.id = $2 AND s.provider = $3"
        }
    };
    (condition.to_owned(), values)
}

/// Strangers all of whose subscriptions are meant.
async fn leaving(
    database: &Database,
    tenant: &TenantId,
    condition: &str,
    values: &[Value],
) -> Result<Vec<Uuid>, StoreError> {
    let sql = format!(
        "SELECT b.id FROM subscribers b JOIN subscriptions s ON s.subscriber_id = b.id
         WHERE b.tenant = $1 AND s.tenant = $1 AND b.user_id IS NULL AND {condition}
         GROUP BY b.id HAVING COUNT(*) =
           (SELECT COUNT(*) FROM subscriptions o WHERE o.tenant = $1 AND o.subscriber_id = b.id)"
    );
    let rows = database.select(tenant, "store.leaving", sql, values.to_vec()).await?;
    rows.iter().map(|row| uuid(WHAT, row, 0)).collect()
}

/// Removes an address and all that it is subscribed to.
pub(super) async fn remove(tx: &Tx, tenant: &TenantId, subscriber: Uuid) -> Result<bool, Failure> {
    let values = || vec![tenant.as_str().into(), subscriber.into()];
    tx.execute("DELETE FROM subscriptions WHERE tenant = $1 AND subscriber_id = $2", values()).await?;
    Ok(tx.execute("DELETE FROM subscribers WHERE tenant = $1 AND id = $2", values()).await? == 1)
}

/// Leaves nothing of what a user was told of.
pub(crate) async fn forget(tx: &Tx, tenant: &TenantId, user: UserId) -> Result<(), Failure> {
    let values = || vec![tenant.as_str().into(), user.uuid().into()];
    let sql = "DELETE FROM subscriptions WHERE tenant = $1 AND subscriber_id IN
                 (SELECT id FROM subscribers WHERE tenant = $1 AND user_id = $2)";
    tx.execute(sql, values()).await?;
    tx.execute("DELETE FROM subscribers WHERE tenant = $1 AND user_id = $2", values()).await?;
    Ok(())
}

/// Whether a subject of a key is somebody without a portal account who is subscribed to something.
pub(crate) async fn is_stranger(database: &Database, tenant: &TenantId, subject: Uuid) -> Result<bool, StoreError> {
    let sql = "SELECT id FROM subscribers WHERE tenant = $1 AND id = $2 AND user_id IS NULL";
    let values = vec![tenant.as_str().into(), subject.into()];
    Ok(!database.select(tenant, "store.is_stranger", sql, values).await?.is_empty())
}

/// Removes those of these subjects who came back with an older database; answers how many there were.
pub(crate) async fn bury_strangers(
    database: &Database,
    tenant: &TenantId,
    subjects: &[Uuid],
) -> Result<u64, StoreError> {
    let places = places(2, subjects.len());
    let sql = format!("SELECT id FROM subscribers WHERE tenant = $1 AND id IN ({places})");
    let values = of_tenant(tenant, subjects.iter().copied());
    let mut buried = 0;
    for row in database.select(tenant, "store.strangers_came_back", sql, values).await? {
        let subscriber: Uuid = uuid(WHAT, &row, 0)?;
        let work = |tx: Tx| async move { remove(&tx, tenant, subscriber).await };
        buried += u64::from(database.write(tenant, "store.bury_stranger", work).await?);
    }
    Ok(buried)
}

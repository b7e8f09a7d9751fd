//! The addresses that notices go to, and what each is subscribed to.

use jiff::Timestamp;
use komunala_app::{
    ports::{
        audit::Action,
        subscriptions::{NewSubscription, SignUp},
    },
    scope::UserScope,
};
use komunala_domain::{
    Channel, Contact, EmailAddress, Interest, Language, Subscription, TenantId,
    ids::{SubscriberId, SubscriptionId, UserId},
    subscription::SignUpWay,
};
use sea_orm::{Value, prelude::Uuid};

use super::{SUBSCRIBERS, WHAT};
use crate::{
    audit,
    columns::{Word, column, damaged, micros, time, uuid},
    database::{Failure, Tx},
    sealed,
    vault::OpenKey,
};

/// Subscribes a signed-in user at each of the addresses.
pub(super) async fn subscribe(tx: Tx, scope: &UserScope, new: &NewSubscription) -> Result<Subscription, Failure> {
    let (tenant, user) = (scope.tenant().tenant(), scope.user());
    let key = tx.vault().key(user.uuid()).await?.ok_or_else(|| damaged("user", "a signed-in user has a key"))?;
    // two calls of one user wait for one another, so that they agree on the id
    let sql = tx.locking("SELECT language FROM users WHERE tenant = $1 AND id = $2 {lock}");
    let row = tx.row(&sql, vec![tenant.as_str().into(), user.uuid().into()]).await?;
    let language = row.map(|row| column::<String>(WHAT, &row, 0)).transpose()?.unwrap_or_default();
    let id = known(&tx, tenant, user, &new.interest).await?.unwrap_or_else(SubscriptionId::new);
    let (mut since, mut is_news) = (new.now, false);
    for contact in &new.contacts {
        let place = Place { tenant, user: Some(user), contact, language: &language, now: new.now };
        let subscriber = find_or_make(&tx, &place, SubscriberId::new(), &key).await?;
        let added = add(&tx, tenant, (id, subscriber), &new.interest, SignUpWay::Portal, new.now).await?;
        is_news |= added.is_new;
        since = since.min(added.since);
    }
    if is_news {
        let target = format!("{} {}", new.interest.provider, new.interest.point);
        audit::tell(&tx, tenant, &[audit::by_user(user, Action::Subscribed, target)], new.now).await?;
    }
    let channels = channels(&tx, tenant, id).await?;
    Ok(Subscription { id, interest: new.interest.clone(), channels, since })
}

/// The subscription that a user has already.
async fn known(
    tx: &Tx,
    tenant: &TenantId,
    user: UserId,
    interest: &Interest,
) -> Result<Option<SubscriptionId>, Failure> {
    let sql = "SELECT s.id FROM subscriptions s JOIN subscribers b ON b.id = s.subscriber_id
               WHERE s.tenant = $1 AND b.tenant = $1 AND b.user_id = $2 AND s.provider = $3 AND s.topic = $4
                 AND s.point_number = $5 LIMIT 1";
    let values = vec![
        tenant.as_str().into(),
        user.uuid().into(),
        interest.provider.as_str().into(),
        interest.topic.word().into(),
        interest.point.as_str().into(),
    ];
    let row = tx.row(sql, values).await?;
    Ok(row.map(|row| uuid(WHAT, &row, 0)).transpose()?.map(SubscriptionId::from_uuid))
}

async fn channels(tx: &Tx, tenant: &TenantId, id: SubscriptionId) -> Result<Vec<Channel>, Failure> {
    let sql = "SELECT b.channel FROM subscriptions s JOIN subscribers b ON b.id = s.subscriber_id
               WHERE s.tenant = $1 AND b.tenant = $1 AND s.id = $2";
    let rows = tx.rows(sql, vec![tenant.as_str().into(), id.uuid().into()]).await?;
    let mut channels = Vec::with_capacity(rows.len());
    for row in &rows {
        channels.push(Channel::of(&column::<String>(WHAT, row, 0)?)?);
    }
    channels.sort_unstable();
    channels.dedup();
    Ok(channels)
}

/// Where somebody is to be told.
pub(super) struct Place<'a> {
    pub(super) tenant: &'a TenantId,
    /// Whose address it is; `None` for somebody without a portal account.
    pub(super) user: Option<UserId>,
    pub(super) contact: &'a Contact,
    /// What they are written in.
    pub(super) language: &'a str,
    pub(super) now: Timestamp,
}

impl<'a> Place<'a> {
    pub(super) fn of_stranger(tenant: &'a TenantId, who: &'a SignUp) -> Self {
        Self { tenant, user: None, contact: &who.contact, language: Language::tag(who.language), now: who.now }
    }
}

/// The row of an address, which is held until the end of the transaction; it is made under `id`, and sealed by `key`,
/// where there is none.
pub(super) async fn find_or_make(
    tx: &Tx,
    place: &Place<'_>,
    id: SubscriberId,
    key: &OpenKey,
) -> Result<SubscriberId, Failure> {
    if let Some(found) = held(tx, place).await? {
        return Ok(found);
    }
    let made = tx
        .execute(
            "INSERT INTO subscribers (id, tenant, user_id, channel, address_lookup, language, sealed, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
            vec![
                id.uuid().into(),
                place.tenant.as_str().into(),
                place.user.map(UserId::uuid).into(),
                place.contact.channel().word().into(),
                tx.vault().lookup_contact(place.tenant, place.contact).into(),
                place.language.into(),
                sealed::seal(key, SUBSCRIBERS, id.uuid(), &place.contact.as_str())?.into(),
                micros(place.now).into(),
            ],
        )
        .await?;
    // somebody else made it just now: the next attempt finds it
    if made == 1 { Ok(id) } else { Err(Failure::Conflict) }
}

/// The row of an address, held until the end of the transaction.
pub(super) async fn held(tx: &Tx, place: &Place<'_>) -> Result<Option<SubscriberId>, Failure> {
    let mut values = vec![
        place.tenant.as_str().into(),
        place.contact.channel().word().into(),
        tx.vault().lookup_contact(place.tenant, place.contact).into(),
    ];
    let whose = match place.user {
        Some(user) => {
            values.push(user.uuid().into());
            "user_id = $4"
        }
        None => "user_id IS NULL",
    };
    let sql = tx.locking(&format!(
        "SELECT id FROM subscribers WHERE tenant = $1 AND channel = $2 AND address_lookup = $3 AND {whose} {{lock}}"
    ));
    let row = tx.row(&sql, values).await?;
    Ok(row.map(|row| uuid(WHAT, &row, 0)).transpose()?.map(SubscriberId::from_uuid))
}

/// What an address is subscribed to, and whether that is new.
pub(super) struct Added {
    pub(super) id: SubscriptionId,
    pub(super) since: Timestamp,
    pub(super) is_new: bool,
}

/// Subscribes an address under `id`, unless it is subscribed already.
pub(super) async fn add(
    tx: &Tx,
    tenant: &TenantId,
    (id, subscriber): (SubscriptionId, SubscriberId),
    interest: &Interest,
    way: SignUpWay,
    now: Timestamp,
) -> Result<Added, Failure> {
    let sql = "INSERT INTO subscriptions (id, subscriber_id, tenant, provider, topic, point_number, way, since)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
    let of = [interest.provider.as_str(), interest.topic.word(), interest.point.as_str()];
    let mut values: Vec<Value> = vec![id.uuid().into(), subscriber.uuid().into(), tenant.as_str().into()];
    values.extend(of.map(Value::from));
    values.extend([way.word().into(), micros(now).into()]);
    if tx.execute(sql, values).await? == 1 {
        return Ok(Added { id, since: now, is_new: true });
    }
    let sql = "SELECT id, since FROM subscriptions
               WHERE tenant = $1 AND subscriber_id = $2 AND provider = $3 AND topic = $4 AND point_number = $5";
    let mut values: Vec<Value> = vec![tenant.as_str().into(), subscriber.uuid().into()];
    values.extend(of.map(Value::from));
    let row = tx.row(sql, values).await?.ok_or_else(|| damaged(WHAT, "a subscription vanished while it was held"))?;
    let id = SubscriptionId::from_uuid(uuid(WHAT, &row, 0)?);
    Ok(Added { id, since: time(WHAT, column(WHAT, &row, 1)?)?, is_new: false })
}

/// Lets notices follow a user to another address.
pub(crate) async fn move_to(
    tx: &Tx,
    tenant: &TenantId,
    user: UserId,
    email: &EmailAddress,
    key: &OpenKey,
) -> Result<(), Failure> {
    let sql = "SELECT id FROM subscribers WHERE tenant = $1 AND user_id = $2 AND channel = 'email'";
    for row in tx.rows(sql, vec![tenant.as_str().into(), user.uuid().into()]).await? {
        let id: Uuid = uuid(WHAT, &row, 0)?;
        let sql = "UPDATE subscribers SET address_lookup = $3, sealed = $4 WHERE tenant = $1 AND id = $2";
        let values = vec![
            tenant.as_str().into(),
            id.into(),
            tx.vault().lookup(tenant, email).into(),
            sealed::seal(key, SUBSCRIBERS, id, &email.as_str())?.into(),
        ];
        tx.execute(sql, values).await?;
    }
    Ok(())
}

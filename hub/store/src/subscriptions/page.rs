//! Reading subscriptions back.

use komunala_app::{ports::StoreError, scope::UserScope, sealing::SealingKey};
use komunala_domain::{Channel, Interest, Subscription, ids::SubscriptionId};
use sea_orm::prelude::Uuid;

use super::{SUBSCRIBERS, WHAT};
use crate::{
    columns::{Word, column, damaged, parsed, time, uuid},
    database::Database,
    sealed,
};

/// A page of a user's subscriptions, by id. A subscription has a row for each channel, two at most of one kind.
pub(super) async fn of_user(
    database: &Database,
    scope: &UserScope,
    after: Option<SubscriptionId>,
    limit: u32,
) -> Result<Vec<Subscription>, StoreError> {
    let sql = "SELECT s.id, s.topic, s.provider, s.point_number, b.channel, s.since
               FROM subscriptions s JOIN subscribers b ON b.id = s.subscriber_id
               WHERE s.tenant = $1 AND b.tenant = $1 AND b.user_id = $2 AND s.id IN
                 (SELECT DISTINCT s.id FROM subscriptions s JOIN subscribers b ON b.id = s.subscriber_id
                  WHERE s.tenant = $1 AND b.tenant = $1 AND b.user_id = $2 AND s.id > $3 ORDER BY s.id LIMIT $4 + 0)
               ORDER BY s.id, b.channel";
    let tenant = scope.tenant().tenant();
    let values = vec![
        tenant.as_str().into(),
        scope.user().uuid().into(),
        after.map_or(Uuid::nil(), SubscriptionId::uuid).into(),
        i64::from(limit).into(),
    ];
    let mut subscriptions: Vec<Subscription> = Vec::new();
    for row in database.select(tenant, "store.subscriptions", sql, values).await? {
        let id = SubscriptionId::from_uuid(uuid(WHAT, &row, 0)?);
        let channel = Channel::of(&column::<String>(WHAT, &row, 4)?)?;
        let since = time(WHAT, column(WHAT, &row, 5)?)?;
        match subscriptions.last_mut().filter(|last| last.id == id) {
            Some(last) => {
                if last.channels.last() != Some(&channel) {
                    last.channels.push(channel);
                }
                last.since = last.since.min(since);
            }
            None => {
                let text = |index| column::<String>(WHAT, &row, index);
                let interest = Interest {
                    topic: parsed(WHAT, &text(1)?)?,
                    provider: parsed(WHAT, &text(2)?)?,
                    point: text(3)?.parse().map_err(|error| damaged(WHAT, error))?,
                };
                subscriptions.push(Subscription { id, interest, channels: vec![channel], since });
            }
        }
    }
    Ok(subscriptions)
}

/// Opens the address that notices go to.
pub(crate) fn sealed_address(key: &SealingKey, subscriber: Uuid, sealed: &str) -> Result<String, StoreError> {
    sealed::open(key, SUBSCRIBERS, subscriber, sealed)
}

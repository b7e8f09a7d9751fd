//! What users want to be told: one value, sealed under the user's key.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use komunala_app::{
    ports::{
        StoreError,
        audit::Action,
        notifications::{WishChange, Wishes},
        outbox::NewMessage,
    },
    scope::UserScope,
    sealing::SealingKey,
};
use komunala_domain::{
    Channel, TenantId,
    preferences::{NewsTopic, Preferences, QuietHours},
};
use sea_orm::prelude::Uuid;
use serde::{Deserialize, Serialize};

use crate::{
    audit,
    columns::{column, damaged, parsed, uuid},
    database::{Failure, Tx, of_tenant, places},
    sealed,
    vault::OpenKey,
};

const TABLE: &str = "preferences";

/// The column `sealed`.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Kept {
    topics: BTreeMap<String, BTreeSet<String>>,
    /// Start, end and zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    quiet_hours: Option<(String, String, String)>,
}

impl Kept {
    fn of(preferences: &Preferences) -> Self {
        let words = |channels: &BTreeSet<Channel>| channels.iter().map(|channel| channel.word().to_owned()).collect();
        let topics = preferences.topics.iter().map(|(topic, channels)| (topic.word().to_owned(), words(channels)));
        let quiet = preferences.quiet_hours.as_ref();
        Self {
            topics: topics.collect(),
            quiet_hours: quiet.map(|quiet| (quiet.start(), quiet.end(), quiet.zone().to_owned())),
        }
    }

    /// Opens what is kept of a user.
    pub(crate) fn open(key: &SealingKey, user: Uuid, sealed: &str) -> Result<Self, StoreError> {
        sealed::open(key, TABLE, user, sealed)
    }

    fn preferences(&self) -> Result<Preferences, StoreError> {
        let mut topics = BTreeMap::new();
        for (topic, channels) in &self.topics {
            let channels: Result<_, StoreError> = channels.iter().map(|channel| parsed(TABLE, channel)).collect();
            topics.insert(parsed::<NewsTopic>(TABLE, topic)?, channels?);
        }
        let quiet = self.quiet_hours.as_ref().map(|(start, end, zone)| QuietHours::parse(start, end, zone));
        let quiet_hours = quiet.transpose().map_err(|error| damaged(TABLE, error))?;
        Ok(Preferences { topics, quiet_hours })
    }
}

/// When each message may leave on its channel, as its addressee wants it: `None` for never. The one place that decides it.
pub(crate) async fn due(
    tx: &Tx,
    tenant: &TenantId,
    messages: &[(Uuid, &OpenKey, &NewMessage)],
    now: Timestamp,
) -> Result<Vec<Option<Timestamp>>, Failure> {
    // on a channel that its news do not come on it can only be an answer, which somebody waits for
    let topic = |message: &NewMessage| {
        let channel = message.recipient.channel();
        message.content.topic().filter(|topic| topic.channels().contains(&channel))
    };
    let mut choosing = messages.to_vec();
    choosing.retain(|(_, _, message)| topic(message).is_some());
    let keys: HashMap<Uuid, &SealingKey> = choosing.iter().map(|(owner, key, _)| (*owner, &***key)).collect();
    let wanted = of(tx, tenant, &keys).await?;
    let due = messages.iter().map(|(owner, _, message)| match topic(message) {
        None => Some(now),
        Some(topic) => wanted.get(owner).cloned().unwrap_or_default().due(topic, message.recipient.channel(), now),
    });
    Ok(due.collect())
}

/// What users want who said so, opened by their keys.
async fn of(
    tx: &Tx,
    tenant: &TenantId,
    keys: &HashMap<Uuid, &SealingKey>,
) -> Result<HashMap<Uuid, Preferences>, Failure> {
    let mut wanted = HashMap::new();
    if keys.is_empty() {
        return Ok(wanted);
    }
    let sql =
        format!("SELECT user_id, sealed FROM preferences WHERE tenant = $1 AND user_id IN ({})", places(2, keys.len()));
    for row in tx.rows(&sql, of_tenant(tenant, keys.keys().copied())).await? {
        let user = uuid(TABLE, &row, 0)?;
        let Some(key) = keys.get(&user) else { continue };
        wanted.insert(user, Kept::open(key, user, &column::<String>(TABLE, &row, 1)?)?.preferences()?);
    }
    Ok(wanted)
}

/// Changes what a user wants, and tells what it is then; an empty change tells what it is.
pub(crate) async fn wish(
    tx: Tx,
    scope: &UserScope,
    change: &WishChange,
    now: Timestamp,
) -> Result<Option<Wishes>, Failure> {
    let (tenant, user) = (scope.tenant().tenant(), scope.user().uuid());
    let own = || vec![tenant.as_str().into(), user.into()];
    // held until the end: two changes of different wishes both count
    let held = tx.locking("SELECT language FROM users WHERE tenant = $1 AND id = $2 AND erased_at IS NULL {lock}");
    let Some(row) = tx.row(&held, own()).await? else { return Ok(None) };
    let Some(key) = tx.vault().key(user).await? else { return Ok(None) };
    let mut wishes = Wishes {
        language: parsed("user", &column::<String>("user", &row, 0)?)?,
        preferences: of(&tx, tenant, &HashMap::from([(user, &*key)])).await?.remove(&user).unwrap_or_default(),
    };
    if *change == WishChange::default() {
        return Ok(Some(wishes));
    }
    if let Some(language) = change.language {
        let sql = "UPDATE users SET language = $3 WHERE tenant = $1 AND id = $2";
        tx.execute(sql, vec![tenant.as_str().into(), user.into(), language.tag().into()]).await?;
        wishes.language = language;
    }
    wishes.preferences.topics.extend(change.topics.clone().into_iter().flatten());
    if let Some(quiet_hours) = &change.quiet_hours {
        wishes.preferences.quiet_hours.clone_from(quiet_hours);
    }
    let sealed = sealed::seal(&key, TABLE, user, &Kept::of(&wishes.preferences))?;
    let sql = "INSERT INTO preferences (user_id, tenant, sealed) VALUES ($2, $1, $3)
               ON CONFLICT (user_id) DO UPDATE SET sealed = excluded.sealed";
    tx.execute(sql, vec![tenant.as_str().into(), user.into(), sealed.into()]).await?;
    let changed = audit::by_user(scope.user(), Action::ProfileChanged, fields(change));
    audit::tell(&tx, tenant, &[changed], now).await?;
    Ok(Some(wishes))
}

/// What is changed, by the names that the API has for it.
fn fields(change: &WishChange) -> String {
    let fields = [
        ("language_code", change.language.is_some()),
        ("topics", change.topics.is_some()),
        ("quiet_hours", change.quiet_hours.is_some()),
    ];
    let changed: Vec<_> = fields.into_iter().filter(|(_, changed)| *changed).map(|(field, _)| field).collect();
    changed.join(" ")
}

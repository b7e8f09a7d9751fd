//! How portals get in: by a key, or by a client certificate.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use jiff::Timestamp;
use komunala_domain::{PortalId, Sha256, TenantId, ids::PortalKeyId};

use super::Portal;
use crate::{credentials::PortalKeyDigest, ports::portal_keys::IssuedKey, scope::PortalScope};

/// A portal, for whoever proves to be it.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    pub(crate) scope: PortalScope,
    origins: BTreeSet<String>,
}

impl Door {
    /// Whether pages of this origin may call.
    pub(crate) fn admits(&self, origin: &str) -> bool {
        self.origins.contains(origin)
    }
}

/// A key and what it opens.
#[derive(Debug, Clone)]
struct Key {
    door: Arc<Door>,
    /// From when on it opens nothing.
    not_after: Option<Timestamp>,
    /// The minute of its last use, for keys that are counted.
    used: Option<Arc<AtomicI64>>,
}

/// What opens which door. It is all in memory: whatever key somebody shows, no store is asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Doors {
    doors: HashMap<(TenantId, PortalId), Arc<Door>>,
    keys: HashMap<PortalKeyDigest, Key>,
    certificates: HashMap<Sha256, Arc<Door>>,
}

impl Doors {
    /// Adds a portal with what its settings name; `false` if another portal has one of its keys or certificates.
    pub(super) fn add(&mut self, portal: &Portal) -> bool {
        let scope = PortalScope::new(portal.tenant.clone(), portal.id.clone(), portal.providers.clone())
            .ruled_by(portal.callers, portal.households_only);
        let door = Arc::new(Door { scope, origins: portal.origins.iter().cloned().collect() });
        let mut is_alone = true;
        for digest in &portal.keys {
            let key = Key { door: door.clone(), not_after: None, used: None };
            is_alone &= self.keys.insert(*digest, key).is_none();
        }
        for certificate in &portal.certificates {
            is_alone &= self.certificates.insert(*certificate, door.clone()).is_none();
        }
        self.doors.insert((portal.tenant.clone(), portal.id.clone()), door);
        is_alone
    }

    /// Adds a key that an operator made. One of a portal that is gone, or that was revoked, opens nothing.
    pub(super) fn add_key(&mut self, key: &IssuedKey, used: Arc<AtomicI64>) {
        if key.revoked_at.is_some() {
            return;
        }
        if let Some(door) = self.doors.get(&(key.tenant.clone(), key.portal.clone())) {
            let key_of = Key { door: door.clone(), not_after: key.not_after, used: Some(used) };
            self.keys.entry(key.digest).or_insert(key_of);
        }
    }

    /// What a key opens at `now`.
    pub(crate) fn by_key(&self, digest: PortalKeyDigest, now: Timestamp) -> Option<&Arc<Door>> {
        let key = self.keys.get(&digest).filter(|key| key.not_after.is_none_or(|end| now < end))?;
        if let Some(used) = &key.used {
            let minute = now.as_second() / 60;
            // a store for every call would make all cores wait for one line of memory
            if used.load(Ordering::Relaxed) != minute {
                used.store(minute, Ordering::Relaxed);
            }
        }
        Some(&key.door)
    }

    /// What a certificate opens, known by its public key.
    pub(crate) fn by_certificate(&self, key: Sha256) -> Option<&Arc<Door>> {
        self.certificates.get(&key)
    }
}

/// When keys were used last, in minutes, until somebody writes it down. Cheap to clone: clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeyUses(Arc<std::sync::Mutex<HashMap<PortalKeyId, KeyUse>>>);

/// In which minute a key was used last, and in which one by what was written down.
#[derive(Debug)]
struct KeyUse {
    used: Arc<AtomicI64>,
    told: i64,
}

impl KeyUses {
    /// Where the uses of a key are noted.
    pub(crate) fn of(&self, key: &IssuedKey) -> Arc<AtomicI64> {
        let known = key.last_used_at.map_or(0, |at| at.as_second() / 60);
        let mut uses = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let fresh = || KeyUse { used: Arc::new(AtomicI64::new(known)), told: known };
        uses.entry(key.id).or_insert_with(fresh).used.clone()
    }

    /// The uses that were not taken yet, of the keys that are still in use somewhere; others are forgotten.
    pub(crate) fn take(&self) -> Vec<(PortalKeyId, Timestamp)> {
        let mut uses = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut taken = Vec::new();
        uses.retain(|id, of_key| {
            let minute = of_key.used.load(Ordering::Relaxed);
            if minute > of_key.told {
                of_key.told = minute;
                taken.extend(Timestamp::from_second(minute * 60).ok().map(|at| (*id, at)));
            }
            Arc::strong_count(&of_key.used) > 1
        });
        taken
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::directory::Directory;

    const MINUTE: SignedDuration = SignedDuration::from_mins(1);

    fn key(portal: &str, secret: &str, end: Option<Timestamp>) -> IssuedKey {
        IssuedKey {
            id: PortalKeyId::new(),
            tenant: "region".parse().unwrap(),
            portal: portal.parse().unwrap(),
            digest: PortalKeyDigest::of(secret),
            created_at: Timestamp::UNIX_EPOCH,
            created_by: "olga".to_owned(),
            not_after: end,
            revoked_at: None,
            revoked_by: None,
            last_used_at: None,
        }
    }

    fn directory<'a>(keys: impl IntoIterator<Item = &'a IssuedKey>, uses: &KeyUses) -> Directory {
        let web = Portal {
            id: "web".parse().unwrap(),
            tenant: "region".parse().unwrap(),
            keys: vec![PortalKeyDigest::of("of the settings")],
            certificates: vec![Sha256([7; 32])],
            providers: Vec::new(),
            origins: vec!["https://web.example".to_owned()],
            pages: Default::default(),
            callers: Default::default(),
            households_only: false,
        };
        Directory::new([], [web]).unwrap().with_keys(keys, uses)
    }

    #[test]
    fn a_key_opens_its_portal_until_it_ends_and_what_is_revoked_or_of_no_portal_opens_nothing() {
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        let revoked = IssuedKey { revoked_at: Some(now), ..key("web", "revoked", None) };
        let keys = [key("web", "short", Some(now)), key("gone", "gone", None), revoked];
        let directory = directory(&keys, &KeyUses::default());
        let opens = |secret: &str, at| directory.doors().by_key(PortalKeyDigest::of(secret), at).is_some();
        assert!(opens("of the settings", now) && opens("short", now - MINUTE));
        assert!(!opens("short", now) && !opens("gone", now) && !opens("revoked", now) && !opens("", now));
        let door = directory.doors().by_certificate(Sha256([7; 32])).unwrap();
        assert!(door.admits("https://web.example") && !door.admits("https://web.example.evil.example"));
        assert!(directory.doors().by_certificate(Sha256([8; 32])).is_none());
    }

    #[test]
    fn a_use_is_told_once_a_minute_and_outlives_a_change_of_settings() {
        let now = Timestamp::from_second(1_700_000_000 / 60 * 60).unwrap();
        let (uses, used) = (KeyUses::default(), key("web", "used", None));
        let before = directory([&used], &uses);
        let open = |directory: &Directory, at| directory.doors().by_key(used.digest, at).is_some();
        assert!(open(&before, now) && open(&before, now + SignedDuration::from_secs(59)));
        let after = directory([&used], &uses);
        assert_eq!(uses.take(), [(used.id, now)]);
        assert_eq!(uses.take(), []);
        assert!(open(&after, now + MINUTE));
        assert_eq!(uses.take(), [(used.id, now + MINUTE)]);
        // another replica told of a later one
        drop((before, after));
        uses.take();
        let known = IssuedKey { last_used_at: Some(now + 9 * MINUTE), ..used.clone() };
        let later = directory([&known], &uses);
        assert!(open(&later, now + 2 * MINUTE));
        assert_eq!(uses.take(), []);
    }
}

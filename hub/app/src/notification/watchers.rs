//! Who watches, on this replica: how many, and up to which number each may look.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use komunala_domain::{PortalId, TenantId, ids::UserId};
use tokio::sync::watch;

use crate::{failure::Failure, scope::UserScope};

/// The most watches of one user: tabs of a browser and phones.
const MOST_OF_A_USER: usize = 8;
/// The most watches of one portal. Each costs a task and a stream, some 10 KiB.
const MOST_OF_A_PORTAL: usize = 2_000;
/// The most watches of this replica.
const MOST: usize = 4_000;

/// The watches of this replica. Clones are the same.
#[derive(Clone, Default)]
pub(crate) struct Watchers(Arc<Mutex<Watched>>);

#[derive(Default)]
struct Watched {
    users: HashMap<UserId, OfUser>,
    portals: HashMap<(TenantId, PortalId), usize>,
    all: usize,
    is_over: bool,
}

struct OfUser {
    watches: usize,
    last: watch::Sender<u64>,
}

impl Watchers {
    fn held(&self) -> MutexGuard<'_, Watched> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A seat for another watch of a user, who has been told up to `last`.
    pub(super) fn sit_down(&self, scope: &UserScope, last: u64) -> Result<Seat, Failure> {
        let mut held = self.held();
        let portal = (scope.tenant().tenant().clone(), scope.portal().portal().clone());
        let of_portal = held.portals.get(&portal).copied().unwrap_or_default();
        let of_user = held.users.get(&scope.user()).map_or(0, |of| of.watches);
        if held.is_over || held.all >= MOST || of_portal >= MOST_OF_A_PORTAL || of_user >= MOST_OF_A_USER {
            return Err(Failure::Overloaded);
        }
        held.all += 1;
        *held.portals.entry(portal.clone()).or_default() += 1;
        let of =
            held.users.entry(scope.user()).or_insert_with(|| OfUser { watches: 0, last: watch::Sender::new(last) });
        of.watches += 1;
        let news = of.last.subscribe();
        drop(held);
        Ok(Seat { watchers: self.clone(), user: scope.user(), portal, news })
    }

    /// Whom somebody watches for.
    pub(super) fn users(&self) -> Vec<UserId> {
        self.held().users.keys().copied().collect()
    }

    /// A user was told up to `last`.
    pub(super) fn tell(&self, user: UserId, last: u64) {
        if let Some(of) = self.held().users.get(&user) {
            of.last.send_if_modified(|known| {
                let is_news = *known < last;
                *known = last.max(*known);
                is_news
            });
        }
    }

    /// Ends all watches, and lets none begin.
    pub(super) fn end(&self) {
        let mut held = self.held();
        held.is_over = true;
        // whoever watches finds that nobody tells any more
        held.users.clear();
    }
}

/// The seat of one watch; free again when it is dropped.
pub(super) struct Seat {
    watchers: Watchers,
    user: UserId,
    portal: (TenantId, PortalId),
    /// The number up to which there is news; closed when the hub ends.
    pub(super) news: watch::Receiver<u64>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut held = self.watchers.held();
        held.all = held.all.saturating_sub(1);
        if let Some(left) = held.portals.get_mut(&self.portal) {
            *left = left.saturating_sub(1);
            if *left == 0 {
                held.portals.remove(&self.portal);
            }
        }
        if let Some(of) = held.users.get_mut(&self.user) {
            of.watches -= 1;
            if of.watches == 0 {
                held.users.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scope::PortalScope;

    fn scope() -> UserScope {
        let portal = PortalScope::new("region".parse().unwrap(), "web".parse().unwrap(), Vec::new());
        UserScope::new(portal, UserId::new(), komunala_domain::ids::SessionId::new())
    }

    #[test]
    fn a_user_has_so_many_seats_and_whoever_leaves_makes_room() {
        let (watchers, ana) = (Watchers::default(), scope());
        let mut seats: Vec<_> = (0..MOST_OF_A_USER).map(|_| watchers.sit_down(&ana, 0).unwrap()).collect();
        assert!(matches!(watchers.sit_down(&ana, 0), Err(Failure::Overloaded)));
        let _other = watchers.sit_down(&scope(), 0).unwrap();
        seats.pop();
        seats.push(watchers.sit_down(&ana, 0).unwrap());
        assert_eq!(watchers.users().len(), 2);
        drop(seats);
        assert_eq!(watchers.users().len(), 1);
        assert_eq!(watchers.held().all, 1);
    }

    #[tokio::test]
    async fn news_reach_every_watch_of_a_user_and_the_end_too() {
        let (watchers, ana) = (Watchers::default(), scope());
        let mut seats = [watchers.sit_down(&ana, 3).unwrap(), watchers.sit_down(&ana, 3).unwrap()];
        watchers.tell(ana.user(), 4);
        // an older number is no news
        watchers.tell(ana.user(), 2);
        for seat in &mut seats {
            seat.news.changed().await.unwrap();
            assert_eq!(*seat.news.borrow_and_update(), 4);
        }
        watchers.end();
        for seat in &mut seats {
            assert!(seat.news.changed().await.is_err());
        }
        assert!(matches!(watchers.sit_down(&ana, 4), Err(Failure::Overloaded)));
    }
}

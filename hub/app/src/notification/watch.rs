//! WatchNotifications: what a user is told, while they look.
//!
//! Each replica asks the database twice a second for the last numbers of those who watch there, whoever caused the news;
//! a watch whose number moved reads what is new. A lost answer costs a round, and nothing is told twice: a watch goes
//! on behind the number that it told last.

use std::time::Duration;

use komunala_domain::ids::UserId;
use tokio::{sync::mpsc, time::Instant};

use super::watchers::Seat;
use crate::{
    Hub,
    failure::Failure,
    ports::{StoreError, notifications::Notification},
    scope::{SystemScope, UserScope},
};

/// How long a watch says nothing before it says that it is still there: proxies cut what is silent for a minute.
const SIGN_OF_LIFE: Duration = Duration::from_secs(20);
/// The most notifications that are read at a time.
const AT_ONCE: u32 = 50;
/// The most users whose numbers are asked for at a time.
const USERS_AT_ONCE: usize = 500;
/// The pieces that wait for a slow reader.
const WAITING: usize = 4;

/// What somebody who watches gets.
#[derive(Debug)]
pub struct Watching {
    /// What is new; `None` for a sign of life.
    pub notification: Option<Notification>,
    /// Goes on from here.
    pub token: String,
}

/// The pieces of a watch; it is over when the hub ends, and with an error when the access token does.
pub type WatchedPieces = mpsc::Receiver<Result<Watching, Failure>>;

impl Hub {
    /// What the user is told from now on, or behind the place that a token of an earlier watch or list names.
    pub async fn watch_notifications(&self, scope: &UserScope, token: &str) -> Result<WatchedPieces, Failure> {
        let begin = self.watched_until(scope, token)?;
        let last = self.notifications.last_told(scope).await?;
        let seat = self.watchers.sit_down(scope, last)?;
        let (sender, pieces) = mpsc::channel(WAITING);
        let (hub, scope) = (self.clone(), scope.clone());
        tokio::spawn(async move {
            let mut watch = Watch { hub, scope, seat, sender, told: begin.unwrap_or(last) };
            if let Err(failure) = watch.go_on().await {
                // whoever left needs no answer
                let _ = watch.sender.send(Err(failure)).await;
            }
        });
        Ok(pieces)
    }

    /// Tells whoever watches here of what is new. For a worker.
    pub async fn tell_watchers(&self, scope: &SystemScope) -> Result<(), StoreError> {
        let users: Vec<UserId> = self.watchers.users();
        for users in users.chunks(USERS_AT_ONCE) {
            for (user, last) in self.notifications.last_numbers(scope, users).await? {
                self.watchers.tell(user, last);
            }
        }
        Ok(())
    }

    /// Ends all watches, so that nobody waits for them when the hub stops.
    pub fn end_watches(&self) {
        self.watchers.end();
    }
}

struct Watch {
    hub: Hub,
    scope: UserScope,
    seat: Seat,
    sender: mpsc::Sender<Result<Watching, Failure>>,
    /// The number of the last one that was told.
    told: u64,
}

impl Watch {
    /// Until the hub ends or the reader leaves; an error says why it is over otherwise.
    async fn go_on(&mut self) -> Result<(), Failure> {
        // at once, so that the reader knows from where to go on
        if !self.say(None).await {
            return Ok(());
        }
        loop {
            if self.is_over() {
                return Err(Failure::AccessTokenExpired);
            }
            let last = *self.seat.news.borrow_and_update();
            if self.told < last {
                if !self.catch_up(last).await? {
                    return Ok(());
                }
                continue;
            }
            let sign = Instant::now() + self.patience();
            tokio::select! {
                changed = self.seat.news.changed() => if changed.is_err() { return Ok(()) },
                () = tokio::time::sleep_until(sign) => if !self.is_over() && !self.say(None).await { return Ok(()) },
                () = self.sender.closed() => return Ok(()),
            }
        }
    }

    /// Tells what is new up to a number; `false` where nobody reads any more.
    async fn catch_up(&mut self, last: u64) -> Result<bool, Failure> {
        let news = self.hub.notifications.told_after(&self.scope, self.told, AT_ONCE).await?;
        // of what other portals' providers said nothing is told here
        let is_all = news.len() < AT_ONCE as usize;
        for notification in news {
            self.told = notification.number;
            if !self.say(Some(notification)).await {
                return Ok(false);
            }
        }
        if is_all {
            self.told = self.told.max(last);
        }
        Ok(true)
    }

    async fn say(&self, notification: Option<Notification>) -> bool {
        let token = self.hub.watch_token(&self.scope, self.told);
        self.sender.send(Ok(Watching { notification, token })).await.is_ok()
    }

    fn is_over(&self) -> bool {
        self.scope.expires().is_some_and(|end| end <= self.hub.clock.now())
    }

    /// Until the next sign of life, or the end of the access token if that is sooner.
    fn patience(&self) -> Duration {
        let left = self.scope.expires().map(|end| end.duration_since(self.hub.clock.now()));
        let left = left.map_or(SIGN_OF_LIFE, |left| Duration::try_from(left).unwrap_or_default());
        SIGN_OF_LIFE.min(left.max(Duration::from_millis(50)))
    }
}

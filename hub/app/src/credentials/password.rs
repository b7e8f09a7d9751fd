//! Passwords: Argon2id, on at most half the cores, behind a bounded queue.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use komunala_domain::NewPassword;
use tokio::{sync::Semaphore, time::Instant};

use crate::{failure::Failure, ports::Call};

/// 46 MiB, one pass, one lane: the first of OWASP's equivalent settings for Argon2id, about 30 ms a hash.
const MEMORY_KIB: u32 = 46 * 1024;
const PASSES: u32 = 1;
const LANES: u32 = 1;

/// How many hashes may wait. At 30 ms each, whoever comes behind them would wait longer than a portal does.
const MAX_WAITING: usize = 128;

/// Hashes and verifies passwords without starving the rest of the hub.
#[derive(Clone)]
pub struct Passwords {
    places: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    /// What an unknown address's password is held against, so that it takes as long as a known one's.
    nobody: Arc<str>,
}

impl Passwords {
    /// Takes half the cores, at least one.
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            places: Arc::new(Semaphore::new((cores / 2).max(1))),
            waiting: Arc::default(),
            nobody: hash("nobody has this password").into(),
        }
    }

    /// The hash of a password in PHC form.
    pub async fn hash(&self, call: Call, password: NewPassword) -> Result<String, Failure> {
        self.run(call, move || hash(password.expose())).await
    }

    /// Whether `password` is the one behind `stored`; takes as long when there is none.
    pub async fn verify(&self, call: Call, password: String, stored: Option<String>) -> Result<bool, Failure> {
        let known = stored.is_some();
        let stored: Arc<str> = stored.map_or_else(|| self.nobody.clone(), Arc::from);
        let right = self
            .run(call, move || {
                PasswordHash::new(&stored)
                    .is_ok_and(|stored| argon2().verify_password(password.as_bytes(), &stored).is_ok())
            })
            .await?;
        Ok(known && right)
    }

    async fn run<T: Send + 'static>(
        &self,
        call: Call,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let _waiting = Waiting::enter(&self.waiting)?;
        let place = tokio::time::timeout_at(Instant::from_std(call.deadline), self.places.clone().acquire_owned())
            .await
            .map_err(|_| Failure::DeadlineExceeded)?
            .expect("the semaphore is never closed");
        // the place goes along: a caller who leaves does not free a core that still works
        let work = tokio::task::spawn_blocking(move || {
            let _place = place;
            work()
        });
        work.await.map_err(|panic| Failure::Internal(format!("hashing a password panicked: {panic}")))
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn enter(count: &'a AtomicUsize) -> Result<Self, Failure> {
        if count.fetch_add(1, Ordering::Relaxed) >= MAX_WAITING {
            count.fetch_sub(1, Ordering::Relaxed);
            return Err(Failure::Overloaded);
        }
        Ok(Self(count))
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("constants within Argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash(password: &str) -> String {
    argon2().hash_password(password.as_bytes()).expect("the bounds were checked and the salt is random").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn a_password_is_verified_against_its_hash_and_nobody_elses() {
        let (passwords, call) = (Passwords::new(), Call::within(Duration::from_secs(60)));
        let hash = passwords.hash(call, NewPassword::parse("correct horse".into()).unwrap()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"), "{hash}");
        assert!(passwords.verify(call, "correct horse".into(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify(call, "correct house".into(), Some(hash)).await.unwrap());
        assert!(!passwords.verify(call, "nobody has this password".into(), None).await.unwrap());
    }

    #[tokio::test]
    async fn whoever_waits_past_the_deadline_is_told_so() {
        let passwords = Passwords::new();
        let places = passwords.places.available_permits();
        let _taken = passwords.places.acquire_many(u32::try_from(places).unwrap()).await.unwrap();
        let late = passwords.verify(Call::within(Duration::from_millis(5)), "x".into(), None).await;
        assert!(matches!(late, Err(Failure::DeadlineExceeded)));
    }
}

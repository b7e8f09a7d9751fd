//! Passwords: Argon2id, on threads of its own behind a bounded queue.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Instant,
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use komunala_domain::NewPassword;
use tokio::{sync::oneshot, time::timeout_at};

use crate::{failure::Failure, ports::Call};

/// 46 MiB, one pass, one lane: the first of OWASP's equivalent settings for Argon2id, about 30 ms a hash.
const MEMORY_KIB: u32 = 46 * 1024;
const PASSES: u32 = 1;
const LANES: u32 = 1;

/// How many hashes may wait. At 30 ms each, whoever comes behind them would wait longer than a portal does.
const SEATS: usize = 128;
/// How much the threads give way to everything else (nice): a call that needs no password never waits for one that does.
#[cfg(target_os = "linux")]
const GIVING_WAY: i32 = 10;

type Job = Box<dyn FnOnce() + Send>;

/// Hashes and verifies passwords without starving the rest of the hub.
#[derive(Clone)]
pub struct Passwords {
    queue: mpsc::Sender<Job>,
    taken: Arc<AtomicUsize>,
    /// What an unknown address's password is held against, so that it takes as long as a known one's.
    nobody: Arc<str>,
}

/// A place in the queue. Taken before anything else is done for a caller, so that whoever cannot be served costs nothing.
pub struct Seat(Arc<AtomicUsize>);

impl Passwords {
    /// Takes half the cores, at least one.
    pub fn new() -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self::on_threads((cores / 2).max(1))
    }

    /// The threads end when the last clone of this has gone.
    fn on_threads(threads: usize) -> Self {
        let (queue, jobs) = mpsc::channel::<Job>();
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..threads {
            let jobs = jobs.clone();
            let worker = thread::Builder::new().name("passwords".to_owned());
            worker.spawn(move || work(&jobs)).expect("a process that starts may have threads");
        }
        Self { queue, taken: Arc::default(), nobody: hash("nobody has this password").into() }
    }

    /// A place in the queue.
    ///
    /// # Errors
    /// [`Failure::Overloaded`] when all are taken.
    pub fn seat(&self) -> Result<Seat, Failure> {
        if self.taken.fetch_add(1, Ordering::Relaxed) >= SEATS {
            self.taken.fetch_sub(1, Ordering::Relaxed);
            return Err(Failure::Overloaded);
        }
        Ok(Seat(self.taken.clone()))
    }

    /// The hash of a password in PHC form.
    pub async fn hash(&self, seat: Seat, call: Call, password: NewPassword) -> Result<String, Failure> {
        self.run(seat, call, move || hash(password.expose())).await
    }

    /// Whether `password` is the one behind `stored`; takes as long when there is none.
    pub async fn verify(
        &self,
        seat: Seat,
        call: Call,
        password: String,
        stored: Option<String>,
    ) -> Result<bool, Failure> {
        let known = stored.is_some();
        let stored: Arc<str> = stored.map_or_else(|| self.nobody.clone(), Arc::from);
        let right = self
            .run(seat, call, move || {
                PasswordHash::new(&stored)
                    .is_ok_and(|stored| argon2().verify_password(password.as_bytes(), &stored).is_ok())
            })
            .await?;
        Ok(known && right)
    }

    /// What nobody waits for any more when its turn comes is never begun.
    async fn run<T: Send + 'static>(
        &self,
        seat: Seat,
        call: Call,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let (answer, answered) = oneshot::channel();
        let job = move || {
            // held to the end, so that a caller who leaves makes no room that is not there
            let _seat = seat;
            if !answer.is_closed() && Instant::now() < call.deadline {
                let _ = answer.send(work());
            }
        };
        self.queue.send(Box::new(job)).map_err(|_| Failure::Internal("no thread hashes passwords".to_owned()))?;
        match timeout_at(call.deadline.into(), answered).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) if Instant::now() < call.deadline => {
                Err(Failure::Internal("hashing a password panicked".to_owned()))
            }
            Ok(Err(_)) | Err(_) => Err(Failure::DeadlineExceeded),
        }
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Does what is asked until nobody can ask any more.
fn work(jobs: &Mutex<mpsc::Receiver<Job>>) {
    // on Linux a thread has a priority of its own; where that is refused, hashing is only less polite
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(None, GIVING_WAY);
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // the caller learns of a panic by getting no answer
        let _ = catch_unwind(AssertUnwindSafe(job));
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
    use std::{sync::atomic::AtomicBool, time::Duration};

    use super::*;

    fn minute() -> Call {
        Call::within(Duration::from_secs(60))
    }

    #[tokio::test]
    async fn a_password_is_verified_against_its_hash_and_nobody_elses() {
        let passwords = Passwords::new();
        let seat = || passwords.seat().unwrap();
        let new = NewPassword::parse("correct horse".into()).unwrap();
        let hash = passwords.hash(seat(), minute(), new).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"), "{hash}");
        assert!(passwords.verify(seat(), minute(), "correct horse".into(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify(seat(), minute(), "correct house".into(), Some(hash)).await.unwrap());
        assert!(!passwords.verify(seat(), minute(), "nobody has this password".into(), None).await.unwrap());
    }

    #[tokio::test]
    async fn what_is_late_before_its_turn_comes_is_never_computed() {
        let passwords = Passwords::on_threads(1);
        let (go, wait) = mpsc::channel::<()>();
        let first = passwords.run(passwords.seat().unwrap(), minute(), move || wait.recv().is_ok());
        let computed = Arc::new(AtomicBool::new(false));
        let late = async {
            let (seat, computed) = (passwords.seat().unwrap(), computed.clone());
            let call = Call::within(Duration::from_millis(5));
            let late = passwords.run(seat, call, move || computed.store(true, Ordering::Relaxed)).await;
            assert!(matches!(late, Err(Failure::DeadlineExceeded)), "{late:?}");
            go.send(()).unwrap();
        };
        let (first, ()) = tokio::join!(first, late);
        assert!(first.unwrap());
        // its turn has come and gone once another one's has
        passwords.run(passwords.seat().unwrap(), minute(), || ()).await.unwrap();
        assert!(!computed.load(Ordering::Relaxed));
    }

    #[tokio::test]
    async fn a_full_queue_takes_nobody_until_somebody_was_served() {
        let passwords = Passwords::on_threads(1);
        let mut seats: Vec<Seat> = (0..SEATS).map(|_| passwords.seat().unwrap()).collect();
        assert!(matches!(passwords.seat(), Err(Failure::Overloaded)));
        passwords.run(seats.pop().unwrap(), minute(), || ()).await.unwrap();
        while passwords.seat().is_err() {
            // the job that took the seat along is about to end
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_panic_ends_neither_the_thread_nor_the_wait() {
        let passwords = Passwords::on_threads(1);
        let panicked = passwords.run(passwords.seat().unwrap(), minute(), || panic!("as it should")).await;
        assert!(matches!(panicked, Err::<(), _>(Failure::Internal(_))), "{panicked:?}");
        passwords.run(passwords.seat().unwrap(), minute(), || ()).await.unwrap();
    }
}

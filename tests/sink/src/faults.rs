//! The faults in force, which can change while the sink runs.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::fault::{Action, Fault, Times};
use crate::stage::Stage;

/// How many recipients with a fault that happens once are remembered.
const REMEMBERED: usize = 100_000;

/// A handle on the faults of a running sink; copies steer the same sink.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// The faults with how often each could have happened.
    faults: Vec<(Fault, u64)>,
    /// Recipients whose own fault has happened already.
    spent: HashSet<String>,
}

impl Faults {
    /// Adds a fault after the others; the first that applies happens.
    pub fn add(&self, fault: Fault) {
        self.lock().faults.push((fault, 0));
    }

    /// Nothing goes wrong any more, except what recipients bring with them.
    pub fn clear(&self) {
        self.lock().faults.clear();
    }

    /// What happens at a stage of a mail to these recipients; uses up what happens a few times only.
    pub(crate) fn strike(&self, stage: Stage, recipients: &[String]) -> Option<Fault> {
        let mut state = self.lock();
        let State { faults, spent } = &mut *state;
        for (fault, chances) in faults.iter_mut() {
            // Stripping happens where EHLO is answered, nothing else does.
            if fault.stage.is(stage) && fault.action != Action::Strip && applies(&mut fault.times, chances) {
                return Some(fault.clone());
            }
        }
        let brought = recipients.iter().find_map(|recipient| {
            let fault = Fault::of_recipient(recipient).filter(|fault| fault.stage.is(stage))?;
            (fault.times == Times::Always || !spent.contains(recipient)).then_some((recipient, fault))
        });
        let (recipient, fault) = brought?;
        if fault.times != Times::Always && spent.len() < REMEMBERED {
            spent.insert(recipient.clone());
        }
        Some(fault)
    }

    /// Whether STARTTLS is kept back from this session.
    pub(crate) fn strips_tls(&self) -> bool {
        let mut state = self.lock();
        let mut strips = state
            .faults
            .iter_mut()
            .filter(|(fault, _)| fault.stage == Stage::StartTls && fault.action == Action::Strip);
        strips.any(|(fault, chances)| applies(&mut fault.times, chances))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn applies(times: &mut Times, chances: &mut u64) -> bool {
    *chances += 1;
    match times {
        Times::Always => true,
        Times::Next(0) => false,
        Times::Next(left) => {
            *left -= 1;
            true
        }
        Times::Every(nth) => chances.is_multiple_of(u64::from(*nth)),
    }
}

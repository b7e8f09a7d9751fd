//! What a payment provider knows, and how it speaks of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde::{Deserialize, Serialize};

use super::browser::Browser;

/// A handle on what a payment provider knows; copies know the same.
#[derive(Debug, Clone, Default)]
pub struct Till(Arc<Mutex<Drawer>>);

#[derive(Debug, Default)]
struct Drawer {
    bills: Vec<Bill>,
    switches: TillSwitches,
    told: Option<String>,
}

/// A bill that somebody may pay here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Bill {
    /// What the payment provider calls it.
    pub reference: String,
    /// What the shop calls it.
    pub order: String,
    /// The shop.
    pub merchant: String,
    /// Kopiykas.
    pub amount: i64,
    /// What has become of it.
    pub state: BillState,
    /// Where the payer is sent back to.
    pub back_to: String,
}

/// What has become of a bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BillState {
    /// Nobody has paid.
    Open,
    /// It is paid.
    Paid,
    /// The payer's bank declined.
    Declined,
    /// The money went back.
    Reversed,
}

/// Whether something is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Says {
    /// All of it.
    #[default]
    Truth,
    /// A kopiyka more.
    OtherAmount,
    /// Another shop's.
    OtherShop,
    /// Signed by somebody else.
    Forged,
}

/// How a payment provider speaks: what `PUT /_till` takes and `GET /_till` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct TillSwitches {
    /// How often it calls back about each thing that happens: 0 keeps silent.
    pub callbacks: u32,
    /// How long after it happened.
    pub late_ms: u64,
    /// What it says when it calls back.
    pub callback: Says,
    /// What it says when it is asked.
    pub answer: Says,
}

impl Default for TillSwitches {
    fn default() -> Self {
        Self { callbacks: 1, late_ms: 0, callback: Says::Truth, answer: Says::Truth }
    }
}

impl Till {
    /// How the switches stand.
    pub fn switches(&self) -> TillSwitches {
        self.lock().switches.clone()
    }

    /// Changes some switches and leaves the rest.
    pub fn change(&self, change: impl FnOnce(&mut TillSwitches)) {
        change(&mut self.lock().switches);
    }

    /// Calls back at this address from now on.
    pub fn tell(&self, address: impl Into<String>) {
        self.lock().told = Some(address.into());
    }

    /// All bills, in the order in which they were opened.
    pub fn bills(&self) -> Vec<Bill> {
        self.lock().bills.clone()
    }

    /// The bill that the shop calls so, the last one if there are several.
    pub fn of_order(&self, order: &str) -> Option<Bill> {
        self.lock().bills.iter().rev().find(|bill| bill.order == order).cloned()
    }

    pub(super) fn of_reference(&self, reference: &str) -> Option<Bill> {
        self.lock().bills.iter().find(|bill| bill.reference == reference).cloned()
    }

    /// Opens a bill.
    pub(super) fn open(&self, order: &str, merchant: &str, amount: i64, back_to: &str) -> Bill {
        let mut drawer = self.lock();
        let bill = Bill {
            reference: (700_000 + drawer.bills.len()).to_string(),
            order: order.to_owned(),
            merchant: merchant.to_owned(),
            amount,
            state: BillState::Open,
            back_to: back_to.to_owned(),
        };
        drawer.bills.push(bill.clone());
        bill
    }

    /// Something happens to a bill; answers how it is then.
    pub(super) fn happen(&self, reference: &str, state: BillState) -> Option<Bill> {
        let mut drawer = self.lock();
        let bill = drawer.bills.iter_mut().find(|bill| bill.reference == reference)?;
        bill.state = state;
        Some(bill.clone())
    }

    /// Calls back as the switches say, on its own time; `body` makes a call-back.
    pub(super) fn call_back(&self, bill: &Bill, body: impl Fn(&Bill, Says) -> String) {
        let (switches, told) = (self.switches(), self.lock().told.clone());
        let Some(address) = told.filter(|_| switches.callbacks > 0) else { return };
        let said = body(&switches.callback.of(bill), switches.callback);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(switches.late_ms)).await;
            let browser = Browser::new();
            for _ in 0..switches.callbacks {
                if let Err(error) = browser.post(&address, said.clone()).await {
                    tracing::debug!(%error, "the shop does not take a call-back");
                }
            }
        });
    }

    fn lock(&self) -> MutexGuard<'_, Drawer> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Says {
    /// The bill as it is spoken of.
    pub(super) fn of(self, bill: &Bill) -> Bill {
        match self {
            Self::Truth | Self::Forged => bill.clone(),
            Self::OtherAmount => Bill { amount: bill.amount + 1, ..bill.clone() },
            Self::OtherShop => Bill { merchant: format!("{}9", bill.merchant), ..bill.clone() },
        }
    }
}

/// `/_till` and `/_bills`.
pub(super) fn router(till: Till) -> Router {
    Router::new()
        .route("/_till", get(switches).put(throw))
        .route("/_bills", get(|State(till): State<Till>| async move { Json(till.bills()) }))
        .with_state(till)
}

async fn switches(State(till): State<Till>) -> Json<TillSwitches> {
    Json(till.switches())
}

async fn throw(State(till): State<Till>, Json(switches): Json<TillSwitches>) -> Json<TillSwitches> {
    till.change(|standing| *standing = switches);
    Json(till.switches())
}

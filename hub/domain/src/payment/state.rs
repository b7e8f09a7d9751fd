//! How far a payment has come: `started → pending → paid → posted`, or `failed`, `expired`, `reversed`.
//!
//! Reports come late, twice and out of order. Each is held against the state that the payment has by then: what does not
//! lead on from there changes nothing, so that the same reports in any order end in the same state.

use serde::{Deserialize, Serialize};

/// How far a payment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// It is written down; nobody was sent to a payment provider with it yet.
    Started,
    /// The payer was told where to pay; whether they did is not known.
    Pending,
    /// The payment provider has the money, and said so when it was asked.
    Paid,
    /// The billing system knows of it.
    Posted,
    /// The payment provider took no money.
    Failed,
    /// The money was given back.
    Reversed,
    /// Nobody paid in time.
    Expired,
}

/// Something that was learned of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStep {
    /// The payment provider is ready for the payer.
    Forwarded,
    /// It has the money.
    Paid,
    /// The billing system took note.
    Posted,
    /// The payment provider took no money.
    Failed,
    /// It gave the money back.
    Reversed,
    /// Time ran out.
    Expired,
}

impl PaymentState {
    /// Every state.
    pub const ALL: [Self; 7] =
        [Self::Started, Self::Pending, Self::Paid, Self::Posted, Self::Failed, Self::Reversed, Self::Expired];

    /// The state behind a step; `None` where the step leads nowhere from here.
    ///
    /// Money that was taken counts whenever it is learned of: a payment that was given up is paid after all, if the payment
    /// provider says so. What was given back is over.
    #[must_use]
    pub fn after(self, step: PaymentStep) -> Option<Self> {
        use PaymentState::{Expired, Failed, Paid, Pending, Posted, Reversed, Started};
        match (self, step) {
            (Started, PaymentStep::Forwarded) => Some(Pending),
            (Started | Pending | Failed | Expired, PaymentStep::Paid) => Some(Paid),
            (Paid, PaymentStep::Posted) => Some(Posted),
            (Started | Pending, PaymentStep::Failed) => Some(Failed),
            (Started | Pending, PaymentStep::Expired) => Some(Expired),
            (Started | Pending | Paid | Posted | Failed | Expired, PaymentStep::Reversed) => Some(Reversed),
            _ => None,
        }
    }

    /// Whether the bill's money is there.
    pub fn is_paid(self) -> bool {
        matches!(self, Self::Paid | Self::Posted)
    }

    /// Whether somebody may still be about to pay.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Started | Self::Pending)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STEPS: [PaymentStep; 6] = [
        PaymentStep::Forwarded,
        PaymentStep::Paid,
        PaymentStep::Posted,
        PaymentStep::Failed,
        PaymentStep::Reversed,
        PaymentStep::Expired,
    ];

    fn taken(steps: &[PaymentStep]) -> PaymentState {
        steps.iter().fold(PaymentState::Started, |state, step| state.after(*step).unwrap_or(state))
    }

    proptest! {
        #[test]
        fn what_is_learned_twice_is_learned_once(steps in proptest::collection::vec(0_usize..6, 0..12)) {
            let mut state = PaymentState::Started;
            for step in steps {
                state = state.after(STEPS[step]).unwrap_or(state);
                prop_assert_eq!(state.after(STEPS[step]), None);
            }
        }

        #[test]
        fn money_that_came_counts_whatever_else_was_learned_before_and_after(
            before in proptest::collection::vec(0_usize..4, 0..6),
            after in proptest::collection::vec(0_usize..4, 0..6),
        ) {
            // all that is not about giving the money back
            let others = [PaymentStep::Forwarded, PaymentStep::Failed, PaymentStep::Expired, PaymentStep::Paid];
            let steps: Vec<_> = before.iter().map(|at| others[*at]).chain([PaymentStep::Paid])
                .chain(after.iter().map(|at| others[*at])).collect();
            prop_assert_eq!(taken(&steps), PaymentState::Paid);
        }

        #[test]
        fn nothing_leads_on_from_money_that_was_given_back(steps in proptest::collection::vec(0_usize..6, 0..8)) {
            let steps: Vec<_> = [PaymentStep::Reversed].into_iter().chain(steps.iter().map(|at| STEPS[*at])).collect();
            prop_assert_eq!(taken(&steps), PaymentState::Reversed);
        }
    }

    #[test]
    fn a_billing_system_is_told_of_money_alone() {
        for state in PaymentState::ALL {
            assert_eq!(state.after(PaymentStep::Posted).is_some(), state == PaymentState::Paid, "{state:?}");
        }
    }
}

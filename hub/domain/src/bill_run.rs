//! Runs of bills: the bills of one provider and month on their way to its customers.

use crate::BillDelivery;

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BillRunState {
    /// Nothing was taken up yet.
    Pending,
    /// Bills are taken up, or mails of it have yet to leave.
    Running,
    /// An operator holds it: nothing is taken up, and no mail of it leaves.
    Paused,
    /// Every bill that there is was taken up, and no mail of it waits. Late bills open it again.
    Completed,
    /// An operator ended it: what had not left was taken back.
    Cancelled,
}

impl BillRunState {
    /// Whether nothing more happens by itself.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled)
    }
}

/// The way a bill takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BillWay {
    /// By mail to everybody who has its account linked.
    Mail,
    /// On paper alone.
    Paper,
    /// By mail to somebody, and on paper because somebody wants that.
    Both,
}

impl BillWay {
    /// The way of a bill when these are the choices of its account's active links.
    pub fn of(choices: impl IntoIterator<Item = BillDelivery>) -> Self {
        let (mut mail, mut paper) = (false, false);
        for choice in choices {
            mail |= choice != BillDelivery::Paper;
            paper |= choice != BillDelivery::Email;
        }
        match (mail, paper) {
            (true, false) => Self::Mail,
            (true, true) => Self::Both,
            (false, _) => Self::Paper,
        }
    }
}

/// How much of a run stands where. What is a sum is worked out from its parts and kept nowhere, so that no two of these
/// numbers can disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BillRunTotals {
    /// Bills that go by mail, whether or not they go on paper too.
    pub mailed: u64,
    /// Bills that go on paper alone.
    pub paper: u64,
    /// Mails that wait for their turn, or are leaving.
    pub waiting: u64,
    /// Mails that the relay took.
    pub accepted: u64,
    /// Mails that were tried in vain, and are tried again.
    pub deferred: u64,
    /// Mails that were given up, or came back.
    pub failed: u64,
    /// Mails whose session was cut between the last byte and the answer.
    pub unknown: u64,
}

impl BillRunTotals {
    /// The bills of the run.
    pub fn invoices(self) -> u64 {
        self.mailed + self.paper
    }

    /// The mails of the run: one per bill, revision of it, and recipient.
    pub fn mails(self) -> u64 {
        self.waiting + self.accepted + self.deferred + self.failed + self.unknown
    }

    /// Whether no mail is left that leaves by itself.
    pub fn is_settled(self) -> bool {
        self.waiting + self.deferred == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use BillDelivery::{Email, EmailAndPaper, Paper};

    #[test]
    fn a_bill_goes_by_mail_to_whoever_wants_it_so_and_on_paper_where_anybody_does_or_nobody_chose() {
        for (choices, way) in [
            (vec![], BillWay::Paper),
            (vec![Paper], BillWay::Paper),
            (vec![Email], BillWay::Mail),
            (vec![Email, Email], BillWay::Mail),
            (vec![Email, Paper], BillWay::Both),
            (vec![EmailAndPaper], BillWay::Both),
        ] {
            assert_eq!(BillWay::of(choices.clone()), way, "{choices:?}");
        }
    }

    #[test]
    fn sums_are_those_of_their_parts() {
        let totals = BillRunTotals { mailed: 3, paper: 2, waiting: 1, accepted: 1, deferred: 1, failed: 0, unknown: 1 };
        assert_eq!((totals.invoices(), totals.mails(), totals.is_settled()), (5, 4, false));
    }
}

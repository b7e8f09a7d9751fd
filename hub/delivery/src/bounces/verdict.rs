//! What a report means for the address: whether there is nobody, or only not this time.

use komunala_app::ports::bounces::{BounceKind, EnhancedStatus};

use super::report::{Action, Recipient};

/// What a report means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The mail came back.
    Returned(BounceKind, EnhancedStatus),
    /// It is tried again by whoever reports; it will come, or come back.
    Delayed,
}

/// Judges a report by the worst it says; `None` where it says nothing about a failure.
pub(super) fn of(recipients: &[Recipient]) -> Option<Verdict> {
    let failed = recipients.iter().filter(|recipient| recipient.action == Action::Failed);
    let returned = failed.map(|recipient| {
        // one that says no status at all says no more than that it failed
        let status = recipient.status.unwrap_or(EnhancedStatus(5, 0, 0));
        (kind(status), status)
    });
    // a hard one comes first
    let worst = returned.max_by_key(|(kind, _)| *kind == BounceKind::Hard);
    let delayed = recipients.iter().any(|recipient| recipient.action == Action::Delayed);
    worst.map(|(kind, status)| Verdict::Returned(kind, status)).or(delayed.then_some(Verdict::Delayed))
}

/// Hard is only what says that there is no such mailbox, or none that takes mail, for good (RFC 3463, RFC 7505). A full
/// mailbox, a policy or a bad day of a server says nothing about whether somebody reads there.
fn kind(status: EnhancedStatus) -> BounceKind {
    match status {
        EnhancedStatus(5, 1, 0 | 1 | 2 | 3 | 6 | 10) | EnhancedStatus(5, 2, 1) | EnhancedStatus(5, 4, 4) => {
            BounceKind::Hard
        }
        _ => BounceKind::Soft,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(action: Action, status: (u8, u16, u16)) -> Recipient {
        Recipient { action, status: Some(EnhancedStatus(status.0, status.1, status.2)) }
    }

    #[test]
    fn only_what_says_that_there_is_nobody_is_hard() {
        for (status, kind) in [
            ((5, 1, 1), BounceKind::Hard),
            ((5, 1, 10), BounceKind::Hard),
            ((5, 2, 1), BounceKind::Hard),
            ((5, 2, 2), BounceKind::Soft),
            ((5, 7, 1), BounceKind::Soft),
            ((4, 4, 1), BounceKind::Soft),
            ((5, 0, 0), BounceKind::Soft),
        ] {
            let Some(Verdict::Returned(judged, _)) = of(&[said(Action::Failed, status)]) else { panic!("{status:?}") };
            assert_eq!(judged, kind, "{status:?}");
        }
    }

    #[test]
    fn a_delay_is_no_return_and_a_receipt_is_nothing() {
        assert_eq!(of(&[said(Action::Delayed, (4, 4, 1))]), Some(Verdict::Delayed));
        assert_eq!(of(&[said(Action::Other, (2, 0, 0))]), None);
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn the_worst_of_several_counts() {
        let both = [said(Action::Delayed, (4, 4, 1)), said(Action::Failed, (4, 4, 7)), said(Action::Failed, (5, 1, 1))];
        assert_eq!(of(&both), Some(Verdict::Returned(BounceKind::Hard, EnhancedStatus(5, 1, 1))));
    }
}

//! What customers write to a provider's staff, and how far that has come.

/// A customer's letter, as a billing system takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerRequest {
    /// What it is.
    pub kind: RequestKind,
    /// Its heading, one line of at most [`MAX_SUBJECT_CHARS`].
    pub subject: String,
    /// Its text, at most [`MAX_TEXT_CHARS`].
    pub text: String,
}

/// The longest heading, in characters: what the contract with adapters takes.
pub const MAX_SUBJECT_CHARS: usize = 200;
/// The longest text, in characters: what the contract with adapters takes.
pub const MAX_TEXT_CHARS: usize = 4000;

/// What a customer's letter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestKind {
    /// A question.
    Question,
    /// Feedback or a suggestion.
    Feedback,
    /// A complaint.
    Complaint,
    /// A change of identification or premises data.
    DataChange,
}

/// How far a request has come, as its customer sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestState {
    /// The hub has it.
    Received,
    /// The provider's billing system has it.
    SentToBilling,
    /// Somebody works on it.
    InProgress,
    /// Staff answered.
    Answered,
    /// It is over.
    Closed,
}

/// What the provider's billing system knows of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BillingProgress {
    /// Nothing, for it takes no requests: the desk alone has it.
    NotOffered,
    /// Nothing for certain: it is told again under the same key until it answers.
    Due,
    /// It has it, and its number.
    Sent,
    /// It refused it: the desk has to see to it.
    Refused,
}

/// Who said something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Author {
    /// The customer.
    Customer,
    /// The provider's staff, at the operators' desk.
    Staff,
    /// The billing system.
    Billing,
}

impl RequestState {
    /// Whether anything more can be said about it.
    pub fn is_open(self) -> bool {
        self != Self::Closed
    }

    /// What it is once the customer wrote again: an answer that did not answer is no answer.
    #[must_use]
    pub fn after_reply(self) -> Self {
        match self {
            Self::Answered => Self::InProgress,
            state => state,
        }
    }

    /// What it is once the billing system took it: nothing that staff did is undone by that.
    #[must_use]
    pub fn after_billing(self) -> Self {
        match self {
            Self::Received => Self::SentToBilling,
            state => state,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_opens_what_was_answered_and_billing_undoes_nothing_that_staff_did() {
        assert_eq!(RequestState::Answered.after_reply(), RequestState::InProgress);
        assert_eq!(RequestState::Received.after_reply(), RequestState::Received);
        assert_eq!(RequestState::Received.after_billing(), RequestState::SentToBilling);
        for later in [RequestState::InProgress, RequestState::Answered, RequestState::Closed] {
            assert_eq!(later.after_billing(), later);
        }
        assert!(RequestState::Answered.is_open() && !RequestState::Closed.is_open());
    }
}

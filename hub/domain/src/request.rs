//! What customers write to their provider.

/// A customer's letter to the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerRequest {
    /// What it is.
    pub kind: RequestKind,
    /// Its heading.
    pub subject: String,
    /// Its text.
    pub text: String,
}

/// What a customer's letter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

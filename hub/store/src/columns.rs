//! How values of the domain stand in columns, and how they are read back.

use jiff::{Timestamp, civil::Date};
use komunala_app::ports::{
    StoreError, accounts::PaperCause, audit::Action, bill_runs::PaperReason, billing::ChangeKind, copies::CopyKind,
    feeds::FeedTask, files::FileContent, imports::ImportState, outage_notices::NoticeKind, outbox::MessageState,
    payments::Disbelief,
};
use komunala_domain::{
    AttachmentKind, BillDelivery, Channel, PostalChannel,
    bill_run::BillWay,
    interval::{Direction, Measure},
    payment::{PaymentState, PaymentStep},
    reading::{ReadingSource, ReadingState},
    request::{Author, BillingProgress, RequestKind, RequestState},
    subscription::SignUpWay,
};
use sea_orm::{
    QueryResult, TryGetable,
    prelude::{ChronoDate, Uuid},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::challenges::Purpose;

/// A row that does not hold what the hub wrote.
pub(crate) fn damaged(what: &'static str, detail: impl std::fmt::Display) -> StoreError {
    StoreError::Damaged { what, detail: detail.to_string() }
}

/// Microseconds since the epoch, which is as precise as PostgreSQL's own times are.
pub(crate) fn micros(time: Timestamp) -> i64 {
    time.as_microsecond()
}

/// The time that a column holds.
pub(crate) fn time(what: &'static str, micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(|_| damaged(what, "a time is out of range"))
}

/// The time that a column may hold.
pub(crate) fn time_if_any(what: &'static str, micros: Option<i64>) -> Result<Option<Timestamp>, StoreError> {
    micros.map(|micros| time(what, micros)).transpose()
}

/// The day as the database driver writes it.
pub(crate) fn day(date: Date) -> ChronoDate {
    ChronoDate::from_ymd_opt(date.year().into(), date.month().unsigned_abs().into(), date.day().unsigned_abs().into())
        .expect("both calendars are the proleptic Gregorian one, and chrono's years go further")
}

/// The day that a column holds.
pub(crate) fn date(what: &'static str, row: &QueryResult, index: usize) -> Result<Date, StoreError> {
    let day: ChronoDate = column(what, row, index)?;
    parsed(what, &day.to_string())
}

/// A JSON text.
pub(crate) fn json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Internal(error.into()))
}

/// A list of texts as one value, for [`Tx::is_among`](crate::database::Tx::is_among).
pub(crate) fn texts<'a>(list: impl IntoIterator<Item = &'a str>) -> Result<sea_orm::Value, StoreError> {
    Ok(json(&list.into_iter().collect::<Vec<_>>())?.into())
}

/// What a JSON text says. The error tells where it is wrong, never what stands there.
pub(crate) fn from_json<T: DeserializeOwned>(what: &'static str, json: &str) -> Result<T, StoreError> {
    serde_json::from_str(json).map_err(|error| {
        damaged(what, format_args!("JSON, line {}, column {}: {:?}", error.line(), error.column(), error.classify()))
    })
}

/// A value that is parsed from a column's text.
pub(crate) fn parsed<T: std::str::FromStr>(what: &'static str, text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| damaged(what, format_args!("no {}", std::any::type_name::<T>())))
}

/// A free text without the one character that PostgreSQL cannot keep.
pub(crate) fn storable(text: &str) -> String {
    text.replace('\0', "")
}

/// A column by its place: faster than by its name.
pub(crate) fn column<T: TryGetable>(what: &'static str, row: &QueryResult, index: usize) -> Result<T, StoreError> {
    row.try_get_by_index(index).map_err(|_| damaged(what, format_args!("column {index} cannot be read")))
}

/// An id's column by its place.
pub(crate) fn uuid(what: &'static str, row: &QueryResult, index: usize) -> Result<Uuid, StoreError> {
    column(what, row, index)
}

/// A value that stands in a column as one word.
pub(crate) trait Word: Copy + Sized + 'static {
    /// All values and their words.
    const WORDS: &'static [(Self, &'static str)];

    /// The word of a value.
    fn word(self) -> &'static str;

    /// The value of a word.
    fn of(word: &str) -> Result<Self, StoreError> {
        let found = Self::WORDS.iter().find(|(_, name)| *name == word);
        found.map(|(value, _)| *value).ok_or_else(|| damaged("word", std::any::type_name::<Self>()))
    }
}

macro_rules! words {
    ($type:ident { $($variant:ident => $word:literal),+ $(,)? }) => {
        impl Word for $type {
            const WORDS: &'static [(Self, &'static str)] = &[$(($type::$variant, $word)),+];

            fn word(self) -> &'static str {
                match self {
                    $($type::$variant => $word),+
                }
            }
        }
    };
}

words!(BillDelivery { Email => "email", Paper => "paper", EmailAndPaper => "email_and_paper" });
words!(Purpose { ResetPassword => "reset_password", ChangeEmail => "change_email", Subscribe => "subscribe" });
words!(Channel { Email => "email", Sms => "sms" });
words!(SignUpWay { Portal => "portal", Code => "code", Sms => "sms" });
words!(PaperCause { Bounced => "bounced", Unsubscribed => "unsubscribed" });
words!(PostalChannel { Paper => "paper", Email => "email" });
words!(CopyKind {
    Account => "account", Invoices => "invoices", Ledger => "ledger", Balance => "balance", Readings => "readings",
});
words!(ReadingSource {
    Customer => "customer", Operator => "operator", Remote => "remote", Estimate => "estimate", Sms => "sms",
});
words!(ReadingState {
    Received => "received", NeedsConfirmation => "needs_confirmation", Accepted => "accepted", Posted => "posted",
    Rejected => "rejected", Unknown => "unknown",
});
words!(Measure { Amount => "amount", State => "state" });
words!(Direction { Consumed => "consumed", Produced => "produced" });
words!(MessageState {
    Pending => "pending", Claimed => "claimed", DataStarted => "data_started", Accepted => "accepted",
    Failed => "failed", Unknown => "unknown",
});
words!(FeedTask { Changes => "changes", Files => "files", HandOver => "hand_over", Outages => "outages" });
words!(NoticeKind { Revision => "revision", Reminder => "reminder" });
words!(ChangeKind { Account => "account", Invoice => "invoice", Reading => "reading" });
words!(ImportState { Taking => "taking", Done => "done", Refused => "refused", Replaced => "replaced" });
words!(FileContent {
    Customers => "customers", Invoices => "invoices", Payments => "payments", Acknowledgements => "acknowledgements",
});
words!(AttachmentKind { Pdf => "pdf", Jpeg => "jpeg", Png => "png", Webp => "webp" });
words!(RequestKind {
    Question => "question", Feedback => "feedback", Complaint => "complaint", DataChange => "data_change",
});
words!(RequestState {
    Received => "received", SentToBilling => "sent_to_billing", InProgress => "in_progress", Answered => "answered",
    Closed => "closed",
});
words!(BillingProgress { NotOffered => "not_offered", Due => "due", Sent => "sent", Refused => "refused" });
words!(Author { Customer => "customer", Staff => "staff", Billing => "billing" });
words!(PaymentState {
    Started => "started", Pending => "pending", Paid => "paid", Posted => "posted", Failed => "failed",
    Reversed => "reversed", Expired => "expired",
});
words!(PaymentStep {
    Forwarded => "forwarded", Paid => "paid", Posted => "posted", Failed => "failed", Reversed => "reversed",
    Expired => "expired",
});
words!(Disbelief {
    Forged => "forged", OtherAmount => "other_amount", OtherShop => "other_shop", OtherPayment => "other_payment",
    RefusedByBilling => "refused_by_billing",
});
words!(Action {
    Registered => "registered", SignedIn => "signed_in", SignInFailed => "sign_in_failed",
    SessionEnded => "session_ended", AttemptStopped => "attempt_stopped", Linked => "linked", Unlinked => "unlinked",
    DeliveryChanged => "delivery_changed", ConsentGiven => "consent_given", ProfileChanged => "profile_changed",
    PasswordChanged => "password_changed", PasswordReset => "password_reset", EmailChanged => "email_changed",
    AttachmentHandedIn => "attachment_handed_in", RequestMade => "request_made", RequestReplied => "request_replied",
    ReadingEntered => "reading_entered",
    RequestRead => "request_read", AttachmentRead => "attachment_read", RequestTaken => "request_taken",
    RequestAnswered => "request_answered", RequestClosed => "request_closed",
    PaymentStarted => "payment_started", PaymentMade => "payment_made", PaymentPosted => "payment_posted",
    PaymentReversed => "payment_reversed", PaymentDoubted => "payment_doubted",
    Exported => "exported", Erased => "erased", SettingsApplied => "settings_applied",
    ComponentInstalled => "component_installed", AuditRead => "audit_read",
    BootstrapTokenUsed => "bootstrap_token_used", PortalKeyIssued => "portal_key_issued",
    PortalKeyRevoked => "portal_key_revoked", TenantCreated => "tenant_created", TenantUpdated => "tenant_updated",
    DeliveryReleased => "delivery_released", SuppressionLifted => "suppression_lifted",
    MessageResolved => "message_resolved", BillRunSteered => "bill_run_steered",
    Subscribed => "subscribed", Unsubscribed => "unsubscribed", OutagePublished => "outage_published",
    OutageChanged => "outage_changed", OutageCancelled => "outage_cancelled",
});
words!(BillWay { Mail => "mail", Paper => "paper", Both => "both" });
words!(PaperReason { Chosen => "chosen", Both => "both", MailFailed => "mail_failed", NotTold => "not_told" });

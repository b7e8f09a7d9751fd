//! Why a use case did not do what it was asked. The API gives each of these a reason, a code and a text.

use std::time::Duration;

use jiff::civil::Date;
use komunala_domain::{
    Capability, Objection, ProviderId, Sha256, TenantId,
    consent::DocumentVersion,
    form::FormProblem,
    invoice::NotPayable,
    payment::Channel,
    payment_code::{CodeError, Scheme},
    reading::Finding,
};

use crate::{
    operator::{Role, SignatureError},
    ports::{
        BillingError, StoreError,
        workshop::{FitError, SettingsProblem},
    },
};

/// Why a use case did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A value breaks a rule that only the use case knows.
    #[error("{field}: {problem}")]
    InvalidField {
        /// The request's field.
        field: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// There is no such thing, or it is not the caller's.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The provider does not offer this.
    #[error("the provider does not offer {}", .0.name())]
    NotOffered(Capability),
    /// The portal's key is unknown.
    #[error("the portal key is unknown")]
    PortalUnknown,
    /// The portal does not let pages of this origin call.
    #[error("the portal does not let pages of this origin call")]
    OriginNotAllowed,
    /// The access token is none of this hub's, or of another tenant.
    #[error("the access token is not valid")]
    AccessTokenInvalid,
    /// The access token has ended.
    #[error("the access token has expired")]
    AccessTokenExpired,
    /// Customer number and PIN do not prove a customer.
    #[error("customer number and PIN do not prove a customer")]
    CustomerNotProven,
    /// The account is a business's, and the portal is for households.
    #[error("the portal is for households")]
    HouseholdsOnly,
    /// E-mail address and password do not belong together.
    #[error("e-mail address and password do not belong together")]
    CredentialsInvalid,
    /// The signed-in user's present password is another one.
    #[error("the present password is another one")]
    PasswordWrong,
    /// The password in this field is too easy to guess.
    #[error("{0}: too easy to guess")]
    PasswordTooCommon(&'static str),
    /// The password is right, the address was never confirmed.
    #[error("the e-mail address is not confirmed yet")]
    EmailNotVerified,
    /// The account is linked, and has another holder or PIN since it was proved, or was closed.
    #[error("the account must be proved again")]
    LinkSuspended,
    /// The code or token is wrong, used, expired, or out of tries.
    #[error("the code is not valid")]
    CodeInvalid,
    /// A phone or address is signed up for as many supply points as it can be.
    #[error("the address is signed up for as many supply points as it can be")]
    TooManySubscriptions,
    /// The refresh token is wrong, used, or its session is over.
    #[error("the refresh token is not valid")]
    RefreshTokenInvalid,
    /// Too many failures: not before this time.
    #[error("too many failed attempts")]
    TooManyAttempts {
        /// When another attempt is let through.
        retry_after: Duration,
    },
    /// A document in force was not accepted.
    #[error("{} document(s) must be accepted", .0.len())]
    DocumentsNotAccepted(Vec<DocumentVersion>),
    /// Another version of the document is in force.
    #[error("the document {} is in force in the version {}", .0.document, .0.version)]
    DocumentOutdated(DocumentVersion),
    /// The page token was not made for this query and caller.
    #[error("the page token belongs to another query")]
    PageTokenInvalid,
    /// The request id was used for another request.
    #[error("the request id was used for another request")]
    RequestIdReused,
    /// It will exist later.
    #[error("not available yet")]
    NotAvailableYet {
        /// The first day it may be there.
        until: Option<Date>,
    },
    /// Nothing of the bill can be paid.
    #[error("{0}")]
    NotPayable(NotPayable),
    /// What the bill says does not fit the payment code's scheme.
    #[error("the bill makes no payment code by {}: {error}", .scheme.name())]
    PaymentCodeImpossible {
        /// The scheme.
        scheme: Scheme,
        /// Which field breaks which rule.
        error: CodeError,
    },
    /// The bill cannot be paid this way.
    #[error("the bill cannot be paid by {0}")]
    ChannelNotOffered(Channel),
    /// The bill, or the part of it, was paid already.
    #[error("it is paid already")]
    AlreadyPaid,
    /// The payment provider does not answer.
    #[error("the payment provider {0} cannot be asked now")]
    GatewayUnavailable(Channel),
    /// The payment provider does not take the payment.
    #[error("the payment provider {0} refuses the payment")]
    PaymentRefused(Channel),
    /// The reading breaks a rule.
    #[error("the reading breaks {} rule(s)", .0.len())]
    ReadingRejected(Vec<Finding>),
    /// The billing system refused the reading.
    #[error("the billing system refused the reading: {reason}")]
    ReadingRefused {
        /// The provider's words.
        reason: String,
    },
    /// The provider cannot be asked, and the hub has no copy that is young enough.
    #[error("the provider {provider} cannot be asked now")]
    ProviderUnavailable {
        /// The provider.
        provider: ProviderId,
        /// When to try again.
        retry_after: Option<Duration>,
        /// What went wrong.
        #[source]
        cause: BillingError,
    },
    /// What was handed in may not be kept.
    #[error("the attachment is refused: {0}")]
    AttachmentRefused(Objection),
    /// The user has handed in as much as one person may.
    #[error("the user has handed in as much as one person may")]
    AttachmentQuota,
    /// A form is filled in wrongly.
    #[error("{}", .0.first().map_or("the form is filled in wrongly".to_owned(), ToString::to_string))]
    FormInvalid(Vec<FormProblem>),
    /// The request is over: nothing more can be said about it.
    #[error("the request is closed")]
    RequestClosed,
    /// The operator's token or certificate is missing or wrong.
    #[error("neither a token nor a certificate proves an operator")]
    OperatorUnknown,
    /// The operator's token was right, and has ended.
    #[error("the operator's token has expired")]
    OperatorTokenExpired,
    /// The operator is known, and was not granted the role that the method asks for.
    #[error("the method asks for the role {}, which the operator was not granted", .0.word())]
    OperatorRoleMissing(Role),
    /// What the operator was granted does not reach a tenant, or not the hub as a whole.
    #[error("what the operator was granted does not reach {}", .0.as_ref().map_or("the hub as a whole", TenantId::as_str))]
    OperatorTenantDenied(Option<TenantId>),
    /// The keys of whoever signs operators in cannot be had.
    #[error("the identity provider's keys cannot be had")]
    IdentityProviderUnavailable,
    /// There is a tenant of this name.
    #[error("there is a tenant {0} already")]
    TenantExists(TenantId),
    /// The key stands in a text of settings, and goes when the text does not name it any more.
    #[error("the key stands in the portal's settings: take it out there and apply them")]
    PortalKeyInSettings,
    /// A portal has as many keys as it may have.
    #[error("a portal has at most {0} keys that are valid")]
    TooManyPortalKeys(usize),
    /// A text of settings says what it must not; nothing was changed.
    #[error("{}", .0.first().map_or("the settings are wrong".to_owned(), ToString::to_string))]
    SettingsInvalid(Vec<SettingsProblem>),
    /// The bytes of a component are not those that were announced.
    #[error("the component's digest is {found}, announced was {announced}")]
    ComponentDigest {
        /// What was announced.
        announced: Sha256,
        /// What the bytes have.
        found: Sha256,
    },
    /// The component is none, or not of the contract.
    #[error("the component cannot be used: {0}")]
    ComponentRefused(String),
    /// The component did not survive being instantiated.
    #[error("the component does not start: {0}")]
    ComponentStart(BillingError),
    /// No component with this digest is installed or lies in the hub's folder of adapters.
    #[error("no component {0} is installed")]
    ComponentUnknown(Sha256),
    /// The component's signature is missing or wrong.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// No component served the provider before.
    #[error("no component served the provider before")]
    NoEarlierComponent,
    /// Somebody else changed the same thing in between; nothing of this change was made.
    #[error("somebody else changed it in between: look how it stands now")]
    ChangedMeanwhile,
    /// The hub is too busy.
    #[error("the hub is too busy")]
    Overloaded,
    /// The caller's deadline passed.
    #[error("the deadline passed")]
    DeadlineExceeded,
    /// The database or the documents cannot be reached.
    #[error("the store is unavailable")]
    StoreUnavailable(#[source] StoreError),
    /// An error of the hub's own.
    #[error("internal: {0}")]
    Internal(String),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::RequestIdReused => Self::RequestIdReused,
            StoreError::Unavailable(_) => Self::StoreUnavailable(error),
            StoreError::Damaged { .. } | StoreError::Internal(_) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
                Self::Internal(format!("{error} {cause}"))
            }
        }
    }
}

impl From<FitError> for Failure {
    fn from(error: FitError) -> Self {
        match error {
            FitError::Settings(problem) => Self::SettingsInvalid(vec![problem]),
            FitError::Component(problem) => Self::ComponentRefused(problem),
            FitError::Start(cause) => Self::ComponentStart(cause),
        }
    }
}

impl Failure {
    /// What a billing system's answer means to a caller who asked for something of `provider`.
    pub fn of_billing(provider: &ProviderId, what: &'static str, error: BillingError) -> Self {
        match error {
            BillingError::NotFound => Self::NotFound(what),
            BillingError::BadCredentials => Self::CustomerNotProven,
            BillingError::NotAvailableYet { until } => Self::NotAvailableYet { until },
            BillingError::NotOffered(capability) => Self::NotOffered(capability),
            BillingError::DeadlineExceeded => Self::DeadlineExceeded,
            BillingError::Overloaded => Self::Overloaded,
            BillingError::Unavailable { retry_after } | BillingError::RateLimited { retry_after } => {
                Self::ProviderUnavailable { provider: provider.clone(), retry_after, cause: error }
            }
            BillingError::BreakerOpen { retry_after } => {
                Self::ProviderUnavailable { provider: provider.clone(), retry_after: Some(retry_after), cause: error }
            }
            error => Self::ProviderUnavailable { provider: provider.clone(), retry_after: None, cause: error },
        }
    }
}

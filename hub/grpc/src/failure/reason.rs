//! The reasons of errors. `proto/errors` has a page for each.

use tonic::Code;

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $code:ident;)*) => {
        /// Why a call was refused: what `google.rpc.ErrorInfo.reason` says.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Reason {
            $($(#[$doc])* $name,)*
        }

        impl Reason {
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The reason as it goes over the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The status code that always comes with it.
            pub const fn code(self) -> Code {
                match self { $(Self::$name => Code::$code,)* }
            }
        }
    };
}

reasons! {
    /// A field is out of its documented bounds.
    InvalidFields = "INVALID_FIELDS", InvalidArgument;
    /// The bytes are no message of this method.
    MalformedMessage = "MALFORMED_MESSAGE", InvalidArgument;
    /// A page token that this query did not give out.
    PageTokenInvalid = "PAGE_TOKEN_INVALID", InvalidArgument;
    /// The password is too easy to guess.
    PasswordTooCommon = "PASSWORD_TOO_COMMON", InvalidArgument;
    /// The code or link is wrong, used or expired.
    CodeInvalid = "CODE_INVALID", InvalidArgument;
    /// No portal key came with the call.
    PortalKeyMissing = "PORTAL_KEY_MISSING", Unauthenticated;
    /// The portal key is not known.
    PortalKeyUnknown = "PORTAL_KEY_UNKNOWN", Unauthenticated;
    /// The portal does not let pages of this origin call.
    OriginNotAllowed = "ORIGIN_NOT_ALLOWED", PermissionDenied;
    /// The method needs a signed-in user.
    SignInRequired = "SIGN_IN_REQUIRED", Unauthenticated;
    /// The access token is none of this portal's.
    AccessTokenInvalid = "ACCESS_TOKEN_INVALID", Unauthenticated;
    /// The access token has expired.
    AccessTokenExpired = "ACCESS_TOKEN_EXPIRED", Unauthenticated;
    /// The refresh token is wrong, used or expired.
    RefreshTokenInvalid = "REFRESH_TOKEN_INVALID", Unauthenticated;
    /// E-mail address and password do not belong together.
    CredentialsInvalid = "CREDENTIALS_INVALID", Unauthenticated;
    /// The signed-in user's present password is another one.
    PasswordWrong = "PASSWORD_WRONG", PermissionDenied;
    /// The e-mail address is not confirmed yet.
    EmailNotVerified = "EMAIL_NOT_VERIFIED", FailedPrecondition;
    /// Customer number and PIN do not belong together.
    CustomerNotProven = "CUSTOMER_NOT_PROVEN", PermissionDenied;
    /// The account is a business's, and the portal is for households.
    HouseholdsOnly = "HOUSEHOLDS_ONLY", FailedPrecondition;
    /// The account must be proved again.
    LinkSuspended = "LINK_SUSPENDED", FailedPrecondition;
    /// A document in force was not accepted.
    DocumentsNotAccepted = "DOCUMENTS_NOT_ACCEPTED", FailedPrecondition;
    /// Another version of the document is in force.
    DocumentOutdated = "DOCUMENT_OUTDATED", FailedPrecondition;
    /// Too many failures in a row.
    TooManyAttempts = "TOO_MANY_ATTEMPTS", ResourceExhausted;
    /// A request id was used for another request.
    RequestIdReused = "REQUEST_ID_REUSED", AlreadyExists;
    /// There is no such thing, or it is somebody else's.
    NotFound = "NOT_FOUND", NotFound;
    /// The provider does not offer this.
    NotOffered = "NOT_OFFERED", Unimplemented;
    /// It will be there later.
    NotAvailableYet = "NOT_AVAILABLE_YET", FailedPrecondition;
    /// The bill asks for no payment.
    PaymentCodeNotPayable = "PAYMENT_CODE_NOT_PAYABLE", FailedPrecondition;
    /// The bill does not fit the payment code's scheme.
    PaymentCodeImpossible = "PAYMENT_CODE_IMPOSSIBLE", FailedPrecondition;
    /// It was paid already.
    AlreadyPaid = "ALREADY_PAID", FailedPrecondition;
    /// The payment provider does not take the payment.
    PaymentRefused = "PAYMENT_REFUSED", FailedPrecondition;
    /// The payment provider does not answer.
    PaymentProviderUnavailable = "PAYMENT_PROVIDER_UNAVAILABLE", Unavailable;
    /// The reading breaks a rule.
    ReadingRejected = "READING_REJECTED", FailedPrecondition;
    /// The billing system refused the reading.
    ReadingRefused = "READING_REFUSED", FailedPrecondition;
    /// The billing system cannot be reached.
    ProviderUnavailable = "PROVIDER_UNAVAILABLE", Unavailable;
    /// What was handed in may not be kept.
    AttachmentRefused = "ATTACHMENT_REFUSED", FailedPrecondition;
    /// The user has handed in as much as one person may.
    AttachmentQuota = "ATTACHMENT_QUOTA", ResourceExhausted;
    /// A phone or address is signed up for as many supply points as it can be.
    TooManySubscriptions = "TOO_MANY_SUBSCRIPTIONS", ResourceExhausted;
    /// The request is closed.
    RequestClosed = "REQUEST_CLOSED", FailedPrecondition;
    /// The operator's token or certificate is missing or wrong.
    OperatorTokenInvalid = "OPERATOR_TOKEN_INVALID", Unauthenticated;
    /// The operator's token has ended.
    OperatorTokenExpired = "OPERATOR_TOKEN_EXPIRED", Unauthenticated;
    /// The operator was not granted the role that the method asks for.
    OperatorRoleMissing = "OPERATOR_ROLE_MISSING", PermissionDenied;
    /// What the operator was granted does not reach this tenant, or not the hub as a whole.
    OperatorTenantDenied = "OPERATOR_TENANT_DENIED", PermissionDenied;
    /// The identity provider's keys cannot be had.
    IdentityProviderUnavailable = "IDENTITY_PROVIDER_UNAVAILABLE", Unavailable;
    /// There is a tenant of this name.
    TenantExists = "TENANT_EXISTS", AlreadyExists;
    /// The portal's settings name the key: it can be taken back there only.
    PortalKeyInSettings = "PORTAL_KEY_IN_SETTINGS", FailedPrecondition;
    /// The portal has as many keys as it may have.
    TooManyPortalKeys = "TOO_MANY_PORTAL_KEYS", FailedPrecondition;
    /// A text of settings says what it must not.
    SettingsInvalid = "SETTINGS_INVALID", InvalidArgument;
    /// The component's bytes are not those that were announced.
    ComponentDigestMismatch = "COMPONENT_DIGEST_MISMATCH", InvalidArgument;
    /// The component is none, or not of the contract.
    ComponentRefused = "COMPONENT_REFUSED", FailedPrecondition;
    /// The component does not survive being instantiated.
    ComponentStartFailed = "COMPONENT_START_FAILED", FailedPrecondition;
    /// No component with the pinned digest is installed.
    ComponentUnknown = "COMPONENT_UNKNOWN", FailedPrecondition;
    /// The component has no signature, and the hub wants one.
    SignatureMissing = "SIGNATURE_MISSING", FailedPrecondition;
    /// The component's signature was made by none of the hub's keys.
    SignatureInvalid = "SIGNATURE_INVALID", PermissionDenied;
    /// No component served the provider before.
    NoEarlierComponent = "NO_EARLIER_COMPONENT", FailedPrecondition;
    /// Somebody else changed the settings at the same moment.
    ChangedMeanwhile = "CHANGED_MEANWHILE", Aborted;
    /// The hub's own store cannot be reached.
    StoreUnavailable = "STORE_UNAVAILABLE", Unavailable;
    /// The tenant's calls come too fast.
    RateLimited = "RATE_LIMITED", ResourceExhausted;
    /// The server has more to do than it can.
    Overloaded = "OVERLOADED", ResourceExhausted;
    /// The message is larger than the server takes.
    MessageTooLarge = "MESSAGE_TOO_LARGE", ResourceExhausted;
    /// The deadline passed.
    DeadlineExceeded = "DEADLINE_EXCEEDED", DeadlineExceeded;
    /// The API has no such method.
    MethodUnknown = "METHOD_UNKNOWN", Unimplemented;
    /// The hub is at fault.
    Internal = "INTERNAL", Internal;
}

impl Reason {
    /// The reason with this name on the wire.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.as_str() == text)
    }
}

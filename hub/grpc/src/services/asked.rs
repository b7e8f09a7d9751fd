//! What a service is asked, once the layers and the bounds have been passed.

use jiff::civil::Date;
use komunala_app::{
    PageRequest,
    ports::Call,
    scope::{OperatorScope, PortalScope, UserScope},
};
use komunala_domain::Language;
use tonic::{Request, Streaming};
use uuid::Uuid;

use crate::{
    convert,
    failure::{Failure, Reason},
    proto::google::r#type as google,
    validation::{Validate, validate},
};

/// A validated request and who asks.
pub(super) struct Asked<S, T> {
    pub(super) scope: S,
    pub(super) call: Call,
    /// The language that the caller reads, for texts that are part of an answer.
    pub(super) language: Language,
    pub(super) message: T,
}

impl<T: Validate> Asked<PortalScope, T> {
    /// What a portal asks.
    pub(super) fn by_portal(request: Request<T>) -> Result<Self, Failure> {
        Self::new(request)
    }
}

impl<T: Validate> Asked<UserScope, T> {
    /// What a signed-in user asks.
    pub(super) fn by_user(request: Request<T>) -> Result<Self, Failure> {
        Self::new(request)
    }
}

impl<T: Validate> Asked<OperatorScope, T> {
    /// What an operator asks.
    pub(super) fn by_operator(request: Request<T>) -> Result<Self, Failure> {
        Self::new(request)
    }
}

impl<T> Asked<OperatorScope, Streaming<T>> {
    /// What an operator asks in many messages; each is validated as it comes.
    pub(super) fn streamed(request: Request<Streaming<T>>) -> Result<Self, Failure> {
        Self::unchecked(request)
    }
}

impl<T> Asked<UserScope, Streaming<T>> {
    /// What a signed-in user asks in many messages; each is validated as it comes.
    pub(super) fn streamed_by_user(request: Request<Streaming<T>>) -> Result<Self, Failure> {
        Self::unchecked(request)
    }
}

impl<S: Clone + Send + Sync + 'static, T: Validate> Asked<S, T> {
    fn new(request: Request<T>) -> Result<Self, Failure> {
        let asked = Self::unchecked(request)?;
        validate(&asked.message)?;
        Ok(asked)
    }
}

impl<S: Clone + Send + Sync + 'static, T> Asked<S, T> {
    fn unchecked(request: Request<T>) -> Result<Self, Failure> {
        let (_, mut extensions, message) = request.into_parts();
        let missing = || {
            tracing::error!("a service was reached without passing the layers");
            Failure::new(Reason::Internal, "internal error")
        };
        let scope = extensions.remove().ok_or_else(missing)?;
        let call = extensions.remove().ok_or_else(missing)?;
        let language = extensions.remove().unwrap_or(Language::English);
        Ok(Self { scope, call, language, message })
    }
}

/// Who is signed in, where a method serves visitors too.
pub(super) fn signed_in<T>(request: &Request<T>) -> Option<UserScope> {
    request.extensions().get::<UserScope>().cloned()
}

/// The page that is asked for. The size was validated.
pub(super) fn page(size: i32, token: String) -> PageRequest {
    PageRequest { size: u32::try_from(size).unwrap_or_default(), token }
}

/// A day of a request, where there is one.
pub(super) fn day(field: &'static str, message: Option<&google::Date>) -> Result<Option<Date>, Failure> {
    let whole = |message| {
        let invalid = || Failure::invalid_field(field, "must be a whole date between the years 1990 and 2100");
        convert::day_of(message).ok_or_else(invalid)
    };
    message.map(whole).transpose()
}

/// The name of a write. A caller who gives none cannot repeat it.
pub(super) fn write_id(request_id: &str) -> Result<Uuid, Failure> {
    if request_id.is_empty() {
        return Ok(Uuid::new_v4());
    }
    Uuid::try_parse(request_id).map_err(|_| Failure::invalid_field("request_id", "must be a UUID with its dashes"))
}

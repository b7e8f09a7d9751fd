//! Who is it: a portal by its key, a user by the access token, an operator by the token of its own. What comes behind finds a scope in the request's
//! extensions, and has no other way to get one.

use std::{
    convert::Infallible,
    net::IpAddr,
    task::{Context, Poll},
};

use futures::future::{Either, Ready, ready};
use http::{HeaderMap, header::AUTHORIZATION};
use komunala_app::{
    Hub, Operations,
    scope::{OperatorScope, PortalScope, UserScope},
};
use tower::Service;

use super::{Peer, Request, Response, refuse, rpc};
use crate::{
    failure::{Failure, Reason},
    rpc::Access,
};

/// The longest portal key or token that is looked at, in bytes.
const LONGEST: usize = 2048;

/// Finds out who calls.
pub trait Authenticate: Clone + Send + Sync + 'static {
    /// The portal whose key this is.
    fn portal(&self, key: &str) -> Result<PortalScope, komunala_app::Failure>;

    /// The user whose access token this is, coming through `portal`.
    fn user(&self, portal: &PortalScope, token: &str) -> Result<UserScope, komunala_app::Failure>;

    /// The operator whose token this is, calling from an address. Where portals call there are none.
    fn operator(&self, _token: &str, _peer: IpAddr) -> Result<OperatorScope, komunala_app::Failure> {
        Err(komunala_app::Failure::OperatorUnknown)
    }
}

impl Authenticate for Hub {
    fn portal(&self, key: &str) -> Result<PortalScope, komunala_app::Failure> {
        self.authenticate_portal(key)
    }

    fn user(&self, portal: &PortalScope, token: &str) -> Result<UserScope, komunala_app::Failure> {
        self.authenticate_user(portal, token)
    }
}

impl Authenticate for Operations {
    fn portal(&self, _: &str) -> Result<PortalScope, komunala_app::Failure> {
        Err(komunala_app::Failure::PortalUnknown)
    }

    fn user(&self, _: &PortalScope, _: &str) -> Result<UserScope, komunala_app::Failure> {
        Err(komunala_app::Failure::AccessTokenInvalid)
    }

    fn operator(&self, token: &str, peer: IpAddr) -> Result<OperatorScope, komunala_app::Failure> {
        self.authenticate(token, peer)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct AskWho<S, A> {
    pub(crate) inner: S,
    pub(crate) authenticate: A,
}

impl<S, A: Authenticate> AskWho<S, A> {
    fn ask(&self, request: &mut Request) -> Result<(), Failure> {
        let access = rpc(request.extensions()).access;
        if access == Access::Open {
            return Ok(());
        }
        let headers = request.headers();
        if access == Access::Operator {
            let peer = request.extensions().get::<Peer>().ok_or_else(no_operator)?.0;
            let token = text(headers, AUTHORIZATION.as_str()).and_then(bearer).ok_or_else(no_operator)?;
            let operator = self.authenticate.operator(token, peer)?;
            tracing::Span::current().record("operator", operator.operator());
            request.extensions_mut().insert(operator);
            return Ok(());
        }
        let key = text(headers, "x-portal-key")
            .ok_or_else(|| Failure::new(Reason::PortalKeyMissing, "the metadata x-portal-key is missing"))?;
        let peer = request.extensions().get::<Peer>().map(|peer| peer.0);
        let portal = self.authenticate.portal(key)?.called(peer, text(headers, "x-caller-address"));
        tracing::Span::current().record("portal", portal.portal().as_str());
        if access == Access::Portal {
            request.extensions_mut().insert(portal);
            return Ok(());
        }
        let token = text(headers, AUTHORIZATION.as_str())
            .and_then(bearer)
            .ok_or_else(|| Failure::new(Reason::SignInRequired, "the metadata authorization holds no bearer token"))?;
        let user = self.authenticate.user(&portal, token)?;
        request.extensions_mut().insert(user);
        Ok(())
    }
}

fn no_operator() -> Failure {
    Failure::new(Reason::OperatorTokenInvalid, "the metadata authorization holds no bearer token")
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().filter(|text| (1..=LONGEST).contains(&text.len()))
}

/// The token behind the scheme, which is of any case (RFC 9110, 11.1).
fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

impl<S, A> Service<Request> for AskWho<S, A>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    A: Authenticate,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Either<S::Future, Ready<Result<Response, Infallible>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        match self.ask(&mut request) {
            Ok(()) => Either::Left(self.inner.call(request)),
            Err(failure) => Either::Right(ready(Ok(refuse(failure)))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::bearer;

    #[test]
    fn a_bearer_token_stands_behind_its_scheme() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        assert_eq!(bearer("bearer  abc "), Some("abc"));
        for wrong in ["abc", "Basic abc", "Bearer", "Bearer ", ""] {
            assert_eq!(bearer(wrong), None, "{wrong:?}");
        }
    }
}

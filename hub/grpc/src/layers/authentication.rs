//! Who is it: a portal by its key or certificate, a user by the access token, an operator by a certificate or a token.
//! What comes behind finds a scope in the request's extensions, and has no other way to get one.

use std::{
    convert::Infallible,
    future::Future,
    task::{Context, Poll},
};

use futures::future::{BoxFuture, Either, FutureExt, Ready, ready};
use http::{
    HeaderMap,
    header::{AUTHORIZATION, ORIGIN},
};
use komunala_app::{
    Hub, Operations, PortalProof,
    operator::{OperatorProof, Role},
    scope::{OperatorScope, PortalScope, UserScope},
};
use tower::{Service, ServiceExt};

use super::{Peer, Request, Response, refuse, rpc};
use crate::{
    failure::{Failure, Reason},
    rpc::Access,
};

/// The longest portal key or token that is looked at, in bytes. Those of identity providers are the long ones.
const LONGEST: usize = 16 * 1024;

/// Finds out who calls.
pub trait Authenticate: Clone + Send + Sync + 'static {
    /// The portal that proves to be one.
    fn portal(&self, proof: &PortalProof<'_>) -> Result<PortalScope, komunala_app::Failure>;

    /// The user whose access token this is, coming through `portal`.
    fn user(&self, portal: &PortalScope, token: &str) -> Result<UserScope, komunala_app::Failure>;

    /// The operator who proves to be one, in the role that the method asks for. Where portals call there are none.
    fn operator(
        &self,
        _: OperatorProof,
        _: Role,
    ) -> impl Future<Output = Result<OperatorScope, komunala_app::Failure>> + Send {
        ready(Err(komunala_app::Failure::OperatorUnknown))
    }
}

impl Authenticate for Hub {
    fn portal(&self, proof: &PortalProof<'_>) -> Result<PortalScope, komunala_app::Failure> {
        self.authenticate_portal(proof)
    }

    fn user(&self, portal: &PortalScope, token: &str) -> Result<UserScope, komunala_app::Failure> {
        self.authenticate_user(portal, token)
    }
}

impl Authenticate for Operations {
    fn portal(&self, _: &PortalProof<'_>) -> Result<PortalScope, komunala_app::Failure> {
        Err(komunala_app::Failure::PortalUnknown)
    }

    fn user(&self, _: &PortalScope, _: &str) -> Result<UserScope, komunala_app::Failure> {
        Err(komunala_app::Failure::AccessTokenInvalid)
    }

    fn operator(
        &self,
        proof: OperatorProof,
        role: Role,
    ) -> impl Future<Output = Result<OperatorScope, komunala_app::Failure>> + Send {
        self.authenticate(proof, role)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct AskWho<S, A> {
    pub(crate) inner: S,
    pub(crate) authenticate: A,
}

impl<S, A: Authenticate> AskWho<S, A> {
    /// Puts the scope of a portal or a user into a call that needs one.
    fn ask(&self, access: Access, request: &mut Request) -> Result<(), Failure> {
        if access == Access::Open {
            return Ok(());
        }
        let headers = request.headers();
        let peer = request.extensions().get::<Peer>();
        let proof = PortalProof {
            key: text(headers, "x-portal-key"),
            certificate: peer.and_then(|peer| peer.certificate.as_deref()),
            origin: headers.get(ORIGIN).map(|origin| origin.to_str().unwrap_or_default()),
        };
        if proof.key.is_none() && proof.certificate.is_none() {
            return Err(Failure::new(Reason::PortalKeyMissing, "the metadata x-portal-key is missing"));
        }
        let portal = self.authenticate.portal(&proof)?;
        let portal = portal.called(peer.map(|peer| peer.address), text(headers, "x-caller-address"));
        tracing::Span::current().record("portal", portal.portal().as_str());
        if access == Access::Portal {
            request.extensions_mut().insert(portal);
            return Ok(());
        }
        let authorization = text(headers, AUTHORIZATION.as_str());
        if access == Access::Visitor && authorization.is_none() {
            request.extensions_mut().insert(portal);
            return Ok(());
        }
        let token = authorization
            .and_then(bearer)
            .ok_or_else(|| Failure::new(Reason::SignInRequired, "the metadata authorization holds no bearer token"))?;
        let user = self.authenticate.user(&portal, token)?;
        if access == Access::Visitor {
            request.extensions_mut().insert(portal);
        }
        request.extensions_mut().insert(user);
        Ok(())
    }
}

/// What an operator shows.
fn operator_proof(request: &Request) -> Result<OperatorProof, Failure> {
    let peer = request.extensions().get::<Peer>().ok_or_else(no_operator)?;
    let authorization = text(request.headers(), AUTHORIZATION.as_str());
    let token = authorization.map(|text| bearer(text).ok_or_else(no_operator)).transpose()?;
    if token.is_none() && peer.certificate.is_none() {
        return Err(no_operator());
    }
    Ok(OperatorProof {
        token: token.map(|token| token.to_owned().into()),
        certificate: peer.certificate.clone(),
        peer: peer.address,
        method: rpc(request.extensions()).path,
    })
}

fn no_operator() -> Failure {
    Failure::new(
        Reason::OperatorTokenInvalid,
        "the metadata authorization holds no bearer token, and no client certificate was shown",
    )
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
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
    A: Authenticate,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Either<Either<S::Future, Ready<Result<Response, Infallible>>>, Answer>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let access = rpc(request.extensions()).access;
        if let Access::Operator(role) = access {
            return Either::Right(self.ask_operator(role, request));
        }
        Either::Left(match self.ask(access, &mut request) {
            Ok(()) => Either::Left(self.inner.call(request)),
            Err(failure) => Either::Right(ready(Ok(refuse(failure)))),
        })
    }
}

type Answer = BoxFuture<'static, Result<Response, Infallible>>;

impl<S, A> AskWho<S, A>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
    A: Authenticate,
{
    /// Who an operator is may be a question to somebody else, or have to be written down first; they are few, and may
    /// wait where portals may not.
    fn ask_operator(&self, role: Role, mut request: Request) -> Answer {
        let proof = match operator_proof(&request) {
            Ok(proof) => proof,
            Err(failure) => return ready(Ok(refuse(failure))).boxed(),
        };
        let (authenticate, inner) = (self.authenticate.clone(), self.inner.clone());
        async move {
            match authenticate.operator(proof, role).await {
                Ok(operator) => {
                    tracing::Span::current().record("operator", operator.operator());
                    request.extensions_mut().insert(operator);
                    inner.oneshot(request).await
                }
                Err(failure) => Ok(refuse(failure.into())),
            }
        }
        .boxed()
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

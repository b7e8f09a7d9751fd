//! Who is an operator: by a client certificate, by the token of an identity provider, or by the bootstrap token.
//!
//! A bearer token decides wherever one is shown; a certificate counts where there is none. Whoever is not known by either
//! is counted by address, and soon waits.

mod bootstrap;
mod certificates;
mod failures;
mod key_ring;
mod sign_on;
mod token_header;

use std::{net::IpAddr, sync::Arc};

use secrecy::{ExposeSecret, SecretString};

use super::{
    Operations,
    role::{Grant, Operator, Role},
};
use crate::{
    credentials::ClientCertificate,
    failure::Failure,
    ports::{
        StoreError,
        audit::{Action, Actor, Chain, NewEvent},
    },
    scope::{OperatorScope, SystemScope},
};

pub use bootstrap::{BootstrapToken, TokenTooShort};
pub use certificates::CertifiedOperator;
pub use sign_on::{ClaimGrant, KeyTimes, NotAnAlgorithm, SignOn, SignOnSettings, SigningAlgorithm};

use failures::Failures;
use sign_on::SignOnError;

/// What an operator shows, and where it comes from.
#[derive(Debug, Clone)]
pub struct OperatorProof {
    /// A bearer token.
    pub token: Option<SecretString>,
    /// The certificate of the connection, which the listener verified.
    pub certificate: Option<Arc<ClientCertificate>>,
    /// The address that calls.
    pub peer: IpAddr,
    /// The method that is called, for the audit log.
    pub method: &'static str,
}

/// How operators prove themselves.
#[derive(Default)]
pub struct OperatorAccess {
    /// The token for the first steps; `None` where it is switched off.
    pub bootstrap: Option<BootstrapToken>,
    /// Those who have certificates.
    pub certificates: Vec<CertifiedOperator>,
    /// Whoever signs them in.
    pub sign_on: Option<SignOn>,
}

/// The door of the operators' listener.
pub(super) struct Access {
    ways: OperatorAccess,
    failures: Failures,
}

/// Who came in, and how.
enum Admitted {
    Known(Operator),
    /// With the bootstrap token, which is nobody's in particular.
    Somebody(Operator),
}

impl Access {
    pub(super) fn new(ways: OperatorAccess) -> Self {
        Self { ways, failures: Failures::new() }
    }

    async fn admit(&self, proof: &OperatorProof) -> Result<Admitted, Failure> {
        self.failures.admit(proof.peer)?;
        let admitted = match &proof.token {
            Some(token) => self.by_token(token.expose_secret()).await,
            None => {
                let known = proof.certificate.as_deref();
                let known = known.and_then(|shown| certificates::whose(&self.ways.certificates, shown));
                known.map(Admitted::Known).ok_or(Failure::OperatorUnknown)
            }
        };
        if matches!(admitted, Err(Failure::OperatorUnknown)) {
            self.failures.count(proof.peer);
        }
        admitted
    }

    async fn by_token(&self, token: &str) -> Result<Admitted, Failure> {
        if self.ways.bootstrap.as_ref().is_some_and(|bootstrap| bootstrap.is(token)) {
            let operator = Operator { name: BootstrapToken::NAME.into(), grants: vec![Grant::everything()] };
            return Ok(Admitted::Somebody(operator));
        }
        let Some(sign_on) = &self.ways.sign_on else { return Err(Failure::OperatorUnknown) };
        match sign_on.operator(token).await {
            Ok(operator) => Ok(Admitted::Known(operator)),
            Err(SignOnError::Expired) => Err(Failure::OperatorTokenExpired),
            Err(SignOnError::NoKeys) => Err(Failure::IdentityProviderUnavailable),
            Err(SignOnError::Invalid(why)) => {
                tracing::info!(why, "an operator's token was refused");
                Err(Failure::OperatorUnknown)
            }
        }
    }
}

impl Operations {
    /// The operator who proves to be one, in the role that the method asks for. Each use of the bootstrap token stands
    /// in the audit log before it is one.
    pub async fn authenticate(&self, proof: OperatorProof, role: Role) -> Result<OperatorScope, Failure> {
        match self.0.access.admit(&proof).await? {
            Admitted::Known(operator) => operator.acting_as(role),
            Admitted::Somebody(operator) => {
                let scope = operator.acting_as(role)?;
                let event = NewEvent {
                    actor: Actor::Operator(scope.operator().to_owned()),
                    action: Action::BootstrapTokenUsed,
                    subject: None,
                    target: proof.method.trim_start_matches('/').to_owned(),
                    details: None,
                };
                self.0.hub.audit.note_operator(&scope, &Chain::Hub, event, self.0.hub.clock.now()).await?;
                Ok(scope)
            }
        }
    }

    /// Looks whether the identity provider's keys are due to be fetched again, and does. That they could not be is
    /// logged: those that are there go on to be used for a while.
    pub async fn refresh_issuer_keys(&self, _: &SystemScope) -> Result<(), StoreError> {
        if let Some(sign_on) = &self.0.access.ways.sign_on {
            sign_on.refresh().await;
        }
        Ok(())
    }
}

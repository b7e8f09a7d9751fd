//! How operators prove themselves, put together from the configuration.

use std::sync::Arc;

use komunala_app::{
    operator::{BootstrapToken, CertifiedOperator, OperatorAccess, SignOn, SignOnSettings},
    ports::Issuer,
};
use komunala_identity::OpenIdProvider;

use super::{ListenerError, StartError};
use crate::{Configuration, configuration::AccessError, token};

/// The ways in. The bootstrap token is made where it is missing, unless it is switched off.
pub(super) fn ways(configuration: &Configuration) -> Result<OperatorAccess, StartError> {
    if !configuration.operator.enabled {
        return Ok(OperatorAccess::default());
    }
    let certificates = certificates(configuration)?;
    let sign_on = sign_on(configuration)?.map(|(settings, provider)| SignOn::new(settings, Arc::new(provider)));
    if !configuration.operator.bootstrap && certificates.is_empty() && sign_on.is_none() {
        return Err(AccessError::Nobody.into());
    }
    Ok(OperatorAccess { bootstrap: bootstrap(configuration)?, certificates, sign_on })
}

/// Looks whether operators could prove themselves, and makes nothing: the identity provider is asked for its keys.
pub(crate) async fn check(configuration: &Configuration) -> Result<(), StartError> {
    certificates(configuration)?;
    if let Some((_, provider)) = sign_on(configuration)? {
        provider.key_set().await.map_err(AccessError::Keys)?;
    }
    Ok(())
}

fn certificates(configuration: &Configuration) -> Result<Vec<CertifiedOperator>, AccessError> {
    let operator = &configuration.operator;
    let certificates = operator.certificates.iter().map(|known| known.operator()).collect::<Result<Vec<_>, _>>()?;
    let has_authority = operator.tls.as_ref().is_some_and(|tls| tls.client_ca.is_some());
    match certificates.is_empty() || has_authority {
        true => Ok(certificates),
        false => Err(AccessError::NoAuthority),
    }
}

fn bootstrap(configuration: &Configuration) -> Result<Option<BootstrapToken>, StartError> {
    let operator = &configuration.operator;
    let path = configuration.path(&operator.token_file);
    if !operator.bootstrap {
        if path.exists() {
            tracing::info!(path = %path.display(), "the bootstrap token is switched off: its file can go");
        }
        return Ok(None);
    }
    Ok(Some(token::read_or_make(&path)?))
}

fn sign_on(configuration: &Configuration) -> Result<Option<(SignOnSettings, OpenIdProvider)>, StartError> {
    let Some(oidc) = &configuration.operator.oidc else { return Ok(None) };
    let roots = oidc.roots.as_ref().map(|path| {
        let path = configuration.path(path);
        std::fs::read(&path).map_err(|cause| ListenerError::File { setting: "operator.oidc.roots", path, cause })
    });
    let provider = OpenIdProvider::new(&oidc.issuer, roots.transpose()?.as_deref()).map_err(AccessError::from)?;
    Ok(Some((oidc.settings()?, provider)))
}

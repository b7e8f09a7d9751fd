//! Who is it: portals by a key or a certificate, users by their access token.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{
    Hub,
    credentials::{ClientCertificate, PortalKeyDigest, access_token::TokenError},
    directory::Door,
    failure::Failure,
    ports::StoreError,
    scope::{PortalScope, SystemScope, UserScope},
};

/// What a portal shows to be let in.
#[derive(Debug, Clone, Copy, Default)]
pub struct PortalProof<'a> {
    /// A key. It decides, whatever else is shown.
    pub key: Option<&'a str>,
    /// The certificate of the connection, which the listener verified.
    pub certificate: Option<&'a ClientCertificate>,
    /// The origin of the page that calls, where a browser says one.
    pub origin: Option<&'a str>,
}

impl Hub {
    /// The portal whose key or certificate this is. A page of another origin than the portal's own is refused, whatever
    /// it shows: what stands in a page is read by whoever opens it.
    pub fn authenticate_portal(&self, proof: &PortalProof<'_>) -> Result<PortalScope, Failure> {
        let roster = self.roster();
        let doors = roster.directory.doors();
        let door: Option<&Arc<Door>> = match (proof.key, proof.certificate) {
            (Some(key), _) => doors.by_key(PortalKeyDigest::of(key), self.clock.now()),
            (None, Some(certificate)) => doors.by_certificate(certificate.key),
            (None, None) => None,
        };
        let door = door.ok_or(Failure::PortalUnknown)?;
        if proof.origin.is_some_and(|origin| !door.admits(origin)) {
            return Err(Failure::OriginNotAllowed);
        }
        Ok(door.scope.clone())
    }

    /// The user whose access token this is; a token of another tenant or another portal opens nothing.
    pub fn authenticate_user(&self, portal: &PortalScope, token: &str) -> Result<UserScope, Failure> {
        let claims = self.access_tokens.verify(token, self.clock.now()).map_err(|error| match error {
            TokenError::Invalid => Failure::AccessTokenInvalid,
            TokenError::Expired => Failure::AccessTokenExpired,
        })?;
        if claims.tenant != *portal.tenant().tenant() || claims.portal != *portal.portal() {
            return Err(Failure::AccessTokenInvalid);
        }
        let expires = Timestamp::from_second(claims.exp).ok();
        Ok(UserScope::new(portal.clone(), claims.sub, claims.sid).until(expires))
    }

    /// Writes down which keys of portals were used since the last time, to the minute.
    pub async fn note_key_uses(&self, scope: &SystemScope) -> Result<(), StoreError> {
        let uses = self.key_uses.take();
        if uses.is_empty() {
            return Ok(());
        }
        self.portal_keys.note_portal_key_uses(scope, &uses).await
    }
}

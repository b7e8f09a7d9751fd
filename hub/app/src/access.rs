//! Who is it: portals by their key, users by their access token.

use crate::{
    Hub,
    credentials::{PortalKeyDigest, access_token::TokenError},
    failure::Failure,
    scope::{PortalScope, UserScope},
};

impl Hub {
    /// The portal that shows this key.
    pub fn authenticate_portal(&self, key: &str) -> Result<PortalScope, Failure> {
        self.roster().directory.portal(PortalKeyDigest::of(key)).cloned().ok_or(Failure::PortalUnknown)
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
        Ok(UserScope::new(portal.clone(), claims.sub, claims.sid))
    }
}

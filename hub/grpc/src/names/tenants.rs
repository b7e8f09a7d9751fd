//! Names of tenants, portals and keys: `tenants/{t}/portals/{p}/keys/{k}`.

use std::fmt;

use komunala_domain::{PortalId, TenantId, ids::PortalKeyId};

use super::Reader;
use crate::failure::Failure;

/// `tenants/{t}`.
pub(crate) struct TenantName<'a>(pub(crate) &'a TenantId);

/// `tenants/{t}/portals/{p}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PortalName {
    pub(crate) tenant: TenantId,
    pub(crate) portal: PortalId,
}

/// `tenants/{t}/portals/{p}/keys/{k}`. A key in settings has no id: nothing is done with one by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PortalKeyName {
    pub(crate) portal: PortalName,
    pub(crate) key: Option<PortalKeyId>,
}

/// What the names of keys in settings begin with.
pub(crate) const IN_SETTINGS: &str = "settings-";

impl fmt::Display for TenantName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tenants/{}", self.0)
    }
}

impl fmt::Display for PortalName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tenants/{}/portals/{}", self.tenant, self.portal)
    }
}

/// The tenant of `tenants/{t}`.
pub(crate) fn tenant(field: &'static str, name: &str) -> Result<TenantId, Failure> {
    let mut reader = Reader::new(field, name);
    let tenant = reader.id("tenants")?;
    reader.end(tenant)
}

impl Reader<'_> {
    fn portal(&mut self) -> Result<PortalName, Failure> {
        Ok(PortalName { tenant: self.id("tenants")?, portal: self.id("portals")? })
    }
}

impl PortalName {
    pub(crate) fn parse(field: &'static str, name: &str) -> Result<Self, Failure> {
        let mut reader = Reader::new(field, name);
        let portal = reader.portal()?;
        reader.end(portal)
    }
}

impl PortalKeyName {
    pub(crate) fn parse(field: &'static str, name: &str) -> Result<Self, Failure> {
        let mut reader = Reader::new(field, name);
        let (portal, key) = (reader.portal()?, reader.text("keys")?);
        let key = if key.starts_with(IN_SETTINGS) { None } else { Some(reader.parse(key)?) };
        reader.end(Self { portal, key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_named_by_its_portal_and_one_in_settings_has_no_id() {
        let id = PortalKeyId::new();
        let made = PortalKeyName::parse("name", &format!("tenants/region/portals/web/keys/{id}")).unwrap();
        assert_eq!((made.portal.to_string().as_str(), made.key), ("tenants/region/portals/web", Some(id)));
        let named = PortalKeyName::parse("name", "tenants/region/portals/web/keys/settings-0123456789abcdef").unwrap();
        assert_eq!(named.key, None);
        for wrong in ["tenants/region", "tenants/region/portals/web/keys/key_1", "tenants/region/portals/web/keys"] {
            assert!(PortalKeyName::parse("name", wrong).is_err(), "{wrong}");
        }
        assert!(tenant("name", "tenants/region/portals/web").is_err() && tenant("name", "tenants/region").is_ok());
    }
}

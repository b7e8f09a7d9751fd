//! Tenants, portals and keys, as operators see them.

use jiff::Timestamp;
use komunala_app::{
    credentials::PortalKeyDigest,
    operator::{KeyOverview, NewKey, PortalOverview, TenantOverview},
    ports::portal_keys::IssuedKey,
};
use secrecy::ExposeSecret;

use super::date::moment;
use crate::{
    names::{self, IN_SETTINGS, PortalName, TenantName},
    proto::operator::v1::{self, portal_key::State},
};

/// As many digits of a digest as tell keys apart.
const DIGITS: usize = 16;

pub(crate) fn tenant(overview: TenantOverview) -> v1::Tenant {
    let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    v1::Tenant {
        name: TenantName(&overview.id).to_string(),
        display_name: overview.display_name,
        create_time: overview.created_at.map(moment),
        update_time: overview.updated_at.map(moment),
        updated_by: overview.updated_by.unwrap_or_default(),
        provider_count: count(overview.providers),
        portal_count: count(overview.portals),
    }
}

pub(crate) fn portal(overview: PortalOverview) -> v1::Portal {
    let PortalOverview { portal, revision } = overview;
    v1::Portal {
        providers: names::providers(&portal.providers),
        client_certificates: portal.certificates.iter().map(ToString::to_string).collect(),
        name: PortalName { tenant: portal.tenant, portal: portal.id }.to_string(),
        allowed_origins: portal.origins,
        revision: i64::try_from(revision).unwrap_or(i64::MAX),
    }
}

pub(crate) fn key(portal: &PortalName, overview: KeyOverview, now: Timestamp) -> v1::PortalKey {
    match overview {
        KeyOverview::Issued(key) => issued(portal, key, now),
        KeyOverview::InSettings(digest) => in_settings(portal, digest),
    }
}

/// The one answer that holds the key itself.
pub(crate) fn new_key(portal: &PortalName, made: NewKey, now: Timestamp) -> v1::PortalKey {
    v1::PortalKey { secret: made.secret.expose_secret().to_owned(), ..issued(portal, made.key, now) }
}

fn issued(portal: &PortalName, key: IssuedKey, now: Timestamp) -> v1::PortalKey {
    let state = match (key.revoked_at, key.is_valid(now)) {
        (Some(_), _) => State::Revoked,
        (None, true) => State::Active,
        (None, false) => State::Expired,
    };
    v1::PortalKey {
        name: format!("{portal}/keys/{}", key.id),
        state: state.into(),
        create_time: Some(moment(key.created_at)),
        created_by: key.created_by,
        expire_time: key.not_after.map(moment),
        revoke_time: key.revoked_at.map(moment),
        revoked_by: key.revoked_by.unwrap_or_default(),
        last_use_time: key.last_used_at.map(moment),
        secret: String::new(),
    }
}

fn in_settings(portal: &PortalName, digest: PortalKeyDigest) -> v1::PortalKey {
    let digest = digest.sha256().to_string();
    v1::PortalKey {
        name: format!("{portal}/keys/{IN_SETTINGS}{}", &digest[..DIGITS]),
        state: State::InSettings.into(),
        ..Default::default()
    }
}

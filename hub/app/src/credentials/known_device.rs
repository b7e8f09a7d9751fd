//! Devices that signed in before: a token of a long life that opens nothing, and shows that its device is no stranger.
//!
//! It names an address of a tenant and is kept nowhere: the hub knows it again by its own tag. Whoever steals one gets a
//! budget of failures that is apart from that of strangers, and nothing else.

use aws_lc_rs::{constant_time, hmac};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use komunala_domain::{EmailAddress, TenantId};
use uuid::Uuid;

use super::Keys;

/// How long a device is known after it signed in.
const KNOWN_FOR: SignedDuration = SignedDuration::from_hours(400 * 24);
/// Bytes of the device's id, and of the tag behind it.
const HALF: usize = 16;

/// A device that signed in before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownDevice(Uuid);

impl KnownDevice {
    /// What its failures are counted by.
    pub fn id(self) -> Uuid {
        self.0
    }
}

/// Knows devices again.
pub struct KnownDevices(hmac::Key);

impl KnownDevices {
    /// Takes the key it needs.
    pub fn new(keys: &Keys) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &keys.subkey("known-devices")))
    }

    /// A token for a device that has just signed in with this address.
    pub fn token(&self, tenant: &TenantId, email: &EmailAddress) -> String {
        // its first bits are the time
        let device = Uuid::now_v7();
        let mut token = device.as_bytes().to_vec();
        token.extend_from_slice(&self.tag(tenant, email, device));
        URL_SAFE_NO_PAD.encode(token)
    }

    /// The device whose token this is, if it signed in with this address and not too long ago.
    pub fn known(&self, tenant: &TenantId, email: &EmailAddress, token: &str, now: Timestamp) -> Option<KnownDevice> {
        let token: [u8; 2 * HALF] = URL_SAFE_NO_PAD.decode(token).ok()?.try_into().ok()?;
        let device = Uuid::from_slice(&token[..HALF]).ok()?;
        constant_time::verify_slices_are_equal(&self.tag(tenant, email, device), &token[HALF..]).ok()?;
        let (seconds, _) = device.get_timestamp()?.to_unix();
        let since = Timestamp::from_second(i64::try_from(seconds).ok()?).ok()?;
        (now.duration_since(since) < KNOWN_FOR).then_some(KnownDevice(device))
    }

    fn tag(&self, tenant: &TenantId, email: &EmailAddress, device: Uuid) -> [u8; HALF] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in [tenant.as_str().as_bytes(), email.as_str().as_bytes()] {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        context.update(device.as_bytes());
        let mut tag = [0; HALF];
        tag.copy_from_slice(&context.sign().as_ref()[..HALF]);
        tag
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::RootSecret;

    #[test]
    fn a_device_is_known_with_its_own_address_in_its_own_tenant_for_a_year() {
        let devices = KnownDevices::new(&Keys::derive(&RootSecret::new(vec![7; 32]).unwrap()));
        let others = KnownDevices::new(&Keys::derive(&RootSecret::new(vec![8; 32]).unwrap()));
        let (ruma, indjija): (TenantId, TenantId) = ("ruma".parse().unwrap(), "indjija".parse().unwrap());
        let (ana, bojan): (EmailAddress, EmailAddress) =
            ("ana@example.rs".parse().unwrap(), "bojan@example.rs".parse().unwrap());
        let (token, now) = (devices.token(&ruma, &ana), Timestamp::now());
        assert!(devices.known(&ruma, &ana, &token, now).is_some());
        assert!(devices.known(&ruma, &ana, &token, now + SignedDuration::from_hours(365 * 24)).is_some());
        assert_eq!(devices.known(&ruma, &ana, &token, now + SignedDuration::from_hours(401 * 24)), None);
        assert_eq!(devices.known(&ruma, &bojan, &token, now), None);
        assert_eq!(devices.known(&indjija, &ana, &token, now), None);
        assert_eq!(others.known(&ruma, &ana, &token, now), None);
        assert_eq!(devices.known(&ruma, &ana, "", now), None);
    }
}

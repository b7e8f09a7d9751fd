//! What operators change while the hub runs, and how the change becomes what is served.
//!
//! **Where settings come from.** For each provider, and for the portals of each tenant, one text holds: the one that an
//! operator applied, if there is one; otherwise the settings file that the hub was started with. So files are how a hub
//! begins, and from the first change by an operator on the database has the word; a file that says something else is
//! named in the log at every start, and `komunala apply` brings it in.
//!
//! **Installing and pinning.** A provider's settings pin their adapter by name and digest, and that pin alone decides
//! what runs:
//! - to *install* a component is to check it and to keep it under its digest; nothing that runs changes;
//! - to *apply* settings with its digest is to switch the provider to it;
//! - to install it *for a provider* is both: the provider's settings are applied with nothing but the pin changed;
//! - to *roll back* is to apply them with the digest that served before; doing so twice leads forth again.
//!
//! A digest is looked for among the installed components first, then in the hub's own folder of adapters. Whatever
//! leaves that folder's component is kept in the store, so that every replica can roll back to it.
//!
//! **Every change passes all checks before anything changes**: the text field by field, the digest, the signature, and
//! only then the component is compiled, held against the contract and instantiated once. It is committed with the number
//! of the change it follows, so that of two operators at once one is told; then this replica switches, and the others
//! within [`FOLLOW_EVERY`]. A replica that cannot follow (a secret that only it lacks) keeps what it had and says so.

mod access;
mod adapters;
mod apply;
mod audit;
mod bill_runs;
mod component;
mod desk;
mod install;
mod messages;
mod outages;
mod portal_keys;
mod portals;
mod readings;
mod role;
mod signature;
mod standing;
mod switch;
mod tenants;

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use tokio::sync::{Mutex, Semaphore};

use crate::{
    Hub,
    ports::{
        Bounces, Components, DeliveryEpoch, Messages, OutageDesk, PortalKeys, Settings, Tenants, Workshop,
        workshop::SettingsText,
    },
};

pub use access::{
    BootstrapToken, CertifiedOperator, ClaimGrant, KeyTimes, NotAnAlgorithm, OperatorAccess, OperatorProof, SignOn,
    SignOnSettings, SigningAlgorithm, TokenTooShort,
};
pub use apply::Outcome;
pub use component::ComponentOverview;
pub use desk::AnswerRequest;
pub use install::{Installation, MAX_COMPONENT_BYTES, Upload};
pub use messages::Delivery;
pub use outages::{OutageDraft, OutageOverview, OutagePreview, OutageWarning, ReviseOutage};
pub use portal_keys::{KeyOverview, NewKey};
pub use portals::PortalOverview;
pub use readings::EnterReading;
pub use role::{Grant, NotARole, Role};
pub use signature::{NotAKey, NotASignature, SignatureError, SignatureKey, Signatures};
pub use standing::{Held, ProviderState, Serving, Standing};
pub use switch::BeginError;
pub use tenants::TenantOverview;

use switch::View;

/// How often a replica looks whether another one changed something.
pub const FOLLOW_EVERY: Duration = Duration::from_secs(1);

/// Uploads at a time: each holds a whole component in memory.
const UPLOADS: usize = 2;

/// What operators need of the world beside what the hub does.
#[derive(Clone)]
#[allow(missing_docs, reason = "each field is named after its port, which says what it is")]
pub struct OperatorPorts {
    pub components: Arc<dyn Components>,
    pub settings: Arc<dyn Settings>,
    pub portal_keys: Arc<dyn PortalKeys>,
    pub tenants: Arc<dyn Tenants>,
    pub workshop: Arc<dyn Workshop>,
    pub messages: Arc<dyn Messages>,
    pub bounces: Arc<dyn Bounces>,
    pub epoch: Arc<dyn DeliveryEpoch>,
    pub outages: Arc<dyn OutageDesk>,
}

/// What the hub was started with.
pub struct OperatorSettings {
    /// The settings files.
    pub files: Vec<SettingsText>,
    /// Whose signatures count.
    pub signatures: Signatures,
    /// How operators prove themselves; nobody is one otherwise.
    pub access: OperatorAccess,
}

/// The hub as operators change it. Cheap to clone: everything in it is shared.
#[derive(Clone)]
pub struct Operations(Arc<Shared>);

struct Shared {
    hub: Hub,
    ports: OperatorPorts,
    files: Vec<SettingsText>,
    signatures: Signatures,
    access: access::Access,
    /// One change at a time on this replica; the database sees to the others.
    turn: Mutex<()>,
    view: ArcSwap<View>,
    uploads: Arc<Semaphore>,
}

impl Operations {
    /// Nothing is served until [`Operations::begin`].
    pub fn new(hub: Hub, ports: OperatorPorts, settings: OperatorSettings) -> Self {
        Self(Arc::new(Shared {
            hub,
            ports,
            files: settings.files,
            signatures: settings.signatures,
            access: access::Access::new(settings.access),
            turn: Mutex::default(),
            view: ArcSwap::default(),
            uploads: Arc::new(Semaphore::new(UPLOADS)),
        }))
    }
}

//! What a caller may reach, as a type.
//!
//! A scope comes out of an authentication and of nothing else: its fields are private and it has no public
//! constructor. Every port that touches a tenant's data asks for one, so that nothing in the store can be reached
//! without somebody having been authenticated first.

use std::{collections::BTreeSet, net::IpAddr, sync::Arc};

use jiff::Timestamp;
use komunala_domain::{ProviderId, TenantId, ids::InvoiceId, ids::LinkId, ids::SessionId, ids::UserId};

use crate::{
    caller::{Caller, Callers},
    failure::Failure,
};

/// The data of one tenant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TenantScope {
    tenant: TenantId,
}

impl TenantScope {
    pub(crate) fn new(tenant: TenantId) -> Self {
        Self { tenant }
    }

    /// The tenant whose data may be reached.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }
}

/// A portal: one tenant and the providers that the portal shows; and whoever calls through it.
#[derive(Debug, Clone)]
pub struct PortalScope {
    tenant: TenantScope,
    portal: komunala_domain::PortalId,
    providers: Arc<[ProviderId]>,
    callers: Callers,
    caller: Option<Caller>,
    households_only: bool,
}

impl PortalScope {
    pub(crate) fn new(
        tenant: TenantId,
        portal: komunala_domain::PortalId,
        providers: impl Into<Arc<[ProviderId]>>,
    ) -> Self {
        let (callers, caller, households_only) = (Callers::default(), None, false);
        Self { tenant: TenantScope::new(tenant), portal, providers: providers.into(), callers, caller, households_only }
    }

    /// The same portal, whose callers are told apart in this way, and which may be for households alone.
    #[must_use]
    pub(crate) fn ruled_by(self, callers: Callers, households_only: bool) -> Self {
        Self { callers, households_only, ..self }
    }

    /// Whether accounts of businesses can be neither registered nor linked here.
    pub fn households_only(&self) -> bool {
        self.households_only
    }

    /// The same portal, called over a connection from an address, with what it says of who calls.
    #[must_use]
    pub fn called(self, connection: Option<IpAddr>, told: Option<&str>) -> Self {
        Self { caller: Caller::of(self.callers, connection, told), ..self }
    }

    /// Who calls, where the hub can tell.
    pub fn caller(&self) -> Option<Caller> {
        self.caller
    }

    /// The tenant whose data may be reached.
    pub fn tenant(&self) -> &TenantScope {
        &self.tenant
    }

    /// The portal that was authenticated.
    pub fn portal(&self) -> &komunala_domain::PortalId {
        &self.portal
    }

    /// The providers that the portal shows.
    pub fn providers(&self) -> &[ProviderId] {
        &self.providers
    }

    /// Whether the portal shows this provider.
    pub fn shows(&self, provider: &ProviderId) -> bool {
        self.providers.contains(provider)
    }
}

/// A signed-in user of a portal.
#[derive(Debug, Clone)]
pub struct UserScope {
    portal: PortalScope,
    user: UserId,
    session: SessionId,
    expires: Option<Timestamp>,
}

impl UserScope {
    pub(crate) fn new(portal: PortalScope, user: UserId, session: SessionId) -> Self {
        Self { portal, user, session, expires: None }
    }

    /// The same user, as long as the access token lasts that was shown.
    #[must_use]
    pub(crate) fn until(self, expires: Option<Timestamp>) -> Self {
        Self { expires, ..self }
    }

    /// When the access token ends that was shown. A call that began before goes on; one that watches ends then.
    pub fn expires(&self) -> Option<Timestamp> {
        self.expires
    }

    /// The tenant whose data may be reached.
    pub fn tenant(&self) -> &TenantScope {
        &self.portal.tenant
    }

    /// The portal the user came through.
    pub fn portal(&self) -> &PortalScope {
        &self.portal
    }

    /// The user.
    pub fn user(&self) -> UserId {
        self.user
    }

    /// The session whose access token was shown.
    pub fn session(&self) -> SessionId {
        self.session
    }
}

/// A background worker of the hub itself, which serves all tenants.
#[derive(Debug, Clone)]
pub struct SystemScope {
    _authenticated: (),
}

impl SystemScope {
    pub(crate) fn new() -> Self {
        Self { _authenticated: () }
    }

    /// Narrows to one tenant.
    pub fn tenant(&self, tenant: TenantId) -> TenantScope {
        TenantScope::new(tenant)
    }
}

/// Whoever holds a pay link: one bill, as long as the link between its account and the link's owner counts.
#[derive(Debug, Clone)]
pub struct PayerScope {
    tenant: TenantScope,
    link: LinkId,
    invoice: InvoiceId,
}

impl PayerScope {
    pub(crate) fn new(tenant: TenantId, link: LinkId, invoice: InvoiceId) -> Self {
        Self { tenant: TenantScope::new(tenant), link, invoice }
    }

    /// The tenant.
    pub fn tenant(&self) -> &TenantScope {
        &self.tenant
    }

    /// The link between a user and an account that the pay link was made for.
    pub fn link(&self) -> LinkId {
        self.link
    }

    /// The bill.
    pub fn invoice(&self) -> InvoiceId {
        self.invoice
    }
}

/// How far an operator reaches in the role that a call asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reach {
    /// All tenants, and what belongs to none.
    Hub,
    /// These tenants.
    Tenants(Arc<BTreeSet<TenantId>>),
}

/// An operator of the hub, in the role that a call asks for: for all tenants, or for some.
#[derive(Debug, Clone)]
pub struct OperatorScope {
    operator: Arc<str>,
    reach: Reach,
}

impl OperatorScope {
    pub(crate) fn new(operator: impl Into<Arc<str>>, reach: Reach) -> Self {
        Self { operator: operator.into(), reach }
    }

    /// Whether what belongs to a tenant is within reach.
    pub fn reaches(&self, tenant: &TenantId) -> bool {
        match &self.reach {
            Reach::Hub => true,
            Reach::Tenants(tenants) => tenants.contains(tenant),
        }
    }

    /// Whether what belongs to no tenant is within reach: components, and the hub's own chain of the audit log.
    pub fn reaches_the_hub(&self) -> bool {
        self.reach == Reach::Hub
    }

    /// What changes something of a tenant's passes here.
    pub(crate) fn reach(&self, tenant: &TenantId) -> Result<(), Failure> {
        match self.reaches(tenant) {
            true => Ok(()),
            false => Err(Failure::OperatorTenantDenied(Some(tenant.clone()))),
        }
    }

    /// What concerns all tenants passes here.
    pub(crate) fn reach_the_hub(&self) -> Result<(), Failure> {
        match self.reaches_the_hub() {
            true => Ok(()),
            false => Err(Failure::OperatorTenantDenied(None)),
        }
    }

    /// Who it is, as the log and what they change name them.
    pub fn operator(&self) -> &str {
        &self.operator
    }

    /// Narrows to the desk of one tenant.
    pub(crate) fn desk(&self, tenant: TenantId) -> DeskScope {
        DeskScope { tenant: TenantScope::new(tenant), operator: self.operator.clone() }
    }

    /// What operators may read, workers of the hub may.
    pub(crate) fn system(&self) -> SystemScope {
        SystemScope::new()
    }
}

/// An operator at the desk of one tenant, who reads and answers what its customers ask.
#[derive(Debug, Clone)]
pub struct DeskScope {
    tenant: TenantScope,
    operator: Arc<str>,
}

impl DeskScope {
    /// The tenant whose customers' requests may be reached.
    pub fn tenant(&self) -> &TenantScope {
        &self.tenant
    }

    /// Who it is, as the audit log names them.
    pub fn operator(&self) -> &str {
        &self.operator
    }
}

/// Scopes without an authentication, for tests of the store alone.
#[cfg(feature = "testing")]
pub mod testing {
    use super::{DeskScope, OperatorScope, PayerScope, PortalScope, Reach, SystemScope, UserScope};
    use komunala_domain::{
        PortalId, ProviderId, TenantId,
        ids::{InvoiceId, LinkId, SessionId, UserId},
    };

    /// A portal of `tenant` that shows `providers`.
    pub fn portal(tenant: TenantId, portal: PortalId, providers: Vec<ProviderId>) -> PortalScope {
        PortalScope::new(tenant, portal, providers)
    }

    /// A user of a portal.
    pub fn user(portal: PortalScope, user: UserId) -> UserScope {
        UserScope::new(portal, user, SessionId::new())
    }

    /// An operator of everything.
    pub fn operator(name: &str) -> OperatorScope {
        OperatorScope::new(name, Reach::Hub)
    }

    /// An operator at the desk of a tenant.
    pub fn desk(tenant: TenantId, name: &str) -> DeskScope {
        operator(name).desk(tenant)
    }

    /// Whoever holds a pay link.
    pub fn payer(tenant: TenantId, link: LinkId, invoice: InvoiceId) -> PayerScope {
        PayerScope::new(tenant, link, invoice)
    }

    /// The hub's own workers.
    pub fn system() -> SystemScope {
        SystemScope::new()
    }
}

//! What a hub serves at one moment: who is who, and which billing system answers for whom.

use std::{collections::HashMap, sync::Arc};

use komunala_domain::ProviderId;

use crate::{
    directory::Directory,
    ports::{BillingSystem, Gateway},
    sms::TextLine,
};

/// What a hub serves at one moment. It never changes: the hub is given another one.
#[derive(Default)]
pub struct Roster {
    /// The tenants, portals and providers.
    pub directory: Directory,
    /// The billing systems by provider. A provider whose adapter could not be used has none.
    pub billing: HashMap<ProviderId, Arc<dyn BillingSystem>>,
    /// The payment providers through which a provider's bills can be paid, in the order of its settings.
    pub gateways: HashMap<ProviderId, Vec<Arc<dyn Gateway>>>,
    /// The lines to customers' phones, of providers that have one.
    pub lines: HashMap<ProviderId, Arc<TextLine>>,
}

impl std::fmt::Debug for Roster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Roster").field("directory", &self.directory).finish_non_exhaustive()
    }
}

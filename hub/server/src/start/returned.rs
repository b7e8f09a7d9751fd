//! Mail that comes back: one reader, for a folder that a mail server delivers to and for what one hands in.

use std::sync::Arc;

use komunala_app::{
    Hub,
    credentials::CallbackSecret,
    ports::{Clock, ReturnedMail},
};
use komunala_delivery::{
    ReturnPaths,
    bounces::{BounceBox, BounceReader},
};
use komunala_pages::BounceDesk;
use komunala_store::Store;

use super::{StartError, hex};
use crate::Configuration;

/// Where mail comes that comes back.
pub(super) struct Returning {
    pub(super) paths: ReturnPaths,
    reader: Arc<dyn ReturnedMail>,
    secret: Option<CallbackSecret>,
}

impl Returning {
    /// What the configuration says of it, if anything.
    pub(super) fn of(
        configuration: &Configuration,
        hub: &Hub,
        store: &Arc<Store>,
        clock: &Arc<dyn Clock>,
    ) -> Result<Option<Self>, StartError> {
        let Some(bounces) = &configuration.mail.bounces else { return Ok(None) };
        let secret = bounces.secret(&configuration.base, configuration.pages.enabled)?;
        let paths = ReturnPaths { address: bounces.address.clone(), key: hex(&hub.return_path_key()).into() };
        let reader = BounceReader::new(paths.clone(), store.clone(), clock.clone(), hub.system_scope());
        Ok(Some(Self { paths, reader: Arc::new(reader), secret }))
    }

    /// The folder, if there is one.
    pub(super) fn folder(&self, configuration: &Configuration) -> Option<BounceBox> {
        let bounces = configuration.mail.bounces.as_ref()?;
        let folder = configuration.path(bounces.maildir.as_deref()?);
        Some(BounceBox::new(folder, bounces.poll, self.reader.clone()))
    }

    /// Where a mail server hands it in, if it may.
    pub(super) fn desk(&self) -> Option<BounceDesk> {
        Some(BounceDesk { secret: self.secret.clone()?, reader: self.reader.clone() })
    }
}

//! Opening the pages: their listener, and where they are found.

use std::{net::SocketAddr, sync::Arc};

use komunala_app::Hub;
use komunala_listener::Protocols;
use komunala_pages::{Server, Site};
use komunala_rendering::TemplatePages;
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{StartError, listener, returned::Returning};
use crate::Configuration;

/// The listener of pages, taken before the hub is put together: links name where it is.
pub(super) struct PagesListener {
    listener: TcpListener,
    pub(super) bound: SocketAddr,
    pub(super) public_url: String,
}

/// Takes the listener, if there is to be one.
pub(super) async fn bind(configuration: &Configuration) -> Result<Option<PagesListener>, StartError> {
    let pages = &configuration.pages;
    if !pages.enabled {
        return Ok(None);
    }
    let (listener, bound) = listener::bind("pages", pages.listen).await?;
    let public_url = pages.public_url(bound)?;
    Ok(Some(PagesListener { listener, bound, public_url }))
}

/// Serves the pages.
pub(super) fn open(
    configuration: &Configuration,
    pages: PagesListener,
    hub: &Hub,
    returning: Option<&Returning>,
    stop: &CancellationToken,
    tasks: &mut JoinSet<()>,
) -> Result<SocketAddr, StartError> {
    let settings = configuration.pages.settings(&pages.public_url);
    let site = Site::new(hub.clone(), Arc::new(TemplatePages::new()), returning.and_then(Returning::desk), &settings);
    let tls = listener::tls("pages", configuration, configuration.pages.tls.as_ref(), Protocols::Http1)?;
    let server = Server::new(&site, settings, tls);
    let stopped = stop.clone();
    tasks.spawn(async move { server.serve(pages.listener, stopped.cancelled_owned()).await });
    Ok(pages.bound)
}

//! Opening the operators' listener.

use std::{net::SocketAddr, time::Duration};

use komunala_app::Operations;
use komunala_grpc::Server;
use komunala_listener::Protocols;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::listener::{Healths, ListenerError, bind, tls};
use crate::{Configuration, configuration::positive};

/// Operators are few.
const CONNECTIONS: usize = 64;
const CALLS: usize = 32;

/// A component of 64 MiB over a slow line, compiled at the other end.
const DEFAULT_DEADLINE: Duration = Duration::from_secs(2 * 60);
const LONGEST_DEADLINE: Duration = Duration::from_secs(15 * 60);

/// Opens the listener; answers where it is.
pub(super) async fn open(
    configuration: &Configuration,
    operations: Operations,
    health: &Healths,
    stop: &CancellationToken,
    tasks: &mut JoinSet<()>,
) -> Result<SocketAddr, ListenerError> {
    let operator = &configuration.operator;
    let (listener, bound) = bind("operator", operator.listen).await?;
    let tls = tls("operator", configuration, operator.tls.as_ref(), Protocols::Http2)?;
    let settings = komunala_grpc::Settings {
        connections: CONNECTIONS,
        calls_under_way: CALLS,
        default_deadline: DEFAULT_DEADLINE,
        longest_deadline: LONGEST_DEADLINE,
        drain: positive(configuration.api.drain),
        ..komunala_grpc::Settings::default()
    };
    let routes = komunala_grpc::operator_services(&operations, &settings).add_service(health.service.clone());
    let routes = if operator.reflection { komunala_grpc::operator_reflection(routes) } else { routes };
    let server = Server::for_operators(routes, operations, settings, tls);
    let stopped = stop.clone();
    tasks.spawn(async move {
        server.serve(listener, stopped.cancelled_owned()).await;
    });
    Ok(bound)
}

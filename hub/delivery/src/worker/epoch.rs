//! Whether the database at hand is the one that sent last. While it is not, or nobody can tell, nothing is claimed.

use std::time::Duration;

use komunala_app::ports::epoch::{EpochMove, EpochStanding};
use tokio::time::Instant;

use super::{Carrier, Desk, Post};

/// How often it is looked while mail goes out. While it is held, every round looks, so that a release takes effect soon.
const EVERY: Duration = Duration::from_secs(30);

/// What is known of the epoch.
pub(super) struct Epoch {
    standing: Option<EpochStanding>,
    looked_at: Instant,
    moves: EpochMove,
}

impl Epoch {
    /// Whether mail may go out.
    pub(super) fn is_ours(&self) -> bool {
        self.standing == Some(EpochStanding::Same)
    }

    /// Messages were claimed, or none.
    pub(super) fn sends(&mut self, any: bool) {
        if any && self.moves == EpochMove::Stay {
            self.moves = EpochMove::WhenDue;
        }
    }
}

impl<C: Carrier> Post<C> {
    /// The first look, which moves the epoch on.
    pub(super) async fn begin_epoch(&self) -> Epoch {
        let mut epoch = Epoch { standing: None, looked_at: Instant::now(), moves: EpochMove::Now };
        self.look_at_epoch(&mut epoch).await;
        epoch
    }

    /// Looks, where it is time to.
    pub(super) async fn look_at_epoch(&self, epoch: &mut Epoch) {
        if epoch.is_ours() && epoch.looked_at.elapsed() < EVERY {
            return;
        }
        let Desk { epoch: port, scope, clock, .. } = &self.desk;
        epoch.looked_at = Instant::now();
        let before = epoch.standing;
        match port.compare(scope, epoch.moves, clock.now()).await {
            Ok(standing) => {
                epoch.standing = Some(standing);
                if epoch.is_ours() {
                    epoch.moves = EpochMove::Stay;
                }
            }
            // what is known is still so until it is known otherwise
            Err(error) => return tracing::warn!(%error, "the delivery epoch cannot be read"),
        }
        match (epoch.standing, before == epoch.standing) {
            (Some(EpochStanding::Held { database, documents }), false) => tracing::error!(
                database,
                documents,
                "all messages are held: the database and the documents are not of the same time, as after a restored backup; \
                 `komunala delivery release` lets it go"
            ),
            (Some(EpochStanding::Same), false) if before.is_some() => tracing::info!("messages go out again"),
            _ => {}
        }
    }
}

//! Queues within the outbox: one for each channel, priority and provider, so that nobody waits behind what another one sends.

use komunala_app::ports::outbox::{Priority, Room};
use komunala_domain::{Channel, Period, ProviderId};
use rand::RngExt as _;
use sea_orm::{FromQueryResult as _, Value};

use crate::{
    columns::column,
    database::{Failure, Tx},
    entities::message::Model,
};

/// The column `queue` of a message.
pub(super) fn of(priority: Priority, provider: &ProviderId) -> String {
    let class = match priority {
        Priority::Urgent => '0',
        Priority::Normal => '1',
        Priority::Bulk => '2',
    };
    format!("{class}:{provider}")
}

/// The queue of the mails of a run of bills: one of its own, so that they can be held by one word in the run's row.
pub(crate) fn of_run(provider: &ProviderId, period: Period) -> String {
    format!("{}:{period}", of(Priority::Bulk, provider))
}

/// Whether somebody waits for what stands in a queue.
pub(super) fn is_urgent(queue: &str) -> bool {
    queue.starts_with('0')
}

fn is_bulk(queue: &str) -> bool {
    queue.starts_with('2')
}

/// The provider whose messages stand in a queue; none of them has a colon in its id.
fn provider(queue: &str) -> &str {
    queue.split(':').nth(1).unwrap_or_default()
}

/// The queues of a channel that something waits in, in order; not those of runs of bills that are held. The index is walked
/// from queue to queue: a million messages in one of them cost no more than one.
async fn waiting(tx: &Tx, channel: Channel) -> Result<Vec<String>, Failure> {
    let sql = "WITH RECURSIVE queues(queue) AS (
                 SELECT MIN(queue) FROM messages WHERE state = 'pending' AND channel = $1
                 UNION ALL
                 SELECT (SELECT MIN(m.queue) FROM messages m
                         WHERE m.state = 'pending' AND m.channel = $1 AND m.queue > queues.queue)
                 FROM queues WHERE queues.queue IS NOT NULL)
               SELECT queue FROM queues
               WHERE queue IS NOT NULL
                 AND queue NOT IN (SELECT r.queue FROM bill_runs r WHERE r.state IN ('paused', 'cancelled'))";
    let rows = tx.rows(sql, vec![channel.word().into()]).await?;
    let queues: Result<Vec<String>, _> = rows.iter().map(|row| column("queue", row, 0)).collect();
    Ok(queues?)
}

/// Takes messages out of the queues by `take`: the urgent ones first, and as many of one queue as of any other of its
/// priority.
pub(super) async fn take(tx: &Tx, room: Room<'_>, more: impl Fn() -> Vec<Value>) -> Result<Vec<Model>, Failure> {
    let (mut taken, mut left) = (Vec::new(), room);
    let mut queues = waiting(tx, room.channel).await?;
    queues.retain(|queue| room.whose.includes(provider(queue)));
    for class in queues.chunk_by(|a, b| a.as_bytes().first() == b.as_bytes().first()) {
        let mut class = class.to_vec();
        // who is first gets what cannot be divided: another one each time
        let first = rand::rng().random_range(0..class.len());
        class.rotate_left(first);
        let bulk = is_bulk(&class[0]);
        while !class.is_empty() {
            let free = if bulk { left.bulk.min(left.messages) } else { left.messages };
            let share = free.div_ceil(u32::try_from(class.len()).unwrap_or(u32::MAX));
            if share == 0 {
                break;
            }
            let mut longer = Vec::new();
            for queue in class {
                let free = if bulk { left.bulk.min(left.messages) } else { left.messages };
                let wanted = share.min(free);
                if wanted == 0 {
                    continue;
                }
                let some = some(tx, (room.channel, &queue), wanted, more()).await?;
                let got = u32::try_from(some.len()).unwrap_or(u32::MAX);
                left.messages -= got;
                left.bulk -= if bulk { got } else { 0 };
                taken.extend(some);
                if got == wanted {
                    longer.push(queue);
                }
            }
            class = longer;
        }
    }
    Ok(taken)
}

/// The oldest of one queue that are due.
async fn some(tx: &Tx, (channel, queue): (Channel, &str), limit: u32, more: Vec<Value>) -> Result<Vec<Model>, Failure> {
    let sql = tx.skipping_locked(OLDEST);
    let mut values = more;
    values.extend([queue.into(), i64::from(limit).into(), channel.word().into()]);
    let rows = tx.rows(&sql, values).await?;
    let mut some = rows.iter().map(|row| Model::from_query_result(row, "")).collect::<Result<Vec<_>, _>>()?;
    // RETURNING has no order of its own
    some.sort_by_key(|message| (message.due_at, message.id));
    Ok(some)
}

/// `$1` is until when they are leased, `$2` now.
const OLDEST: &str = "UPDATE messages SET state = 'claimed', attempt = attempt + 1, lease_until = $1
     WHERE id IN (SELECT id FROM messages WHERE state = 'pending' AND channel = $5 AND queue = $3 AND due_at <= $2
                  ORDER BY due_at, id LIMIT $4 + 0 {lock})
     RETURNING *";

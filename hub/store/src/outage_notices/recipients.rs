//! Whom an outage concerns who wants to be told: an address at a time, with its supply points.

use komunala_app::ports::{StoreError, outage_notices::DueNotice};
use komunala_domain::{Channel, Language, PointNumber, TenantId};
use sea_orm::{QueryResult, prelude::Uuid};

use super::WHAT;
use crate::{
    columns::{column, damaged, parsed, uuid},
    database::{Failure, Tx},
};

/// An address, whoever has it.
pub(super) struct Recipient {
    pub(super) channel: Channel,
    pub(super) lookup: String,
    /// Its row; of an address that a user and somebody without an account signed up, one of both.
    pub(super) subscriber: Uuid,
    /// Whose key seals it.
    pub(super) owner: Uuid,
    pub(super) language: Language,
    pub(super) sealed: String,
    /// Its supply points that the outage concerns.
    pub(super) points: Vec<PointNumber>,
    /// Those that it does not concern any more.
    pub(super) spared: Vec<PointNumber>,
}

/// Where the last portion ended.
pub(super) struct Place {
    pub(super) channel: String,
    pub(super) lookup: String,
}

/// The next addresses, in their order, out of at most `size` rows; and whether there are no more.
pub(super) async fn next(
    tx: &Tx,
    tenant: &TenantId,
    notice: &DueNotice,
    after: &Place,
    size: u32,
) -> Result<(Vec<Recipient>, bool), Failure> {
    // what an earlier revision left out counts until one was told to the end
    let sql = "SELECT b.channel, b.address_lookup, b.id, COALESCE(b.user_id, b.id), COALESCE(u.language, b.language),
                      b.sealed, s.point_number, p.gone_in IS NOT NULL
               FROM outage_points p
               JOIN subscriptions s ON s.tenant = $1 AND s.provider = $2 AND s.topic = 'outage'
                 AND s.point_number = p.point_number
               JOIN subscribers b ON b.tenant = $1 AND b.id = s.subscriber_id
               LEFT JOIN users u ON u.tenant = $1 AND u.id = b.user_id
               WHERE p.tenant = $1 AND p.outage_id = $3 AND (b.channel, b.address_lookup) > ($4, $5)
                 AND (p.gone_in IS NULL OR p.gone_in > COALESCE(
                   (SELECT MAX(n.revision) FROM outage_notices n
                    WHERE n.tenant = $1 AND n.outage_id = $3 AND n.kind = 'revision' AND n.revision < $6
                      AND n.done_at IS NOT NULL AND NOT n.superseded), 0))
               ORDER BY b.channel, b.address_lookup, s.point_number, b.id LIMIT $7 + 0";
    let values = vec![
        tenant.as_str().into(),
        notice.provider.as_str().into(),
        notice.outage.uuid().into(),
        after.channel.as_str().into(),
        after.lookup.as_str().into(),
        i64::from(notice.revision).into(),
        i64::from(size).into(),
    ];
    let rows = tx.rows(sql, values).await?;
    let at_end = rows.len() < size as usize;
    let mut recipients: Vec<Recipient> = Vec::new();
    for row in &rows {
        let found = read(row)?;
        match recipients.last_mut().filter(|last| (last.channel, &last.lookup) == (found.channel, &found.lookup)) {
            Some(last) => last.join(found),
            None => recipients.push(found),
        }
    }
    // the last one may have more supply points than were read, unless it is the only one: then those are enough
    if !at_end && recipients.len() > 1 {
        recipients.pop();
    }
    Ok((recipients, at_end))
}

fn read(row: &QueryResult) -> Result<Recipient, StoreError> {
    let text = |index| column::<String>(WHAT, row, index);
    let point: PointNumber = text(6)?.parse().map_err(|error| damaged(WHAT, error))?;
    let (points, spared) =
        if column::<bool>(WHAT, row, 7)? { (Vec::new(), vec![point]) } else { (vec![point], Vec::new()) };
    Ok(Recipient {
        channel: parsed(WHAT, &text(0)?)?,
        lookup: text(1)?,
        subscriber: uuid(WHAT, row, 2)?,
        owner: uuid(WHAT, row, 3)?,
        language: parsed(WHAT, &text(4)?)?,
        sealed: text(5)?,
        points,
        spared,
    })
}

impl Recipient {
    /// The same address once more, for another supply point or by somebody else.
    fn join(&mut self, other: Self) {
        for (mine, theirs) in [(&mut self.points, other.points), (&mut self.spared, other.spared)] {
            for point in theirs {
                if !mine.contains(&point) {
                    mine.push(point);
                }
            }
        }
    }
}

//! Outages as operators see them, and those that operators announce.

use async_trait::async_trait;
use komunala_app::{
    ports::{
        OutageDesk, StoreError, Written,
        audit::{Action, Actor, NewEvent},
        outage_desk::{NewRevision, NoticeStanding, OutageOrigin, OutageStanding, Revised},
        outage_notices::NoticeKind,
        outages::OutageCursor,
    },
    scope::DeskScope,
};
use komunala_domain::{Channel, PointNumber, ProviderId, ids::OutageId, outage::OutageState};
use sea_orm::{QueryResult, Value};

use super::{WHAT, page::Kept, plan::plan, points::concern};
use crate::{
    Store, audit,
    columns::{Word, column, damaged, from_json, json, micros, parsed, texts, time, time_if_any, uuid},
    database::{Failure, Tx},
    requests,
};

#[async_trait]
impl OutageDesk for Store {
    async fn revise(&self, desk: &DeskScope, new: NewRevision) -> Result<Revised, StoreError> {
        let new = &new;
        self.database.write(desk.tenant().tenant(), "store.revise_outage", |tx| revise(tx, desk, new)).await
    }

    async fn standing(
        &self,
        desk: &DeskScope,
        provider: &ProviderId,
        id: OutageId,
    ) -> Result<Option<OutageStanding>, StoreError> {
        let tenant = desk.tenant().tenant();
        let sql = "SELECT o.id, o.provider, o.content, o.source, CAST(0 AS BIGINT) FROM outages o
                   WHERE o.tenant = $1 AND o.provider = $2 AND o.id = $3";
        let values = || vec![tenant.as_str().into(), provider.as_str().into(), id.uuid().into()];
        let rows = self.database.select(tenant, "store.outage_standing", sql, values()).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let mut standing = read(row)?;
        let sql = "SELECT point_number FROM outage_points WHERE tenant = $1 AND outage_id = $2 AND gone_in IS NULL
                   ORDER BY point_number";
        let of = || vec![tenant.as_str().into(), id.uuid().into()];
        let rows = self.database.select(tenant, "store.outage_points", sql, of()).await?;
        let numbers: Result<Vec<String>, _> = rows.iter().map(|row| column(WHAT, row, 0)).collect();
        standing.outage.point_numbers = numbers?;
        standing.points = standing.outage.point_numbers.len() as u64;
        let sql = "SELECT revision, kind, due_at, done_at, told, superseded FROM outage_notices
                   WHERE tenant = $1 AND outage_id = $2 ORDER BY revision, due_at";
        let rows = self.database.select(tenant, "store.outage_notices", sql, of()).await?;
        standing.notices = rows.iter().map(notice).collect::<Result<_, _>>()?;
        Ok(Some(standing))
    }

    async fn standings(
        &self,
        desk: &DeskScope,
        provider: &ProviderId,
        after: Option<OutageCursor>,
        limit: u32,
    ) -> Result<Vec<OutageStanding>, StoreError> {
        let tenant = desk.tenant().tenant();
        let mut values: Vec<Value> = vec![tenant.as_str().into(), provider.as_str().into(), i64::from(limit).into()];
        let behind = match after {
            Some(OutageCursor { start, id }) => {
                values.extend([micros(start).into(), id.uuid().into()]);
                "AND (o.start_at, o.id) < ($4, $5)"
            }
            None => "",
        };
        let sql = format!(
            "SELECT o.id, o.provider, o.content, o.source,
                    (SELECT COUNT(*) FROM outage_points p
                     WHERE p.tenant = $1 AND p.outage_id = o.id AND p.gone_in IS NULL)
             FROM outages o WHERE o.tenant = $1 AND o.provider = $2 {behind}
             ORDER BY o.start_at DESC, o.id DESC LIMIT $3 + 0"
        );
        self.database.select(tenant, "store.outage_standings", sql, values).await?.iter().map(read).collect()
    }

    async fn reach(
        &self,
        desk: &DeskScope,
        provider: &ProviderId,
        points: &[PointNumber],
    ) -> Result<Vec<(Channel, u64)>, StoreError> {
        let tenant = desk.tenant().tenant();
        let points = texts(points.iter().map(PointNumber::as_str))?;
        let work = |tx| reach(tx, tenant.as_str(), provider.as_str(), points.clone());
        self.database.write(tenant, "store.outage_reach", work).await
    }
}

async fn revise(tx: Tx, desk: &DeskScope, new: &NewRevision) -> Result<Revised, Failure> {
    let tenant = desk.tenant().tenant();
    if let Written::Before(_) = requests::take(&tx, tenant, &new.key, &new.id.to_string(), new.now).await? {
        return Ok(Revised::Before);
    }
    if !write(&tx, desk, new).await? {
        tx.undo();
        return Ok(Revised::Meanwhile);
    }
    concern(&tx, tenant, new.id.uuid(), &new.outage).await?;
    let (of, revision) = ((tenant, &new.provider), (new.id.uuid(), new.outage.revision));
    plan(&tx, of, revision, new.schedule, new.now).await?;
    let action = match new.outage.state {
        OutageState::Announced => Action::OutagePublished,
        OutageState::Changed => Action::OutageChanged,
        OutageState::Cancelled => Action::OutageCancelled,
    };
    let event = NewEvent {
        actor: Actor::Operator(desk.operator().to_owned()),
        action,
        subject: None,
        target: format!("providers/{}/outages/{} revision {}", new.provider, new.id, new.outage.revision),
        details: None,
    };
    audit::tell(&tx, tenant, &[event], new.now).await?;
    Ok(Revised::Now)
}

/// Writes the row of a revision; `false` where the one that it follows is not there any more.
async fn write(tx: &Tx, desk: &DeskScope, new: &NewRevision) -> Result<bool, Failure> {
    let outage = &new.outage;
    let mut values: Vec<Value> = vec![
        new.id.uuid().into(),
        desk.tenant().tenant().as_str().into(),
        new.provider.as_str().into(),
        i64::from(outage.revision).into(),
        micros(outage.start).into(),
        json(&Kept::of(outage))?.into(),
        micros(new.now).into(),
    ];
    let sql = if outage.revision == 1 {
        values.push(outage.external_id.as_str().into());
        "INSERT INTO outages (id, tenant, provider, external_id, revision, start_at, content, as_of, source)
         VALUES ($1, $2, $3, $8, $4, $5, $6, $7, 'operator')"
    } else {
        "UPDATE outages SET revision = $4, start_at = $5, content = $6, as_of = $7
         WHERE id = $1 AND tenant = $2 AND provider = $3 AND source = 'operator' AND revision = $4 - 1"
    };
    Ok(tx.execute(sql, values).await? == 1)
}

async fn reach(tx: Tx, tenant: &str, provider: &str, points: Value) -> Result<Vec<(Channel, u64)>, Failure> {
    let among = tx.is_among("s.point_number", "$3");
    let sql = format!(
        "SELECT b.channel, COUNT(DISTINCT b.address_lookup)
         FROM subscriptions s JOIN subscribers b ON b.id = s.subscriber_id
         WHERE s.tenant = $1 AND b.tenant = $1 AND s.provider = $2 AND s.topic = 'outage' AND {among}
         GROUP BY b.channel"
    );
    let rows = tx.rows(&sql, vec![tenant.into(), provider.into(), points]).await?;
    let mut reach: Vec<_> = Channel::ALL.into_iter().map(|channel| (channel, 0)).collect();
    for row in &rows {
        let channel: Channel = parsed(WHAT, &column::<String>(WHAT, row, 0)?)?;
        let count = column::<i64>(WHAT, row, 1)?.unsigned_abs();
        reach.iter_mut().filter(|(of, _)| *of == channel).for_each(|(_, recipients)| *recipients = count);
    }
    Ok(reach)
}

/// The id, the provider, the content, the source, and how many supply points there are.
fn read(row: &QueryResult) -> Result<OutageStanding, StoreError> {
    let kept: Kept = from_json(WHAT, &column::<String>(WHAT, row, 2)?)?;
    let origin = match column::<String>(WHAT, row, 3)?.as_str() {
        "feed" => OutageOrigin::Feed,
        "operator" => OutageOrigin::Operator,
        _ => return Err(damaged(WHAT, "nobody knows who announced it")),
    };
    Ok(OutageStanding {
        id: OutageId::from_uuid(uuid(WHAT, row, 0)?),
        provider: parsed(WHAT, &column::<String>(WHAT, row, 1)?)?,
        outage: kept.outage(Vec::new()),
        points: column::<i64>(WHAT, row, 4)?.unsigned_abs(),
        origin,
        notices: Vec::new(),
    })
}

fn notice(row: &QueryResult) -> Result<NoticeStanding, StoreError> {
    let revision: i64 = column(WHAT, row, 0)?;
    Ok(NoticeStanding {
        revision: u32::try_from(revision).map_err(|_| damaged(WHAT, "a revision is out of range"))?,
        is_reminder: NoticeKind::of(&column::<String>(WHAT, row, 1)?)? == NoticeKind::Reminder,
        due: time(WHAT, column(WHAT, row, 2)?)?,
        done: time_if_any(WHAT, column(WHAT, row, 3)?)?,
        told: column::<i64>(WHAT, row, 4)?.unsigned_abs(),
        is_superseded: column(WHAT, row, 5)?,
    })
}

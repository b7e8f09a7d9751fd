//! Telling a portion of those whom an outage concerns.

use jiff::Timestamp;
use komunala_app::ports::{
    outage_notices::{DueNotice, NoticeKind, Portion, Telling},
    outbox::{Content, NewMessage},
};
use komunala_domain::{
    Contact, PointNumber, TenantId,
    ids::{MessageId, SubscriberId},
    outage::{OutageNews, OutageState},
};

use super::{
    WHAT,
    recipients::{self, Place, Recipient},
    told,
};
use crate::{
    columns::{column, damaged, from_json, micros},
    database::{Failure, Tx},
    outages::Kept,
    outbox::enqueue,
    subscriptions::sealed_address,
};

/// Tells the next ones, and writes down where that ended.
pub(super) async fn portion(
    tx: Tx,
    tenant: &TenantId,
    notice: &DueNotice,
    telling: Telling<'_>,
) -> Result<Portion, Failure> {
    let Some(after) = held(&tx, tenant, notice, telling).await? else { return Ok(Portion::Lost) };
    let Some(state) = state(&tx, tenant, notice).await?.filter(|_| notice.until > telling.now) else {
        // over, or another revision by now: there is nothing left to say
        advance(&tx, tenant, notice, (None, 0), Some(telling.now)).await?;
        return Ok(Portion::Done(0));
    };
    let (recipients, at_end) = recipients::next(&tx, tenant, notice, &after, telling.size).await?;
    let told = told::before(&tx, tenant, notice, &recipients).await?;
    let owners: Vec<_> = recipients.iter().map(|recipient| recipient.owner).collect();
    // opened in one go; each of them is asked for again below
    tx.vault().keys(&owners).await?;
    let (mut count, mut last) = (0, None);
    for recipient in recipients {
        let place = Place { channel: recipient.channel.word().to_owned(), lookup: recipient.lookup.clone() };
        let knows = told.contains(&(place.channel.clone(), place.lookup.clone()));
        last = Some(place);
        if let Some((news, points)) = said(notice.kind, state, knows, &recipient) {
            count += u64::from(tell(&tx, tenant, notice, telling, &recipient, (news, points)).await?);
        }
    }
    advance(&tx, tenant, notice, (last, count), at_end.then_some(telling.now)).await?;
    Ok(if at_end { Portion::Done(count) } else { Portion::Told(count) })
}

/// Holds the notice on, and answers where to go on; `None` where somebody else holds it or it is done with.
async fn held(tx: &Tx, tenant: &TenantId, notice: &DueNotice, telling: Telling<'_>) -> Result<Option<Place>, Failure> {
    let sql = "UPDATE outage_notices SET lease_until = $4
               WHERE tenant = $1 AND id = $2 AND attempt = $3 AND done_at IS NULL
               RETURNING after_channel, after_address";
    let until = telling.now.saturating_add(telling.lease).unwrap_or(Timestamp::MAX);
    let values = vec![tenant.as_str().into(), notice.id.into(), i64::from(notice.attempt).into(), micros(until).into()];
    let Some(row) = tx.row(sql, values).await? else { return Ok(None) };
    let text = |index| column::<Option<String>>(WHAT, &row, index).map(Option::unwrap_or_default);
    Ok(Some(Place { channel: text(0)?, lookup: text(1)? }))
}

/// What was said of the outage last; `None` where that is another revision.
async fn state(tx: &Tx, tenant: &TenantId, notice: &DueNotice) -> Result<Option<OutageState>, Failure> {
    let sql = "SELECT content FROM outages WHERE tenant = $1 AND id = $2 AND revision = $3";
    let values = vec![tenant.as_str().into(), notice.outage.uuid().into(), i64::from(notice.revision).into()];
    let Some(row) = tx.row(sql, values).await? else { return Ok(None) };
    let kept: Kept = from_json(WHAT, &column::<String>(WHAT, &row, 0)?)?;
    Ok(Some(kept.state()))
}

/// What an address is told, and of which supply points; `None` where that would only puzzle its reader.
fn said(
    kind: NoticeKind,
    state: OutageState,
    knows: bool,
    recipient: &Recipient,
) -> Option<(OutageNews, Vec<PointNumber>)> {
    let Recipient { points, spared, .. } = recipient;
    match (kind, state) {
        (NoticeKind::Reminder, _) => (!points.is_empty()).then(|| (OutageNews::Reminder, points.clone())),
        (NoticeKind::Revision, OutageState::Cancelled) => {
            knows.then(|| (OutageNews::Cancelled, [points.as_slice(), spared].concat()))
        }
        (NoticeKind::Revision, _) if points.is_empty() => knows.then(|| (OutageNews::Spared, spared.clone())),
        (NoticeKind::Revision, _) if knows => Some((OutageNews::Changed, points.clone())),
        (NoticeKind::Revision, _) => Some((OutageNews::Announced, points.clone())),
    }
}

/// Puts the message of an address into the outbox; `false` for somebody who was erased.
async fn tell(
    tx: &Tx,
    tenant: &TenantId,
    notice: &DueNotice,
    telling: Telling<'_>,
    recipient: &Recipient,
    (news, points): (OutageNews, Vec<PointNumber>),
) -> Result<bool, Failure> {
    let Some(key) = tx.vault().key(recipient.owner).await? else { return Ok(false) };
    let address = sealed_address(&key, recipient.subscriber, &recipient.sealed)?;
    let contact = Contact::parse(recipient.channel, &address).map_err(|error| damaged(WHAT, error))?;
    let message = NewMessage {
        id: MessageId::new(),
        provider: notice.provider.clone(),
        subject: told::subject(notice, notice.revision, notice.kind),
        recipient: contact,
        language: telling.provider.language_for(recipient.language),
        content: Content::OutageNotice {
            outage: notice.outage,
            revision: notice.revision,
            news,
            points,
            subscriber: SubscriberId::from_uuid(recipient.subscriber),
        },
        expires: Some(notice.until),
    };
    enqueue(tx, tenant, recipient.owner, &message, telling.now).await?;
    Ok(true)
}

/// Writes down how far it has got.
async fn advance(
    tx: &Tx,
    tenant: &TenantId,
    notice: &DueNotice,
    (last, count): (Option<Place>, u64),
    done: Option<Timestamp>,
) -> Result<(), Failure> {
    let sql = "UPDATE outage_notices
               SET after_channel = COALESCE($3, after_channel), after_address = COALESCE($4, after_address),
                   told = told + $5, done_at = $6, lease_until = CASE WHEN $7 THEN NULL ELSE lease_until END
               WHERE tenant = $1 AND id = $2";
    let (channel, lookup) = last.map(|place| (place.channel, place.lookup)).unzip();
    let values = vec![
        tenant.as_str().into(),
        notice.id.into(),
        channel.into(),
        lookup.into(),
        i64::try_from(count).unwrap_or(i64::MAX).into(),
        done.map(micros).into(),
        done.is_some().into(),
    ];
    tx.execute(sql, values).await?;
    Ok(())
}

//! Taking a reading in, whoever hands it in.

use jiff::SignedDuration;
use komunala_app::ports::{
    Written,
    audit::{Action, Actor, NewEvent},
    readings::{NewReading, TakenIn},
};
use komunala_domain::{TenantId, ids::UserId, reading::ReadingSource};

use crate::{
    attachments::photos::{self, NoPhoto},
    audit,
    columns::{Word, damaged, day, json, micros},
    database::{Failure, Tx},
    requests,
};

/// How long whoever has a submitted reading in hand has before it is somebody else's.
pub(super) const LEASE: SignedDuration = SignedDuration::from_mins(1);

/// Who hands a reading in.
#[derive(Debug, Clone, Copy)]
pub(super) enum By<'a> {
    User(UserId),
    Operator(&'a str),
}

pub(super) async fn take_in(tx: Tx, tenant: &TenantId, by: By<'_>, new: &NewReading) -> Result<TakenIn, Failure> {
    crate::accounts::lock(&tx, tenant, new.account).await?;
    if let Written::Before(answer) = requests::take(&tx, tenant, &new.key, &new.id.to_string(), new.now).await? {
        return Ok(TakenIn::Before(answer));
    }
    let meter = "SELECT m.id FROM meters m JOIN supply_points p ON p.id = m.point_id
                 WHERE m.tenant = $1 AND p.tenant = $1 AND p.account_id = $2 AND p.id = $3 AND m.id = $4";
    let values =
        vec![tenant.as_str().into(), new.account.uuid().into(), new.point.uuid().into(), new.meter.uuid().into()];
    if tx.row(meter, values).await?.is_none() {
        return Err(damaged("reading", "its meter is not the account's").into());
    }
    insert(&tx, tenant, by, new).await?;
    match by {
        By::User(user) => match photos::bind(&tx, (tenant, user), new.id, &new.photos).await? {
            None => {}
            Some(NoPhoto::Missing(photo)) => {
                tx.undo();
                return Ok(TakenIn::NoPhoto(photo));
            }
            Some(NoPhoto::Document(photo)) => {
                tx.undo();
                return Ok(TakenIn::NoPicture(photo));
            }
        },
        By::Operator(operator) => {
            let event = NewEvent {
                actor: Actor::Operator(operator.to_owned()),
                action: Action::ReadingEntered,
                subject: None,
                target: new.id.to_string(),
                details: None,
            };
            audit::tell(&tx, tenant, &[event], new.now).await?;
        }
    }
    Ok(TakenIn::Now)
}

/// The newest replaces another one of the day, and takes its own id: it is another submission towards billing. Whoever
/// typed it, the billing system will call it the customer's: so that is its column, and who it was stands in its content.
async fn insert(tx: &Tx, tenant: &TenantId, by: By<'_>, new: &NewReading) -> Result<(), Failure> {
    let tell_user = match by {
        By::User(user) if new.confirm => Some(user.uuid()),
        By::User(_) | By::Operator(_) => None,
    };
    tx.execute(
        "INSERT INTO readings
           (id, tenant, account_id, meter_id, date, source, content, state, as_of, tries, ask_at, handed_in_at, tell_user)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'received', $8, 0, $9, $8, $10)
         ON CONFLICT (meter_id, date, source) DO UPDATE
         SET id = excluded.id, content = excluded.content, state = excluded.state, reason = NULL,
             as_of = excluded.as_of, tries = 0, ask_at = excluded.ask_at, handed_in_at = excluded.handed_in_at,
             tell_user = excluded.tell_user",
        vec![
            new.id.uuid().into(),
            tenant.as_str().into(),
            new.account.uuid().into(),
            new.meter.uuid().into(),
            day(new.reading.date).into(),
            ReadingSource::Customer.word().into(),
            json(&new.reading)?.into(),
            micros(new.now).into(),
            // whoever submits hands it to the billing system; if that one dies, a worker does
            micros(new.now + LEASE).into(),
            tell_user.into(),
        ],
    )
    .await?;
    Ok(())
}

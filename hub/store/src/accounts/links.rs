//! Ties between users and accounts. One counts from `since` until `ended_at`, save while it is suspended.

use jiff::Timestamp;
use komunala_app::ports::outbox::{Content, NewMessage};
use komunala_domain::{
    BillDelivery, TenantId,
    ids::{AccountId, LinkId, MessageId, UserId},
};

use sea_orm::{ActiveValue::Set, EntityTrait, prelude::Uuid};

use super::postal;
use crate::{
    columns::{Word, column, micros, parsed, uuid},
    database::{Failure, Tx},
    entities::link::{ActiveModel, Entity},
    outbox::enqueue,
    users::Person,
};

const WHAT: &str = "link";

/// A link to be made.
pub(crate) struct Tie {
    /// Its id.
    pub(crate) id: LinkId,
    /// Who is tied.
    pub(crate) user: UserId,
    /// To which account.
    pub(crate) account: AccountId,
    /// How the bill is wanted.
    pub(crate) delivery: BillDelivery,
    /// From when on it counts; `None` until the user's address is confirmed.
    pub(crate) since: Option<Timestamp>,
}

/// Makes a link.
pub(crate) async fn make(tx: &Tx, tenant: &TenantId, tie: &Tie, now: Timestamp) -> Result<(), Failure> {
    let row = ActiveModel {
        id: Set(tie.id.uuid()),
        tenant: Set(tenant.to_string()),
        user_id: Set(tie.user.uuid()),
        account_id: Set(tie.account.uuid()),
        delivery: Set(tie.delivery.word().to_owned()),
        created_at: Set(micros(now)),
        since: Set(tie.since.map(micros)),
        ended_at: Set(None),
        suspended_at: Set(None),
        proved_at: Set(None),
        paper_because: Set(None),
    };
    Entity::insert(row).exec_without_returning(tx.session()).await?;
    Ok(())
}

/// Ends the links of a registration that was never confirmed.
pub(crate) async fn end_unconfirmed(tx: &Tx, tenant: &TenantId, user: UserId, now: Timestamp) -> Result<(), Failure> {
    let sql = "UPDATE links SET ended_at = $3
               WHERE tenant = $1 AND user_id = $2 AND since IS NULL AND ended_at IS NULL";
    tx.execute(sql, vec![tenant.as_str().into(), user.uuid().into(), micros(now).into()]).await?;
    Ok(())
}

/// Lets the links of a user who has just confirmed count, and tells the earlier holders of the accounts.
pub(crate) async fn activate(tx: &Tx, tenant: &TenantId, user: UserId, now: Timestamp) -> Result<(), Failure> {
    let waiting = tx
        .rows(
            "SELECT id, account_id FROM links
             WHERE tenant = $1 AND user_id = $2 AND since IS NULL AND ended_at IS NULL ORDER BY account_id",
            vec![tenant.as_str().into(), user.uuid().into()],
        )
        .await?;
    for row in waiting {
        let (link, account) = (uuid(WHAT, &row, 0)?, AccountId::from_uuid(uuid(WHAT, &row, 1)?));
        super::lock(tx, tenant, account).await?;
        let sql = "UPDATE links SET since = $3 WHERE tenant = $1 AND id = $2";
        tx.execute(sql, vec![tenant.as_str().into(), link.into(), micros(now).into()]).await?;
        tell_others(tx, tenant, LinkId::from_uuid(link), user, account, now).await?;
        postal::settle(tx, tenant, account, now).await?;
    }
    Ok(())
}

/// Tells everybody else who has an account linked that `user` has linked it too, each in their own language.
pub(super) async fn tell_others(
    tx: &Tx,
    tenant: &TenantId,
    link: LinkId,
    user: UserId,
    account: AccountId,
    now: Timestamp,
) -> Result<(), Failure> {
    // each link is news of its own
    let news =
        News { subject: format!("{account} {link}"), content: Content::LinkedByAnother {}, proved_before: None, now };
    tell(tx, tenant, account, Some(user), &news).await
}

/// What users of an account are told.
pub(super) struct News {
    /// What makes it another piece of news than the last.
    pub(super) subject: String,
    /// What it is.
    pub(super) content: Content,
    /// Whom it concerns: whose link was proved before this; everybody where it is left out.
    pub(super) proved_before: Option<Timestamp>,
    /// Now.
    pub(super) now: Timestamp,
}

/// Tells everybody whose link to an account counts, but `except`, each in their own language.
pub(super) async fn tell(
    tx: &Tx,
    tenant: &TenantId,
    account: AccountId,
    except: Option<UserId>,
    news: &News,
) -> Result<(), Failure> {
    let users = tx
        .rows(
            "SELECT u.id, u.sealed, u.language, a.provider
             FROM links l JOIN users u ON u.id = l.user_id JOIN accounts a ON a.id = l.account_id
             WHERE l.tenant = $1 AND l.account_id = $2
               AND l.since IS NOT NULL AND l.ended_at IS NULL AND l.suspended_at IS NULL
               AND COALESCE(l.proved_at, l.created_at) < $3",
            vec![tenant.as_str().into(), account.uuid().into(), news.proved_before.map_or(i64::MAX, micros).into()],
        )
        .await?;
    for row in users {
        let (user, sealed): (Uuid, String) = (column(WHAT, &row, 0)?, column(WHAT, &row, 1)?);
        if except.map(UserId::uuid) == Some(user) {
            continue;
        }
        let Some(person) = Person::open(tx.vault(), user, &sealed).await? else { continue };
        let notice = NewMessage {
            id: MessageId::new(),
            provider: parsed(WHAT, &column::<String>(WHAT, &row, 3)?)?,
            subject: news.subject.clone(),
            recipient: person.address()?.into(),
            language: parsed(WHAT, &column::<String>(WHAT, &row, 2)?)?,
            content: news.content.clone(),
            expires: None,
        };
        enqueue(tx, tenant, user, &notice, news.now).await?;
    }
    Ok(())
}

/// A link that has begun and not ended.
pub(super) struct Open {
    /// Its id.
    pub(super) id: LinkId,
    /// It counts for nothing until the account is proved again.
    pub(super) is_suspended: bool,
}

/// The user's link to an account.
pub(super) async fn open(
    tx: &Tx,
    tenant: &TenantId,
    user: UserId,
    account: AccountId,
) -> Result<Option<Open>, Failure> {
    let row = tx
        .row(
            "SELECT id, suspended_at FROM links WHERE tenant = $1 AND user_id = $2 AND account_id = $3
               AND since IS NOT NULL AND ended_at IS NULL",
            vec![tenant.as_str().into(), user.uuid().into(), account.uuid().into()],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let suspended_at: Option<i64> = column(WHAT, &row, 1)?;
    Ok(Some(Open { id: LinkId::from_uuid(uuid(WHAT, &row, 0)?), is_suspended: suspended_at.is_some() }))
}

/// Lets a link count that was proved again, whether it was suspended or not.
pub(super) async fn prove_again(tx: &Tx, tenant: &TenantId, link: LinkId, now: Timestamp) -> Result<(), Failure> {
    let sql = "UPDATE links SET suspended_at = NULL, proved_at = $3 WHERE tenant = $1 AND id = $2";
    tx.execute(sql, vec![tenant.as_str().into(), link.uuid().into(), micros(now).into()]).await?;
    Ok(())
}

/// Changes how a link's user wants the bill.
pub(super) async fn deliver(tx: &Tx, tenant: &TenantId, link: LinkId, delivery: BillDelivery) -> Result<(), Failure> {
    let sql = "UPDATE links SET delivery = $3, paper_because = NULL WHERE tenant = $1 AND id = $2";
    tx.execute(sql, vec![tenant.as_str().into(), link.uuid().into(), delivery.word().into()]).await?;
    Ok(())
}

/// Ends a link.
pub(super) async fn end(tx: &Tx, tenant: &TenantId, link: LinkId, now: Timestamp) -> Result<(), Failure> {
    let sql = "UPDATE links SET ended_at = $3 WHERE tenant = $1 AND id = $2";
    tx.execute(sql, vec![tenant.as_str().into(), link.uuid().into(), micros(now).into()]).await?;
    Ok(())
}

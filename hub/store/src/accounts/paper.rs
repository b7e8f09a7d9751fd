//! Bills that go by post again though nobody chose that in the portal: mail comes back, or its reader wants no more.

use jiff::Timestamp;
use komunala_app::ports::{
    StoreError,
    accounts::PaperCause,
    audit::{Action, Actor, NewEvent},
    consents::{BILL_BY_EMAIL, NewConsent},
};
use komunala_domain::{
    Language, ProviderId, TenantId,
    consent::DocumentVersion,
    ids::{AccountId, LinkId, UserId},
};
use sea_orm::Value;

use super::postal;
use crate::{
    audit,
    columns::{Word, column, parsed, uuid},
    consents,
    database::{Failure, Tx},
};

const WHAT: &str = "link";

/// A link whose bills go by mail.
struct ByMail {
    link: LinkId,
    account: AccountId,
    provider: ProviderId,
    language: Language,
}

/// Lets a user's bills go by post again, those of one account or of all; answers whose, for each account. The consent is taken
/// back, and billing systems are due to be told.
pub(crate) async fn go_back(
    tx: &Tx,
    tenant: &TenantId,
    user: UserId,
    account: Option<AccountId>,
    cause: PaperCause,
    now: Timestamp,
) -> Result<Vec<ProviderId>, Failure> {
    let (mut changed, mut events) = (Vec::new(), Vec::new());
    for ByMail { link, account, provider, language } in by_mail(tx, tenant, user, account).await? {
        super::lock(tx, tenant, account).await?;
        let sql = "UPDATE links SET delivery = 'paper', paper_because = $3
                   WHERE tenant = $1 AND id = $2 AND delivery <> 'paper' AND ended_at IS NULL";
        let values = vec![tenant.as_str().into(), link.uuid().into(), cause.word().into()];
        if tx.execute(sql, values).await? == 0 {
            continue;
        }
        let consent = NewConsent {
            provider: provider.clone(),
            purpose: DocumentVersion { document: BILL_BY_EMAIL.to_owned(), version: String::new() },
            sha256: None,
            granted: false,
            language,
            mechanism: cause.mechanism(),
            pre_ticked: false,
        };
        events.push(audit::about(user, Action::DeliveryChanged, account.to_string()));
        events.extend(consents::keep(tx, tenant, user, link, &[consent], now).await?);
        postal::settle(tx, tenant, account, now).await?;
        changed.push(provider);
    }
    let actor = match cause {
        PaperCause::Bounced => Actor::Hub,
        PaperCause::Unsubscribed => Actor::Anybody,
    };
    let events: Vec<_> = events.into_iter().map(|event| NewEvent { actor: actor.clone(), ..event }).collect();
    audit::tell(tx, tenant, &events, now).await?;
    Ok(changed)
}

async fn by_mail(tx: &Tx, tenant: &TenantId, user: UserId, account: Option<AccountId>) -> Result<Vec<ByMail>, Failure> {
    let mut values: Vec<Value> = vec![tenant.as_str().into(), user.uuid().into()];
    let which = account.map_or("", |account| {
        values.push(account.uuid().into());
        "AND l.account_id = $3"
    });
    let sql = format!(
        "SELECT l.id, l.account_id, a.provider, u.language
         FROM links l JOIN accounts a ON a.id = l.account_id JOIN users u ON u.id = l.user_id
         WHERE l.tenant = $1 AND l.user_id = $2 AND l.since IS NOT NULL AND l.ended_at IS NULL
           AND l.delivery <> 'paper' {which}
         ORDER BY l.account_id"
    );
    let found = tx.rows(&sql, values).await?;
    let by_mail: Result<Vec<_>, StoreError> = found
        .iter()
        .map(|row| {
            Ok(ByMail {
                link: LinkId::from_uuid(uuid(WHAT, row, 0)?),
                account: AccountId::from_uuid(uuid(WHAT, row, 1)?),
                provider: parsed(WHAT, &column::<String>(WHAT, row, 2)?)?,
                language: parsed(WHAT, &column::<String>(WHAT, row, 3)?)?,
            })
        })
        .collect();
    Ok(by_mail?)
}

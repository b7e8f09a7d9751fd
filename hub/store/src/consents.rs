//! What users agreed to. Rows are added, and on PostgreSQL the hub could not change one if it tried.

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        Consents, StoreError, WriteKey, Written,
        audit::{Action, NewEvent},
        consents::{Accepted, Consent, NewConsent, Standing},
    },
    scope::UserScope,
};
use komunala_domain::{
    TenantId,
    consent::DocumentVersion,
    ids::{ConsentId, LinkId, UserId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    Store, audit,
    columns::{column, micros, parsed, storable, time, uuid},
    database::{Failure, Tx},
    entities::consent::{ActiveModel, Column, Entity, Model},
    requests,
};

const WHAT: &str = "consent";

#[async_trait]
impl Consents for Store {
    async fn consents(
        &self,
        scope: &UserScope,
        after: Option<ConsentId>,
        limit: u32,
    ) -> Result<Vec<Consent>, StoreError> {
        let mut wanted = of(scope).order_by_desc(Column::Id).limit(u64::from(limit));
        if let Some(after) = after {
            wanted = wanted.filter(Column::Id.lt(after.uuid()));
        }
        let found = self.database.find(scope.tenant().tenant(), "store.consents", wanted).await?;
        found.into_iter().map(to_consent).collect()
    }

    async fn give(
        &self,
        scope: &UserScope,
        new: NewConsent,
        key: WriteKey,
        now: Timestamp,
    ) -> Result<Option<Written<ConsentId>>, StoreError> {
        let (new, key) = (&new, &key);
        let work = |tx| give(tx, scope, new, key, now);
        self.database.write(scope.tenant().tenant(), "store.give_consent", work).await
    }

    async fn consent(&self, scope: &UserScope, id: ConsentId) -> Result<Option<Consent>, StoreError> {
        let wanted = of(scope).filter(Column::Id.eq(id.uuid()));
        let found = self.database.find(scope.tenant().tenant(), "store.consent", wanted).await?;
        found.into_iter().next().map(to_consent).transpose()
    }

    async fn standing(&self, scope: &UserScope) -> Result<Standing, StoreError> {
        let tenant = scope.tenant().tenant();
        let sql = "SELECT DISTINCT a.provider FROM links l JOIN accounts a ON a.id = l.account_id
                   WHERE l.tenant = $1 AND l.user_id = $2 AND l.since IS NOT NULL AND l.ended_at IS NULL
                   ORDER BY a.provider";
        let values = vec![tenant.as_str().into(), scope.user().uuid().into()];
        let linked = self.database.select(tenant, "store.linked_providers", sql, values.clone()).await?;
        let sql = "SELECT DISTINCT provider, document, version, sha256 FROM consents
                   WHERE tenant = $1 AND user_id = $2 AND COALESCE(granted, TRUE)";
        let accepted = self.database.select(tenant, "store.accepted_documents", sql, values).await?;
        let provider = |row| parsed(WHAT, &column::<String>(WHAT, row, 0)?);
        let accepted = accepted.iter().map(|row| {
            let sha256: Option<String> = column(WHAT, row, 3)?;
            Ok(Accepted {
                provider: provider(row)?,
                document: DocumentVersion { document: column(WHAT, row, 1)?, version: column(WHAT, row, 2)? },
                sha256: sha256.map(|sha256| parsed(WHAT, &sha256)).transpose()?,
            })
        });
        Ok(Standing {
            providers: linked.iter().map(provider).collect::<Result<_, _>>()?,
            accepted: accepted.collect::<Result<_, StoreError>>()?,
        })
    }
}

fn of(scope: &UserScope) -> sea_orm::Select<Entity> {
    let tenant = scope.tenant().tenant();
    Entity::find().filter(Column::Tenant.eq(tenant.as_str())).filter(Column::UserId.eq(scope.user().uuid()))
}

fn to_consent(row: Model) -> Result<Consent, StoreError> {
    Ok(Consent {
        id: ConsentId::from_uuid(row.id),
        provider: parsed(WHAT, &row.provider)?,
        purpose: DocumentVersion { document: row.document, version: row.version },
        sha256: row.sha256.map(|sha256| parsed(WHAT, &sha256)).transpose()?,
        granted: row.granted.unwrap_or(true),
        language: parsed(WHAT, &row.language)?,
        mechanism: row.mechanism,
        pre_ticked: row.pre_ticked,
        at: time(WHAT, row.given_at)?,
    })
}

/// Belongs to the link that the user made last with the provider.
async fn give(
    tx: Tx,
    scope: &UserScope,
    new: &NewConsent,
    key: &WriteKey,
    now: Timestamp,
) -> Result<Option<Written<ConsentId>>, Failure> {
    let (tenant, user) = (scope.tenant().tenant(), scope.user());
    let sql = "SELECT l.id FROM links l JOIN accounts a ON a.id = l.account_id
               WHERE l.tenant = $1 AND l.user_id = $2 AND a.provider = $3 AND l.since IS NOT NULL
                 AND l.ended_at IS NULL
               ORDER BY l.id DESC LIMIT 1";
    let values = vec![tenant.as_str().into(), user.uuid().into(), new.provider.as_str().into()];
    let Some(row) = tx.row(sql, values).await? else { return Ok(None) };
    let link = LinkId::from_uuid(uuid(WHAT, &row, 0)?);
    let id = ConsentId::new();
    if let Written::Before(answer) = requests::take(&tx, tenant, key, &id.to_string(), now).await? {
        return Ok(Some(Written::Before(answer)));
    }
    Entity::insert(row_of(id, tenant, user, link, new, now)).exec_without_returning(tx.session()).await?;
    audit::tell(&tx, tenant, &[event(user, id)], now).await?;
    Ok(Some(Written::Now(id)))
}

/// What the audit log tells of a consent.
fn event(user: UserId, consent: ConsentId) -> NewEvent {
    audit::by_user(user, Action::ConsentGiven, consent.to_string())
}

/// What the audit log is to tell of what a user agreed to who has just confirmed their address.
pub(crate) async fn given(tx: &Tx, tenant: &TenantId, user: UserId) -> Result<Vec<NewEvent>, Failure> {
    let sql = "SELECT c.id FROM consents c JOIN links l ON l.id = c.link_id
               WHERE c.tenant = $1 AND l.tenant = $1 AND c.user_id = $2 AND l.ended_at IS NULL ORDER BY c.id";
    let rows = tx.rows(sql, vec![tenant.as_str().into(), user.uuid().into()]).await?;
    let events = rows.iter().map(|row| Ok(event(user, ConsentId::from_uuid(uuid(WHAT, row, 0)?))));
    Ok(events.collect::<Result<_, StoreError>>()?)
}

/// Writes down what was agreed to for a link; answers what the audit log is to tell of it.
pub(crate) async fn keep(
    tx: &Tx,
    tenant: &TenantId,
    user: UserId,
    link: LinkId,
    consents: &[NewConsent],
    now: Timestamp,
) -> Result<Vec<NewEvent>, Failure> {
    if consents.is_empty() {
        return Ok(Vec::new());
    }
    let given: Vec<_> = consents.iter().map(|given| (ConsentId::new(), given)).collect();
    let rows = given.iter().map(|(id, given)| row_of(*id, tenant, user, link, given, now));
    Entity::insert_many(rows).exec_without_returning(tx.session()).await?;
    Ok(given.iter().map(|(id, _)| event(user, *id)).collect())
}

fn row_of(
    id: ConsentId,
    tenant: &TenantId,
    user: UserId,
    link: LinkId,
    given: &NewConsent,
    now: Timestamp,
) -> ActiveModel {
    ActiveModel {
        id: Set(id.uuid()),
        tenant: Set(tenant.to_string()),
        user_id: Set(user.uuid()),
        link_id: Set(link.uuid()),
        provider: Set(given.provider.to_string()),
        document: Set(storable(&given.purpose.document)),
        version: Set(storable(&given.purpose.version)),
        language: Set(given.language.tag().to_owned()),
        mechanism: Set(given.mechanism.to_owned()),
        given_at: Set(micros(now)),
        sha256: Set(given.sha256.map(|sha256| sha256.to_string())),
        granted: Set(Some(given.granted)),
        pre_ticked: Set(Some(given.pre_ticked)),
    }
}

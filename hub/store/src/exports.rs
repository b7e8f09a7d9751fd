//! What the hub holds on a user, piece by piece.

use async_trait::async_trait;
use komunala_app::{
    ports::{
        Exports, StoreError,
        exports::{Held, Piece},
        payments::PaymentOrder,
    },
    scope::UserScope,
    sealing::SealingKey,
};
use komunala_domain::ids::{ChallengeId, MessageId, SessionId};
use sea_orm::{QueryResult, Value, prelude::Uuid};
use serde_json::{Map, json};

use crate::{
    Store,
    audit::details,
    challenges::address,
    columns::{column, from_json, time, time_if_any},
    outbox::Sealed,
    service_requests,
    sessions::device,
    subscriptions::sealed_address,
};

const WHAT: &str = "export";

#[async_trait]
impl Exports for Store {
    async fn held(
        &self,
        scope: &UserScope,
        what: Held,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<Piece>, StoreError> {
        let tenant = scope.tenant().tenant();
        let values: Vec<Value> = vec![
            tenant.as_str().into(),
            scope.user().uuid().into(),
            after.unwrap_or_default().into(),
            i64::from(limit).into(),
        ];
        // whoever has no key any more left nothing that could be told
        let Some(key) = self.database.vault().key(scope.user().uuid()).await? else { return Ok(Vec::new()) };
        let rows = self.database.select(tenant, "store.export", sql(what), values).await?;
        rows.iter().map(|row| piece(&key, what, row)).collect()
    }
}

/// Every statement names the tenant `$1`, the user `$2`, the last id before the page `$3` and the page's length `$4`. Its
/// first column is the id, the others are named.
fn sql(what: Held) -> &'static str {
    match what {
        Held::Links => {
            "SELECT l.id, a.provider, a.external_id, l.delivery, l.created_at, l.since, l.ended_at
             FROM links l JOIN accounts a ON a.id = l.account_id
             WHERE l.tenant = $1 AND a.tenant = $1 AND l.user_id = $2 AND l.id > $3 ORDER BY l.id LIMIT $4 + 0"
        }
        Held::Consents => {
            "SELECT id, provider, document, version, language, mechanism, given_at, sha256, granted, pre_ticked
             FROM consents
             WHERE tenant = $1 AND user_id = $2 AND id > $3 ORDER BY id LIMIT $4 + 0"
        }
        Held::Sessions => {
            "SELECT id, created_at, used_at, expires_at, ended_at, sealed FROM sessions
             WHERE tenant = $1 AND user_id = $2 AND id > $3 ORDER BY id LIMIT $4 + 0"
        }
        Held::AddressChanges => {
            "SELECT id, sealed, created_at, expires_at, closed_at FROM challenges
             WHERE tenant = $1 AND user_id = $2 AND id > $3 AND sealed IS NOT NULL ORDER BY id LIMIT $4 + 0"
        }
        Held::Messages => {
            "SELECT id, sealed, provider, state, created_at, accepted_at FROM messages
             WHERE tenant = $1 AND owner_id = $2 AND id > $3 ORDER BY id LIMIT $4 + 0"
        }
        Held::Readings => {
            "SELECT r.id, r.content, r.state, r.as_of FROM readings r
             WHERE r.tenant = $1 AND r.source = 'customer' AND r.id > $3 AND r.account_id IN
               (SELECT account_id FROM links WHERE tenant = $1 AND user_id = $2 AND since IS NOT NULL AND ended_at IS NULL)
             ORDER BY r.id LIMIT $4 + 0"
        }
        Held::Requests => {
            "SELECT e.id, e.author, e.at, e.sealed, r.id, r.provider, r.kind, r.state, r.sealed
             FROM request_entries e JOIN service_requests r ON r.id = e.request_id
             WHERE e.tenant = $1 AND r.tenant = $1 AND r.user_id = $2 AND e.id > $3 ORDER BY e.id LIMIT $4 + 0"
        }
        Held::Payments => {
            "SELECT p.id, p.provider, p.channel, p.state, p.started_at, p.content FROM payments p
             WHERE p.tenant = $1 AND p.id > $3 AND p.link_id IN (SELECT id FROM links WHERE tenant = $1 AND user_id = $2)
             ORDER BY p.id LIMIT $4 + 0"
        }
        Held::Subscriptions => {
            "SELECT b.id, b.sealed, b.channel, MIN(s.since),
                    string_agg(s.topic || ' ' || s.provider || ' ' || s.point_number, CAST(', ' AS TEXT))
             FROM subscribers b JOIN subscriptions s ON s.subscriber_id = b.id
             WHERE b.tenant = $1 AND s.tenant = $1 AND b.user_id = $2 AND b.id > $3
             GROUP BY b.id, b.sealed, b.channel ORDER BY b.id LIMIT $4 + 0"
        }
        Held::Events => {
            "SELECT id, actor, action, target, at, sealed FROM audit_events
             WHERE tenant = $1 AND subject = $2 AND id > $3 ORDER BY id LIMIT $4 + 0"
        }
    }
}

/// What is sealed is opened: all of it is under the user's key.
fn piece(key: &SealingKey, what: Held, row: &QueryResult) -> Result<Piece, StoreError> {
    let text = |index| column::<String>(WHAT, row, index);
    let at = |index| time(WHAT, column(WHAT, row, index)?);
    let at_if_any = |index| time_if_any(WHAT, column(WHAT, row, index)?);
    let id: Uuid = column(WHAT, row, 0)?;
    let json = match what {
        Held::Links => json!({
            "link": id, "provider": text(1)?, "account": text(2)?, "bill_delivery": text(3)?,
            "create_time": at(4)?, "since": at_if_any(5)?, "end_time": at_if_any(6)?,
        }),
        Held::Consents => json!({
            "consent": id, "provider": text(1)?, "document": text(2)?, "version": text(3)?, "language_code": text(4)?,
            "mechanism": text(5)?, "give_time": at(6)?, "sha256": column::<Option<String>>(WHAT, row, 7)?,
            "granted": column::<Option<bool>>(WHAT, row, 8)?.unwrap_or(true),
            "pre_ticked": column::<Option<bool>>(WHAT, row, 9)?,
        }),
        Held::Sessions => json!({
            "session": id, "create_time": at(1)?, "use_time": at(2)?, "expire_time": at(3)?, "end_time": at_if_any(4)?,
            "device_name": device(key, SessionId::from_uuid(id), column(WHAT, row, 5)?)?,
        }),
        Held::AddressChanges => json!({
            "address_change": id, "email": address(key, ChallengeId::from_uuid(id), &text(1)?)?,
            "create_time": at(2)?, "expire_time": at(3)?, "end_time": at_if_any(4)?,
        }),
        Held::Messages => {
            let Sealed { recipient, content } = Sealed::open(key, MessageId::from_uuid(id), &text(1)?)?;
            json!({
                "message": id, "purpose": content.purpose(), "recipient": recipient, "provider": text(2)?,
                "state": text(3)?, "create_time": at(4)?, "accept_time": at_if_any(5)?,
            })
        }
        Held::Readings => {
            let reading: Map<String, serde_json::Value> = from_json(WHAT, &text(1)?)?;
            json!({ "reading": id, "content": reading, "state": text(2)?, "as_of_time": at(3)? })
        }
        Held::Requests => service_requests::exported(key, row)?,
        Held::Payments => {
            let order: PaymentOrder = from_json(WHAT, &text(5)?)?;
            json!({
                "payment": id, "provider": text(1)?, "channel": text(2)?, "state": text(3)?, "start_time": at(4)?,
                "invoice": order.number, "installment": order.installment, "amount": order.amount,
            })
        }
        Held::Subscriptions => json!({
            "subscriber": id, "address": sealed_address(key, id, &text(1)?)?, "channel": text(2)?, "since": at(3)?,
            "told_of": text(4)?,
        }),
        Held::Events => json!({
            "event": id, "actor": text(1)?, "action": text(2)?, "target": text(3)?, "event_time": at(4)?,
            "details": details(key, id, &text(5)?)?,
        }),
    };
    Ok(Piece { id, json })
}

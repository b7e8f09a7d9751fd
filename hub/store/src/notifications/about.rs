//! What notifications are about: the id that their subject begins with, and what that is found to be.

use std::collections::HashMap;

use komunala_app::ports::{StoreError, notifications::About};
use komunala_domain::{
    TenantId,
    ids::{AccountId, InvoiceId, MeterId, OutageId, ReadingId, ServiceRequestId, SupplyPointId},
};
use sea_orm::{QueryResult, prelude::Uuid};

use super::{Told, WHAT};
use crate::{
    Store,
    columns::{column, parsed, uuid},
    database::{of_tenant, places},
};

/// A kind of thing that news are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Thing {
    Account,
    Invoice,
    Reading,
    Request,
    Outage,
}

/// The thing that an id names.
fn thing(id: &str) -> Option<(Thing, Uuid)> {
    let of = |id: Option<Uuid>, thing| id.map(|id| (thing, id));
    of(id.parse().ok().map(AccountId::uuid), Thing::Account)
        .or_else(|| of(id.parse().ok().map(InvoiceId::uuid), Thing::Invoice))
        .or_else(|| of(id.parse().ok().map(ReadingId::uuid), Thing::Reading))
        .or_else(|| of(id.parse().ok().map(ServiceRequestId::uuid), Thing::Request))
        .or_else(|| of(id.parse().ok().map(OutageId::uuid), Thing::Outage))
}

/// The id that a message's subject begins with, if it names something that people can look at.
pub(super) fn first_id(subject: &str) -> Option<&str> {
    subject.split(' ').next().filter(|id| thing(id).is_some())
}

impl Thing {
    const ALL: [Self; 5] = [Self::Account, Self::Invoice, Self::Reading, Self::Request, Self::Outage];

    /// Finds things of a tenant, `$1`, by their ids: what a name is made of.
    fn statement(self) -> &'static str {
        match self {
            Self::Account => "SELECT t.id, t.provider FROM accounts t WHERE t.tenant = $1 AND t.id IN",
            Self::Invoice => {
                "SELECT t.id, a.provider, t.account_id FROM invoices t JOIN accounts a ON a.id = t.account_id
                 WHERE t.tenant = $1 AND a.tenant = $1 AND t.id IN"
            }
            Self::Reading => {
                "SELECT t.id, a.provider, t.account_id, m.point_id, t.meter_id
                 FROM readings t JOIN accounts a ON a.id = t.account_id JOIN meters m ON m.id = t.meter_id
                 WHERE t.tenant = $1 AND a.tenant = $1 AND m.tenant = $1 AND t.id IN"
            }
            Self::Request => {
                "SELECT t.id, t.provider, t.account_id FROM service_requests t WHERE t.tenant = $1 AND t.id IN"
            }
            Self::Outage => "SELECT t.id, t.provider FROM outages t WHERE t.tenant = $1 AND t.id IN",
        }
    }

    fn about(self, row: &QueryResult) -> Result<About, StoreError> {
        let id = |index| uuid(WHAT, row, index);
        let provider = parsed(WHAT, &column::<String>(WHAT, row, 1)?)?;
        let account = |index| id(index).map(AccountId::from_uuid);
        Ok(match self {
            Self::Account => About::Account(provider, account(0)?),
            Self::Invoice => About::Invoice(provider, account(2)?, InvoiceId::from_uuid(id(0)?)),
            Self::Reading => {
                let (point, meter) = (SupplyPointId::from_uuid(id(3)?), MeterId::from_uuid(id(4)?));
                About::Reading(provider, account(2)?, point, meter, ReadingId::from_uuid(id(0)?))
            }
            Self::Request => About::Request(provider, account(2)?, ServiceRequestId::from_uuid(id(0)?)),
            Self::Outage => About::Outage(provider, OutageId::from_uuid(id(0)?)),
        })
    }
}

impl Store {
    /// Finds what is still there of what was told about, a statement for each kind of thing.
    pub(super) async fn find_subjects(&self, tenant: &TenantId, told: &mut [Told]) -> Result<(), StoreError> {
        let things: Vec<_> = told.iter().map(|told| told.about.as_deref().and_then(thing)).collect();
        let mut found = HashMap::new();
        for kind in Thing::ALL {
            let of_kind: Vec<_> = things.iter().flatten().filter(|(of, _)| *of == kind).map(|(_, id)| *id).collect();
            if of_kind.is_empty() {
                continue;
            }
            let sql = format!("{} ({})", kind.statement(), places(2, of_kind.len()));
            let values = of_tenant(tenant, of_kind);
            for row in self.database.select(tenant, "store.notification_subjects", sql, values).await? {
                found.insert((kind, uuid(WHAT, &row, 0)?), kind.about(&row)?);
            }
        }
        for (told, thing) in told.iter_mut().zip(things) {
            told.notification.about = thing.and_then(|thing| found.get(&thing).cloned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_may_begin_with_what_it_is_about() {
        let (account, reading) = (AccountId::new(), ReadingId::new());
        assert_eq!(first_id(&format!("{account} 1700000000")), Some(account.to_string().as_str()));
        assert_eq!(thing(&reading.to_string()), Some((Thing::Reading, reading.uuid())));
        assert_eq!(first_id(&komunala_domain::ids::MessageId::new().to_string()), None);
        assert_eq!(first_id("2024-08"), None);
    }
}

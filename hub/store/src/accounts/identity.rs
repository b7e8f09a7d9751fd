//! The hub's ids of supply points and meters: the same from one copy to the next, by the billing system's names.

use std::collections::HashMap;

use komunala_domain::{
    TenantId,
    ids::{AccountId, MeterId, SupplyPointId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    columns::storable,
    database::{CHUNK, Failure, Tx},
    entities::{meter, supply_point},
};

/// The supply points and meters of some accounts, by name. Whoever uses it holds the accounts' rows, and
/// [keeps](Self::keep) it in the end: what was named for the first time is written down then.
#[must_use]
pub(crate) struct Identity<'a> {
    tenant: &'a TenantId,
    points: HashMap<(AccountId, String), SupplyPointId>,
    meters: HashMap<(SupplyPointId, String), MeterId>,
    new_points: Vec<supply_point::ActiveModel>,
    new_meters: Vec<meter::ActiveModel>,
}

impl<'a> Identity<'a> {
    /// Reads what is known of accounts.
    pub(crate) async fn of(tx: &Tx, tenant: &'a TenantId, accounts: &[AccountId]) -> Result<Self, Failure> {
        let (mut points, mut meters) = (HashMap::new(), HashMap::new());
        let mut ids = Vec::new();
        for accounts in accounts.chunks(CHUNK) {
            let found = supply_point::Entity::find()
                .filter(supply_point::Column::Tenant.eq(tenant.as_str()))
                .filter(supply_point::Column::AccountId.is_in(accounts.iter().map(|account| account.uuid())))
                .all(tx.session())
                .await?;
            for point in found {
                ids.push(point.id);
                let name = (AccountId::from_uuid(point.account_id), point.external_id);
                points.insert(name, SupplyPointId::from_uuid(point.id));
            }
        }
        for ids in ids.chunks(CHUNK) {
            let found = meter::Entity::find()
                .filter(meter::Column::Tenant.eq(tenant.as_str()))
                .filter(meter::Column::PointId.is_in(ids.iter().copied()))
                .all(tx.session())
                .await?;
            for meter in found {
                let name = (SupplyPointId::from_uuid(meter.point_id), meter.serial_number);
                meters.insert(name, MeterId::from_uuid(meter.id));
            }
        }
        Ok(Self { tenant, points, meters, new_points: Vec::new(), new_meters: Vec::new() })
    }

    /// The id of a supply point of an account, given when it is heard of for the first time.
    pub(crate) fn point(&mut self, account: AccountId, external_id: &str) -> SupplyPointId {
        let name = (account, external_id.to_owned());
        if let Some(id) = self.points.get(&name) {
            return *id;
        }
        let id = SupplyPointId::new();
        self.new_points.push(supply_point::ActiveModel {
            id: Set(id.uuid()),
            tenant: Set(self.tenant.to_string()),
            account_id: Set(account.uuid()),
            external_id: Set(name.1.clone()),
        });
        self.points.insert(name, id);
        id
    }

    /// The id of a meter at a supply point, given when it is heard of for the first time.
    pub(crate) fn meter(&mut self, point: SupplyPointId, serial_number: &str) -> MeterId {
        let name = (point, storable(serial_number));
        if let Some(id) = self.meters.get(&name) {
            return *id;
        }
        let id = MeterId::new();
        self.new_meters.push(meter::ActiveModel {
            id: Set(id.uuid()),
            tenant: Set(self.tenant.to_string()),
            point_id: Set(point.uuid()),
            serial_number: Set(name.1.clone()),
        });
        self.meters.insert(name, id);
        id
    }

    /// Writes down what was named for the first time.
    pub(crate) async fn keep(self, tx: &Tx) -> Result<(), Failure> {
        for points in self.new_points.chunks(CHUNK) {
            supply_point::Entity::insert_many(points.to_vec()).exec_without_returning(tx.session()).await?;
        }
        for meters in self.new_meters.chunks(CHUNK) {
            meter::Entity::insert_many(meters.to_vec()).exec_without_returning(tx.session()).await?;
        }
        Ok(())
    }
}

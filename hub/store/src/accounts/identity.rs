//! The hub's ids of supply points and meters: the same from one copy to the next, by the billing system's names.

use std::collections::HashMap;

use komunala_domain::{
    TenantId,
    ids::{AccountId, MeterId, SupplyPointId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    columns::storable,
    database::{Failure, Tx},
    entities::{meter, supply_point},
};

/// The supply points and meters of one account, by name. Whoever uses it holds the account's row.
pub(crate) struct Identity<'a> {
    tx: &'a Tx,
    tenant: &'a TenantId,
    account: AccountId,
    points: HashMap<String, SupplyPointId>,
    meters: HashMap<(SupplyPointId, String), MeterId>,
}

impl<'a> Identity<'a> {
    /// Reads what is known of an account.
    pub(crate) async fn of(tx: &'a Tx, tenant: &'a TenantId, account: AccountId) -> Result<Self, Failure> {
        let points = supply_point::Entity::find()
            .filter(supply_point::Column::Tenant.eq(tenant.as_str()))
            .filter(supply_point::Column::AccountId.eq(account.uuid()))
            .all(tx.session())
            .await?;
        let meters = meter::Entity::find()
            .filter(meter::Column::Tenant.eq(tenant.as_str()))
            .filter(meter::Column::PointId.is_in(points.iter().map(|point| point.id)))
            .all(tx.session())
            .await?;
        let by_name = |point: supply_point::Model| (point.external_id, SupplyPointId::from_uuid(point.id));
        let by_serial = |meter: meter::Model| {
            ((SupplyPointId::from_uuid(meter.point_id), meter.serial_number), MeterId::from_uuid(meter.id))
        };
        Ok(Self {
            tx,
            tenant,
            account,
            points: points.into_iter().map(by_name).collect(),
            meters: meters.into_iter().map(by_serial).collect(),
        })
    }

    /// The id of a supply point, given when it is heard of for the first time.
    pub(crate) async fn point(&mut self, external_id: &str) -> Result<SupplyPointId, Failure> {
        if let Some(id) = self.points.get(external_id) {
            return Ok(*id);
        }
        let id = SupplyPointId::new();
        let row = supply_point::ActiveModel {
            id: Set(id.uuid()),
            tenant: Set(self.tenant.to_string()),
            account_id: Set(self.account.uuid()),
            external_id: Set(external_id.to_owned()),
        };
        supply_point::Entity::insert(row).exec_without_returning(self.tx.session()).await?;
        self.points.insert(external_id.to_owned(), id);
        Ok(id)
    }

    /// The id of a meter at a supply point, given when it is heard of for the first time.
    pub(crate) async fn meter(&mut self, point: SupplyPointId, serial_number: &str) -> Result<MeterId, Failure> {
        let name = (point, storable(serial_number));
        if let Some(id) = self.meters.get(&name) {
            return Ok(*id);
        }
        let id = MeterId::new();
        let row = meter::ActiveModel {
            id: Set(id.uuid()),
            tenant: Set(self.tenant.to_string()),
            point_id: Set(point.uuid()),
            serial_number: Set(name.1.clone()),
        };
        meter::Entity::insert(row).exec_without_returning(self.tx.session()).await?;
        self.meters.insert(name, id);
        Ok(id)
    }
}

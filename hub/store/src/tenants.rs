//! What operators call tenants.

use async_trait::async_trait;
use komunala_app::{
    ports::{
        StoreError, Tenants,
        audit::{Action, Actor, Chain, NewEvent},
        tenants::TenantRecord,
    },
    scope::{OperatorScope, SystemScope},
};
use sea_orm::{QueryResult, Value};

use crate::{
    Store, audit,
    columns::{column, micros, parsed, storable, time},
    database::{Rows, Tx},
};

const WHAT: &str = "tenant";

const INSERT: &str = "INSERT INTO tenants (id, display_name, created_at, updated_at, updated_by)
                      VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id)";

#[async_trait]
impl Tenants for Store {
    async fn tenants(&self, _: &SystemScope) -> Result<Vec<TenantRecord>, StoreError> {
        let sql = "SELECT id, display_name, created_at, updated_at, updated_by FROM tenants ORDER BY id";
        let rows = self.database.select(Rows::All, "store.tenants", sql, Vec::new()).await?;
        rows.iter().map(read).collect()
    }

    async fn create_tenant(&self, _: &OperatorScope, tenant: &TenantRecord) -> Result<bool, StoreError> {
        let events = &[told(Action::TenantCreated, tenant)];
        let work = |tx: Tx| async move {
            let is_new = tx.execute(&format!("{INSERT} DO NOTHING"), values(tenant)).await? > 0;
            if is_new {
                audit::append(&tx, &Chain::Hub, events, tenant.updated_at).await?;
            }
            Ok(is_new)
        };
        self.database.write(Rows::All, "store.create_tenant", work).await
    }

    async fn update_tenant(&self, _: &OperatorScope, tenant: &TenantRecord) -> Result<(), StoreError> {
        let events = &[told(Action::TenantUpdated, tenant)];
        let work = |tx: Tx| async move {
            let sql = format!(
                "{INSERT} DO UPDATE SET display_name = excluded.display_name, updated_at = excluded.updated_at,
                 updated_by = excluded.updated_by"
            );
            tx.execute(&sql, values(tenant)).await?;
            audit::append(&tx, &Chain::Hub, events, tenant.updated_at).await?;
            Ok(())
        };
        self.database.write(Rows::All, "store.update_tenant", work).await
    }
}

fn values(tenant: &TenantRecord) -> Vec<Value> {
    vec![
        tenant.id.as_str().into(),
        storable(&tenant.display_name).into(),
        micros(tenant.created_at).into(),
        micros(tenant.updated_at).into(),
        storable(&tenant.updated_by).into(),
    ]
}

fn told(action: Action, tenant: &TenantRecord) -> NewEvent {
    NewEvent {
        actor: Actor::Operator(tenant.updated_by.clone()),
        action,
        subject: None,
        target: format!("tenants/{}", tenant.id),
        details: None,
    }
}

fn read(row: &QueryResult) -> Result<TenantRecord, StoreError> {
    Ok(TenantRecord {
        id: parsed(WHAT, &column::<String>(WHAT, row, 0)?)?,
        display_name: column(WHAT, row, 1)?,
        created_at: time(WHAT, column(WHAT, row, 2)?)?,
        updated_at: time(WHAT, column(WHAT, row, 3)?)?,
        updated_by: column(WHAT, row, 4)?,
    })
}

//! Customer accounts of providers. See the migrations for what the columns mean.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "accounts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: String,
    pub provider: String,
    pub external_id: String,
    pub copy: Option<String>,
    pub copied_at: Option<i64>,
    pub balances: Option<String>,
    pub postal_wanted: String,
    pub postal_told: Option<String>,
    pub told_at: Option<i64>,
    pub telling_due: Option<i64>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! What users agreed to: append-only. See the migrations for what the columns mean.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: String,
    pub user_id: Uuid,
    pub link_id: Uuid,
    pub provider: String,
    pub document: String,
    pub version: String,
    pub language: String,
    pub mechanism: String,
    pub given_at: i64,
    pub sha256: Option<String>,
    pub granted: Option<bool>,
    pub pre_ticked: Option<bool>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

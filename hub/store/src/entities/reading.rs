//! Meter readings. See the migrations for what the columns mean.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "readings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: String,
    pub account_id: Uuid,
    pub meter_id: Uuid,
    pub date: Date,
    pub source: String,
    pub content: String,
    pub state: String,
    pub reason: Option<String>,
    pub as_of: i64,
    pub tries: i32,
    pub ask_at: Option<i64>,
    pub handed_in_at: Option<i64>,
    pub tell_user: Option<Uuid>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! Ties between users and accounts. See the migrations for what the columns mean.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "links")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: String,
    pub user_id: Uuid,
    pub account_id: Uuid,
    pub delivery: String,
    pub created_at: i64,
    pub since: Option<i64>,
    pub ended_at: Option<i64>,
    pub suspended_at: Option<i64>,
    pub proved_at: Option<i64>,
    pub paper_because: Option<String>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

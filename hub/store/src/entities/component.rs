//! Installed components. See the migrations for what the columns mean.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "components")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: String,
    pub name: String,
    pub version: String,
    pub contract: String,
    pub description: String,
    pub manifest: String,
    pub size: i64,
    pub signature: Option<Vec<u8>>,
    pub installed_at: i64,
    pub installed_by: String,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! The outbox. See the migrations for what the columns mean.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "messages")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: String,
    pub provider: String,
    pub purpose: String,
    pub subject: String,
    pub recipient_lookup: String,
    pub channel: String,
    pub language: String,
    pub sealed: String,
    pub state: String,
    pub attempt: i32,
    pub created_at: i64,
    pub due_at: i64,
    pub expires_at: Option<i64>,
    pub lease_until: Option<i64>,
    pub accepted_at: Option<i64>,
    pub queue_id: Option<String>,
    pub reason: Option<String>,
    pub owner_id: Option<Uuid>,
    pub queue: String,
    pub put_off: i32,
    pub returned: i32,
    pub again_at: Option<i64>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

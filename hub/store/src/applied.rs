//! Settings that operators applied: every change counts one number up, in the same transaction.

use async_trait::async_trait;
use komunala_app::{
    ports::{
        Settings, StoreError,
        audit::{Action, Actor, Chain, NewEvent},
        settings::{Applied, Subject},
    },
    scope::{OperatorScope, SystemScope},
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryOrder, sea_query::OnConflict};

use crate::{
    Store, audit,
    columns::{column, damaged, micros, parsed, time},
    database::{Failure, Rows, Tx},
    entities::applied::{Column, Entity, Model},
};

const WHAT: &str = "settings";
const PROVIDER: &str = "provider";
const PORTALS: &str = "portals";

#[async_trait]
impl Settings for Store {
    async fn settings_revision(&self, _: &SystemScope) -> Result<u64, StoreError> {
        let sql = "SELECT revision FROM settings_revision WHERE id = 1";
        let rows = self.database.select(Rows::All, "store.settings_revision", sql, Vec::new()).await?;
        let row = rows.first().ok_or_else(|| damaged(WHAT, "the number of the last change is gone"))?;
        unsigned(column(WHAT, row, 0)?)
    }

    async fn applied_settings(&self, _: &SystemScope) -> Result<Vec<Applied>, StoreError> {
        let all = Entity::find().order_by_asc(Column::Kind).order_by_asc(Column::Subject);
        let rows = self.database.find(Rows::All, "store.applied_settings", all).await?;
        rows.into_iter().map(applied).collect()
    }

    async fn apply_settings(&self, _: &OperatorScope, applied: &Applied) -> Result<bool, StoreError> {
        let row = &row(applied)?;
        let events = &[NewEvent {
            actor: Actor::Operator(applied.applied_by.clone()),
            action: Action::SettingsApplied,
            subject: None,
            target: target(row),
            details: None,
        }];
        let work = |tx: Tx| async move {
            let applied_now = apply(&tx, row).await?;
            if applied_now {
                audit::append(&tx, &Chain::Hub, events, applied.applied_at).await?;
            }
            Ok(applied_now)
        };
        self.database.write(Rows::All, "store.apply_settings", work).await
    }
}

/// What the audit log says of a change: of whom, which one, and what is switched off from then on.
fn target(row: &Model) -> String {
    let adapter = if row.enabled { "" } else { " adapter disabled" };
    let provider = if row.shown { "" } else { " disabled" };
    format!("{} {} revision {}{adapter}{provider}", row.kind, row.subject, row.revision)
}

/// Tells every replica that something of the settings changed, whatever it was.
pub(crate) async fn count_up(tx: &Tx) -> Result<(), Failure> {
    tx.execute("UPDATE settings_revision SET revision = revision + 1 WHERE id = 1", Vec::new()).await?;
    Ok(())
}

/// Counting first: it holds the row, so that whoever comes at the same time waits, and then finds another number.
async fn apply(tx: &Tx, row: &Model) -> Result<bool, Failure> {
    let count = "UPDATE settings_revision SET revision = $1 WHERE id = 1 AND revision = $2";
    if tx.execute(count, vec![row.revision.into(), (row.revision - 1).into()]).await? == 0 {
        return Ok(false);
    }
    let replace = OnConflict::columns([Column::Kind, Column::Subject])
        .update_columns([
            Column::Content,
            Column::PreviousComponent,
            Column::Enabled,
            Column::Shown,
            Column::Revision,
            Column::AppliedAt,
            Column::AppliedBy,
        ])
        .to_owned();
    let row = row.clone().into_active_model().reset_all();
    Entity::insert(row).on_conflict(replace).exec_without_returning(tx.session()).await?;
    Ok(true)
}

fn row(applied: &Applied) -> Result<Model, StoreError> {
    let (kind, subject) = match &applied.subject {
        Subject::Provider(id) => (PROVIDER, id.as_str()),
        Subject::Portals(tenant) => (PORTALS, tenant.as_str()),
    };
    Ok(Model {
        kind: kind.to_owned(),
        subject: subject.to_owned(),
        content: applied.text.to_string(),
        previous_component: applied.previous_component.map(|digest| digest.to_string()),
        enabled: applied.is_enabled,
        shown: applied.is_shown,
        revision: i64::try_from(applied.revision).map_err(|error| StoreError::Internal(error.into()))?,
        applied_at: micros(applied.applied_at),
        applied_by: applied.applied_by.clone(),
    })
}

fn applied(row: Model) -> Result<Applied, StoreError> {
    let subject = match row.kind.as_str() {
        PROVIDER => Subject::Provider(parsed(WHAT, &row.subject)?),
        PORTALS => Subject::Portals(parsed(WHAT, &row.subject)?),
        _ => return Err(damaged(WHAT, "of an unknown kind")),
    };
    Ok(Applied {
        subject,
        text: row.content.into(),
        previous_component: row.previous_component.map(|digest| parsed(WHAT, &digest)).transpose()?,
        is_enabled: row.enabled,
        is_shown: row.shown,
        revision: unsigned(row.revision)?,
        applied_at: time(WHAT, row.applied_at)?,
        applied_by: row.applied_by,
    })
}

fn unsigned(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| damaged(WHAT, "a number below zero"))
}

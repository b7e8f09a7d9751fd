//! Installed components: a row in the database, the bytes in the document store.

use async_trait::async_trait;
use bytes::Bytes;
use komunala_app::{
    ports::{
        Components, StoreError,
        audit::{Action, Actor, Chain, NewEvent},
        components::{About, InstalledComponent},
    },
    scope::{OperatorScope, SystemScope},
};
use komunala_domain::Sha256;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryOrder, sea_query::OnConflict};

use crate::{
    Store, audit,
    columns::{damaged, micros, parsed, time},
    database::{Rows, Tx},
    documents::{read, write},
    entities::component::{Column, Entity, Model},
};

const WHAT: &str = "component";

#[async_trait]
impl Components for Store {
    async fn keep_component(
        &self,
        _: &OperatorScope,
        component: &InstalledComponent,
        bytes: Bytes,
    ) -> Result<(), StoreError> {
        write(&*self.documents, WHAT, &path_of(component.digest), component.digest, bytes).await?;
        let row = &row(component)?;
        let events = &[NewEvent {
            actor: Actor::Operator(component.installed_by.clone()),
            action: Action::ComponentInstalled,
            subject: None,
            target: format!("components/{}", component.digest),
            details: None,
        }];
        let replace = || {
            OnConflict::column(Column::Digest)
                .update_columns([
                    Column::Name,
                    Column::Version,
                    Column::Contract,
                    Column::Description,
                    Column::Manifest,
                    Column::Signature,
                    Column::InstalledAt,
                    Column::InstalledBy,
                ])
                .to_owned()
        };
        let work = |tx: Tx| async move {
            let row = row.clone().into_active_model().reset_all();
            Entity::insert(row).on_conflict(replace()).exec_without_returning(tx.session()).await?;
            audit::append(&tx, &Chain::Hub, events, component.installed_at).await
        };
        self.database.write(Rows::All, "store.keep_component", work).await
    }

    async fn component(&self, _: &SystemScope, digest: Sha256) -> Result<Option<InstalledComponent>, StoreError> {
        let wanted = Entity::find_by_id(digest.to_string());
        let found = self.database.find(Rows::All, "store.component", wanted).await?;
        found.into_iter().next().map(component).transpose()
    }

    async fn component_bytes(&self, _: &SystemScope, digest: Sha256) -> Result<Option<Bytes>, StoreError> {
        read(&*self.documents, WHAT, &path_of(digest), digest).await
    }

    async fn components(&self, _: &SystemScope) -> Result<Vec<InstalledComponent>, StoreError> {
        let all = Entity::find().order_by_desc(Column::InstalledAt).order_by_asc(Column::Digest);
        let found = self.database.find(Rows::All, "store.components", all).await?;
        found.into_iter().map(component).collect()
    }
}

/// Beside the tenants' folders: no tenant's name begins so.
fn path_of(digest: Sha256) -> String {
    let digest = digest.to_string();
    format!("_components/{}/{digest}", &digest[..2])
}

fn row(component: &InstalledComponent) -> Result<Model, StoreError> {
    let InstalledComponent { digest, about, manifest, size, signature, installed_at, installed_by } = component.clone();
    Ok(Model {
        digest: digest.to_string(),
        name: about.name,
        version: about.version,
        contract: about.contract,
        description: about.description,
        manifest,
        size: i64::try_from(size).map_err(|error| StoreError::Internal(error.into()))?,
        signature,
        installed_at: micros(installed_at),
        installed_by,
    })
}

fn component(row: Model) -> Result<InstalledComponent, StoreError> {
    Ok(InstalledComponent {
        digest: parsed(WHAT, &row.digest)?,
        about: About { name: row.name, version: row.version, contract: row.contract, description: row.description },
        manifest: row.manifest,
        size: u64::try_from(row.size).map_err(|_| damaged(WHAT, "a size below zero"))?,
        signature: row.signature,
        installed_at: time(WHAT, row.installed_at)?,
        installed_by: row.installed_by,
    })
}

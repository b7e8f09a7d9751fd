//! Bytes that no row names: of a write that a crash cut in two, of an upload that no request named, of somebody erased.

use std::collections::HashSet;

use futures::TryStreamExt;
use jiff::Timestamp;
use komunala_app::ports::StoreError;
use komunala_domain::{Sha256, TenantId};
use object_store::{ObjectStore, ObjectStoreExt, path::Path};

use super::{WHAT, folder_of};
use crate::{
    columns::{column, parsed},
    database::{Database, of_tenant, places},
    documents::unavailable,
};

/// How many are looked up at a time.
const PORTION: usize = 200;

/// Removes at most `limit` of them that were written before `before`; answers how many.
pub(super) async fn sweep(
    database: &Database,
    documents: &dyn ObjectStore,
    before: Timestamp,
    limit: u32,
) -> Result<u64, StoreError> {
    let top = documents.list_with_delimiter(None).await.map_err(unavailable)?;
    let mut removed = 0;
    for folder in top.common_prefixes {
        // what belongs to no tenant has a name that no tenant may have
        let Ok(tenant) = folder.as_ref().parse::<TenantId>() else { continue };
        let mut old = Vec::with_capacity(PORTION);
        let mut listed = documents.list(Some(&Path::from(folder_of(&tenant))));
        while let Some(object) = listed.try_next().await.map_err(unavailable)? {
            if object.last_modified.timestamp_micros() >= before.as_microsecond() {
                continue;
            }
            let digest = object.location.filename().and_then(|name| name.parse::<Sha256>().ok());
            old.extend(digest.map(|digest| (digest, object.location)));
            if old.len() == PORTION {
                removed += remove(database, documents, &tenant, &mut old).await?;
            }
            if removed >= u64::from(limit) {
                return Ok(removed);
            }
        }
        removed += remove(database, documents, &tenant, &mut old).await?;
    }
    Ok(removed)
}

async fn remove(
    database: &Database,
    documents: &dyn ObjectStore,
    tenant: &TenantId,
    old: &mut Vec<(Sha256, Path)>,
) -> Result<u64, StoreError> {
    if old.is_empty() {
        return Ok(0);
    }
    let places = places(2, old.len());
    let sql = format!("SELECT object FROM attachments WHERE tenant = $1 AND object IN ({places})");
    let values = of_tenant(tenant, old.iter().map(|(digest, _)| digest.to_string()));
    let rows = database.select(tenant, "store.named_attachments", sql, values).await?;
    let named = rows.iter().map(|row| parsed::<Sha256>(WHAT, &column::<String>(WHAT, row, 0)?));
    let named: HashSet<Sha256> = named.collect::<Result<_, StoreError>>()?;
    let mut removed = 0;
    for (digest, path) in old.drain(..) {
        if named.contains(&digest) {
            continue;
        }
        match documents.delete(&path).await {
            // somebody else was quicker
            Ok(()) | Err(object_store::Error::NotFound { .. }) => removed += 1,
            Err(error) => return Err(unavailable(error)),
        }
    }
    Ok(removed)
}

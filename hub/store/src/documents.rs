//! Documents by their digest, in a folder per tenant: sealed, since each is somebody's.

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use komunala_app::{
    ports::{Documents, StoreError, documents::path_of},
    scope::TenantScope,
};
use komunala_domain::{Sha256, TenantId};
use object_store::{ObjectStore, ObjectStoreExt, local::LocalFileSystem};
use sha2::Digest;

use crate::{
    Store,
    columns::{column, damaged, parsed, texts},
    connect::ConnectError,
    database::{Failure, Rows, Tx},
};

const WHAT: &str = "document";

/// Opens the folder, making it where it is missing.
pub(crate) fn open(folder: &Path) -> Result<Arc<dyn ObjectStore>, ConnectError> {
    let refused = |source| ConnectError::Documents { folder: folder.display().to_string(), source };
    std::fs::create_dir_all(folder).map_err(|error| refused(error.into()))?;
    let local = LocalFileSystem::new_with_prefix(folder).map_err(|error| refused(error.into()))?;
    // what the database names as kept must survive the power
    Ok(Arc::new(local.with_fsync(true)))
}

#[async_trait]
impl Documents for Store {
    async fn put(&self, scope: &TenantScope, digest: Sha256, bytes: Bytes) -> Result<(), StoreError> {
        verify(WHAT, digest, &bytes)?;
        let path = path_of(scope.tenant(), digest);
        let key = self.database.vault().copies().document(scope.tenant(), digest);
        store(&*self.documents, &path, key.seal(path.as_bytes(), bytes.into()).into()).await
    }

    async fn get(&self, scope: &TenantScope, digest: Sha256) -> Result<Option<Bytes>, StoreError> {
        let path = path_of(scope.tenant(), digest);
        let Some(sealed) = load(&*self.documents, &path).await? else { return Ok(None) };
        let key = self.database.vault().copies().document(scope.tenant(), digest);
        let bytes = key.open(path.as_bytes(), sealed.into()).map_err(|error| damaged(WHAT, error))?;
        verify(WHAT, digest, &bytes)?;
        Ok(Some(bytes.into()))
    }
}

/// Lets go of documents, by their digests: what holds the transaction together cannot delete files, so a sweep does.
pub(crate) async fn forget(tx: &Tx, tenant: &TenantId, digests: &[String]) -> Result<(), Failure> {
    if digests.is_empty() {
        return Ok(());
    }
    let listed = tx.listed("$2");
    let sql = format!(
        "INSERT INTO forgotten_documents (tenant, sha256) SELECT $1, l.value FROM ({listed}) l WHERE TRUE
         ON CONFLICT DO NOTHING"
    );
    let values = vec![tenant.as_str().into(), texts(digests.iter().map(String::as_str))?];
    tx.execute(&sql, values).await?;
    Ok(())
}

impl Store {
    /// Deletes documents that no invoice names any more; answers how many it looked at. One that was kept anew meanwhile
    /// goes too, and is fetched again when somebody asks for it.
    pub(crate) async fn sweep_forgotten(&self, limit: u32) -> Result<u64, StoreError> {
        let sql = "SELECT tenant, sha256 FROM forgotten_documents ORDER BY tenant, sha256 LIMIT $1 + 0";
        let values = vec![i64::from(limit).into()];
        let rows = self.database.select(Rows::All, "store.forgotten_documents", sql, values).await?;
        for row in &rows {
            let (tenant, sha256): (String, String) = (column(WHAT, row, 0)?, column(WHAT, row, 1)?);
            let path = path_of(&parsed(WHAT, &tenant)?, parsed(WHAT, &sha256)?);
            match self.documents.delete(&path.into()).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(unavailable(error)),
            }
            let sql = "DELETE FROM forgotten_documents WHERE tenant = $1 AND sha256 = $2";
            let values = &[tenant.into(), sha256.into()];
            let work = |tx: Tx| async move { Ok(tx.execute(sql, values.to_vec()).await?) };
            self.database.write(Rows::All, "store.sweep_document", work).await?;
        }
        Ok(rows.len() as u64)
    }
}

/// Keeps bytes under their digest.
pub(crate) async fn write(
    documents: &dyn ObjectStore,
    what: &'static str,
    path: &str,
    digest: Sha256,
    bytes: Bytes,
) -> Result<(), StoreError> {
    // what lies under a wrong name would be found damaged for ever
    verify(what, digest, &bytes)?;
    store(documents, path, bytes).await
}

/// Reads bytes back, checked against their digest.
pub(crate) async fn read(
    documents: &dyn ObjectStore,
    what: &'static str,
    path: &str,
    digest: Sha256,
) -> Result<Option<Bytes>, StoreError> {
    let Some(bytes) = load(documents, path).await? else { return Ok(None) };
    verify(what, digest, &bytes).map(|()| Some(bytes))
}

async fn store(documents: &dyn ObjectStore, path: &str, bytes: Bytes) -> Result<(), StoreError> {
    // the file system's store writes beside the place and renames: half of it is never seen
    documents.put(&path.into(), bytes.into()).await.map(|_| ()).map_err(unavailable)
}

async fn load(documents: &dyn ObjectStore, path: &str) -> Result<Option<Bytes>, StoreError> {
    match documents.get(&path.into()).await {
        Ok(found) => found.bytes().await.map(Some).map_err(unavailable),
        Err(object_store::Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(unavailable(error)),
    }
}

/// The digest of bytes.
pub(crate) fn digest_of(bytes: &[u8]) -> Sha256 {
    Sha256(sha2::Sha256::digest(bytes).into())
}

fn verify(what: &'static str, digest: Sha256, bytes: &[u8]) -> Result<(), StoreError> {
    if digest_of(bytes) == digest {
        return Ok(());
    }
    Err(damaged(what, format_args!("{} bytes that are not those of {digest}", bytes.len())))
}

/// Documents that cannot be reached.
pub(crate) fn unavailable(error: object_store::Error) -> StoreError {
    StoreError::Unavailable(error.into())
}

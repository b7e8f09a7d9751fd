//! Documents by their digest, in a folder per tenant.

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use komunala_app::{
    ports::{Documents, StoreError, documents::path_of},
    scope::TenantScope,
};
use komunala_domain::Sha256;
use object_store::{ObjectStore, ObjectStoreExt, local::LocalFileSystem};
use sha2::Digest;

use crate::{Store, columns::damaged, connect::ConnectError};

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
        write(&*self.documents, WHAT, &path_of(scope.tenant(), digest), digest, bytes).await
    }

    async fn get(&self, scope: &TenantScope, digest: Sha256) -> Result<Option<Bytes>, StoreError> {
        read(&*self.documents, WHAT, &path_of(scope.tenant(), digest), digest).await
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
    if digest_of(&bytes) != digest {
        return Err(damaged(what, "its bytes are not those of its digest"));
    }
    // the file system's store writes beside the place and renames: half of it is never seen
    documents.put(&path.into(), bytes.into()).await.map(|_| ()).map_err(unavailable)
}

/// Reads bytes back, checked against their digest.
pub(crate) async fn read(
    documents: &dyn ObjectStore,
    what: &'static str,
    path: &str,
    digest: Sha256,
) -> Result<Option<Bytes>, StoreError> {
    let bytes = match documents.get(&path.into()).await {
        Ok(found) => found.bytes().await.map_err(unavailable)?,
        Err(object_store::Error::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(unavailable(error)),
    };
    if digest_of(&bytes) == digest {
        Ok(Some(bytes))
    } else {
        Err(damaged(what, format_args!("{} bytes that are not those of {digest}", bytes.len())))
    }
}

/// The digest of bytes.
pub(crate) fn digest_of(bytes: &[u8]) -> Sha256 {
    Sha256(sha2::Sha256::digest(bytes).into())
}

/// Documents that cannot be reached.
pub(crate) fn unavailable(error: object_store::Error) -> StoreError {
    StoreError::Unavailable(error.into())
}

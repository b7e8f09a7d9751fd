//! A guest sees the folders that were granted, and nothing around them.

use std::{fs, os::unix::fs::symlink, path::Path, time::Duration};

use komunala_sandbox::{FolderAccess, FolderAsk, Secrets};
use tempfile::TempDir;

use crate::{
    adapters::{Hostile, policy, settings},
    server::Server,
};

/// `shared`, `own`, and beside them what must not be reached: links to it lie in both.
fn folders() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("secret"), "kept").unwrap();
    for name in ["shared", "own"] {
        let inner = folder.path().join(name);
        fs::create_dir(&inner).unwrap();
        fs::write(inner.join("file"), name).unwrap();
        symlink("../secret", inner.join("link")).unwrap();
        symlink("..", inner.join("up")).unwrap();
    }
    folder
}

async fn hostile(folder: &Path) -> Hostile {
    let server = Server::start().await;
    let mut settings = settings(policy(&server, ""), Secrets::default());
    for (name, access) in [("shared", FolderAccess::Read), ("own", FolderAccess::ReadWrite)] {
        settings.manifest.folders.insert(name.to_owned(), FolderAsk { description: String::new(), access });
        settings.policy.folders.insert(name.to_owned(), folder.join(name));
    }
    Hostile::with(settings)
}

#[tokio::test]
async fn a_guest_reads_and_writes_what_it_was_granted_and_nothing_else() {
    let folder = folders();
    let reached = hostile(folder.path()).await.account("folders", Duration::from_secs(20)).await.unwrap();
    assert_eq!(reached.name.as_deref(), Some("read,write"));
    let read = |name| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!((read("secret"), read("shared/file"), read("own/file")), ("kept".into(), "shared".into(), "own".into()));
    assert_eq!(read("own/new"), "written");
    assert!(!folder.path().join("shared/new").exists() && !folder.path().join("file").exists());
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_named() {
    let folder = folders();
    let hostile = hostile(folder.path()).await;
    fs::remove_dir_all(folder.path().join("own")).unwrap();
    let error = hostile.account("answer", Duration::from_secs(20)).await.unwrap_err();
    assert!(error.to_string().contains("own"), "{error}");
}

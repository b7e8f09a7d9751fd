//! Compiled code on disk: trusted only if this hub wrote it.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use komunala_app::ports::{BillingSystem, Call};
use komunala_sandbox::{Adapter, CacheError, CodeCache, Secrets};
use tempfile::TempDir;

use crate::{
    adapters::{component, digest_of, engine, policy, settings},
    server::Server,
};

/// Loads the guest through the cache and calls it.
async fn works(cache: &CodeCache) {
    let server = Server::start().await;
    let settings = settings(policy(&server, ""), Secrets::default());
    let adapter = Adapter::load(&engine(), component(), digest_of(component()), Some(cache), &settings).unwrap();
    let call = Call::within(Duration::from_secs(5));
    assert!(adapter.account(call, &"answer".parse().unwrap()).await.is_ok());
}

fn code(folder: &Path) -> PathBuf {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let code: Vec<_> = files.filter(|path| path.extension().is_some_and(|extension| extension == "cwasm")).collect();
    let [code] = &code[..] else { panic!("{code:?}") };
    code.clone()
}

#[tokio::test]
async fn compiled_code_is_found_again() {
    let folder = TempDir::new().unwrap();
    let cache = CodeCache::open(folder.path().join("code")).unwrap();
    works(&cache).await;
    let file = code(&folder.path().join("code"));
    let written = fs::metadata(&file).unwrap().modified().unwrap();
    works(&CodeCache::open(folder.path().join("code")).unwrap()).await;
    assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), written, "it was not written again");
}

#[tokio::test]
async fn damaged_truncated_and_foreign_code_is_made_again() {
    let folder = TempDir::new().unwrap();
    let cache = CodeCache::open(folder.path().join("code")).unwrap();
    works(&cache).await;
    let file = code(&folder.path().join("code"));
    let sound = fs::read(&file).unwrap();

    let mut flipped = sound.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let other_folder = TempDir::new().unwrap();
    let foreign = CodeCache::open(other_folder.path().join("code")).unwrap();
    works(&foreign).await;
    let foreign = fs::read(code(&other_folder.path().join("code"))).unwrap();

    for unsound in
        [flipped, sound[..sound.len() / 2].to_vec(), sound[..20].to_vec(), vec![], b"rubbish".to_vec(), foreign]
    {
        fs::write(&file, &unsound).unwrap();
        works(&cache).await;
        assert_ne!(fs::read(&file).unwrap(), unsound, "it is made again");
    }
}

#[test]
fn a_folder_that_others_can_write_is_not_used() {
    let folder = TempDir::new().unwrap();
    let code = folder.path().join("code");
    CodeCache::open(&code).unwrap();
    fs::set_permissions(&code, fs::Permissions::from_mode(0o777)).unwrap();
    assert!(matches!(CodeCache::open(&code), Err(CacheError::Exposed(_))));
    fs::set_permissions(&code, fs::Permissions::from_mode(0o700)).unwrap();
    fs::set_permissions(code.join("cache.key"), fs::Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(CodeCache::open(&code), Err(CacheError::Exposed(_))));
}

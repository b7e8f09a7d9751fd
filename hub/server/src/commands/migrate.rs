//! `komunala migrate`.

use std::path::Path;

use komunala_store::Store;

use crate::{Configuration, start};

pub(super) async fn run(path: &Path) -> anyhow::Result<()> {
    let configuration = Configuration::read(path)?;
    Store::migrate(&start::store_settings(&configuration)?).await?;
    super::print("the schema is up to date\n")
}

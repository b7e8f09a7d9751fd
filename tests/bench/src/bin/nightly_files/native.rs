//! The floor: the adapter's own code, compiled for this machine.

use std::time::Instant;

use komunala_adapter_heating::{Exchange, Folders, Settings};
use komunala_simulators::HeatingExchange;

use crate::{PORTION, Run};

pub(crate) fn read(exchange: &HeatingExchange, id: &str) -> anyhow::Result<Run> {
    let failed = |error| anyhow::anyhow!("{error:?}");
    let settings = Settings::new("RSD".to_owned(), None, None, "{}", "CET-1CEST,M3.5.0,M10.5.0/3").map_err(failed)?;
    let adapter = Exchange::new(Folders::below(exchange.folder()), settings);
    let listed = adapter.list_files(None, 1000).map_err(failed)?;
    let file =
        listed.items.into_iter().find(|file| file.id == id).ok_or_else(|| anyhow::anyhow!("{id} is not listed"))?;
    let (began, mut run, mut since) = (Instant::now(), Run::default(), None);
    loop {
        let portion = adapter.read_file(id, &file.fingerprint, since.as_deref(), PORTION).map_err(failed)?;
        run.rows += portion.rows.len() as u64;
        run.all = began.elapsed();
        if since.is_none() {
            run.first = run.all;
        }
        since = portion.next;
        if since.is_none() {
            return Ok(run);
        }
    }
}

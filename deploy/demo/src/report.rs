//! `demo.json`: how to call what the demo started, for whoever comes from outside.

use std::{fs, path::PathBuf};

use serde_json::json;

use crate::World;

/// How many customers of each provider are named.
const CUSTOMERS: usize = 20;

/// The file, as long as the demo is up.
#[must_use = "the file goes when this is dropped"]
pub struct Report(PathBuf);

impl Report {
    /// Puts the file in its place in one step, so that nobody reads half of it.
    pub fn write(world: &World) -> anyhow::Result<Self> {
        let customers: Vec<_> = world
            .region
            .gas
            .ordinary(CUSTOMERS)
            .into_iter()
            .map(|customer| json!({ "customer_number": customer.number(), "pin": customer.pin() }))
            .collect();
        let report = json!({
            "api": world.api.to_string(),
            "operator": world.operator.to_string(),
            "operator_token": world.operator_token()?,
            "portal_key": world.region.portal_key,
            "mail_dir": world.mail_dir(),
            "providers": { "gas-ruma": { "customers": customers } },
        });
        let path = world.report_file();
        let half = path.with_extension("json.part");
        fs::write(&half, serde_json::to_vec_pretty(&report)?)?;
        fs::rename(&half, &path)?;
        Ok(Self(path))
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        // gone already: nothing is lost
        let _ = fs::remove_file(&self.0);
    }
}

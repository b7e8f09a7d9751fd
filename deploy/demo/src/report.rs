//! `demo.json`: how to call what the demo started, for whoever comes from outside.

use std::{fs, path::PathBuf};

use serde_json::json;

use crate::{PaperBill, Provider, World};

/// How many customers of each provider are named.
pub const CUSTOMERS: usize = 20;

/// The file, as long as the demo is up.
#[must_use = "the file goes when this is dropped"]
pub struct Report(PathBuf);

impl Report {
    /// Puts the file in its place in one step, so that nobody reads half of it.
    pub fn write(world: &World) -> anyhow::Result<Self> {
        let bill = |bill: PaperBill| json!({ "customer_number": bill.customer_number, "pin": bill.pin });
        let customers =
            |provider: &dyn Provider| -> Vec<_> { provider.customers(CUSTOMERS).into_iter().map(bill).collect() };
        let providers: serde_json::Map<_, _> = world
            .region
            .providers
            .iter()
            .map(|provider| (provider.id().to_owned(), json!({ "customers": customers(provider.as_ref()) })))
            .collect();
        let report = json!({
            "api": world.api.to_string(),
            "operator": world.operator.to_string(),
            "pages": world.pages.to_string(),
            "operator_token": world.operator_token()?,
            "portal_key": world.region.portal_key,
            "mail_dir": world.mail_dir(),
            "sms_dir": world.sms_dir(),
            "providers": providers,
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

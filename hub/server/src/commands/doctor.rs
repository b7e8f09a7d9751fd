//! `komunala doctor`: everything that `serve` needs, looked at one by one, and nothing started.

use std::{fmt::Display, path::Path};

use anyhow::bail;
use komunala_listener::Protocols;

use crate::{Configuration, settings, start};

pub(super) async fn run(path: &Path) -> anyhow::Result<()> {
    let mut report = Report::default();
    let configuration = report.check("configuration", Configuration::read(path));
    if let Some(configuration) = configuration {
        report.check("root secret", configuration.secrets.root.read(&configuration.base));
        let files = report.check("settings files", settings::texts(&configuration.base, &configuration.settings));
        if configuration.operator.enabled {
            report.check("operators", start::access::check(&configuration).await);
        }
        report.check("mail", configuration.mail.check(&configuration.base, configuration.pages.enabled));
        if configuration.pages.enabled {
            report.check("pages", configuration.pages.public_url(configuration.pages.listen));
        }
        let listeners = [
            ("api", configuration.api.tls.as_ref()),
            ("operator", configuration.operator.tls.as_ref()),
            ("pages", configuration.pages.tls.as_ref()),
        ];
        for (setting, files) in listeners.into_iter().filter(|(_, files)| files.is_some()) {
            let shown = start::listener::tls(setting, &configuration, files, Protocols::Http1);
            report.check(&format!("certificate of `{setting}`"), shown);
        }
        // looking changes nothing: no schema is brought up to date, no token is made
        let mut looked_at = configuration;
        looked_at.database.migrate = false;
        looked_at.operator.enabled = false;
        if files.is_some()
            && let Some(assembly) = report.check(
                "database and documents",
                start::Assembly::new(&looked_at, std::sync::Arc::new(komunala_app::ports::SystemClock), None).await,
            )
        {
            report.check("tenants, providers and adapters", assembly.begin().await);
            assembly.close().await;
        }
    }
    super::print(&report.text)?;
    match report.wrong {
        0 => Ok(()),
        wrong => bail!("{wrong} of the above must be put right before the hub can serve"),
    }
}

#[derive(Default)]
struct Report {
    text: String,
    wrong: usize,
}

impl Report {
    fn check<T, E: Display>(&mut self, what: &str, result: Result<T, E>) -> Option<T> {
        match result {
            Ok(value) => {
                self.text += &format!("ok     {what}\n");
                Some(value)
            }
            Err(error) => {
                self.wrong += 1;
                self.text += &format!("wrong  {what}: {error}\n");
                None
            }
        }
    }
}

//! `komunala problems`: what was put aside while providers' data were taken in.

use std::path::Path;

use komunala_domain::ProviderId;

use crate::{Configuration, start};

pub(super) async fn run(path: &Path, provider: Option<&ProviderId>) -> anyhow::Result<()> {
    let configuration = Configuration::read(path)?;
    let hub = start::hub_at_rest(&configuration).await?;
    let problems = hub.list_problems(&hub.system_scope(), provider).await?;
    let mut text = String::new();
    for problem in &problems {
        let subject = if problem.subject.is_empty() { "-" } else { &problem.subject };
        let field = if problem.field.is_empty() { "-" } else { &problem.field };
        text += &format!(
            "{}  {}  {}  {subject}  {field}  {} ({} times since {})\n",
            problem.last_seen.strftime("%Y-%m-%dT%H:%MZ"),
            problem.provider,
            problem.source,
            problem.detail,
            problem.count,
            problem.first_seen.strftime("%Y-%m-%d"),
        );
    }
    if problems.is_empty() {
        text.push_str("nothing was put aside\n");
    }
    super::print(&text)
}

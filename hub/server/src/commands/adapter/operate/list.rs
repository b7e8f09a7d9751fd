//! `komunala adapter list`.

use std::fmt::Write;

use komunala_grpc::proto::operator::v1;

use super::{Connection, print, told};

/// What is installed, and how it is.
#[derive(Debug, clap::Args)]
pub(in crate::commands) struct List {
    #[command(flatten)]
    connection: Connection,
}

/// As many digits of a digest as tell components apart at a glance.
const DIGITS: usize = 16;

pub(super) async fn run(list: List) -> anyhow::Result<()> {
    let mut hub = list.connection.open().await?;
    let components = hub.components().await.map_err(|error| told("components", error))?;
    let adapters = hub.adapters().await.map_err(|error| told("adapters", error))?;
    print(&(report_components(&components) + "\n" + &report_adapters(&adapters)))
}

fn report_components(components: &[v1::Component]) -> String {
    let mut report = format!("{:<18} {:<20} {:<12} {:<14} providers\n", "component", "adapter", "version", "signed by");
    for component in components {
        let signed = if component.signed_by.is_empty() { "-" } else { &component.signed_by };
        let providers: Vec<_> = component.providers.iter().map(|name| name.trim_start_matches("providers/")).collect();
        line(
            &mut report,
            &format!(
                "{:<18} {:<20} {:<12} {signed:<14} {}",
                short(&component.name),
                component.adapter,
                component.version,
                providers.join(" ")
            ),
        );
    }
    report
}

fn report_adapters(adapters: &[v1::Adapter]) -> String {
    let mut report = format!("{:<24} {:<18} {:<18} state\n", "provider", "component", "before");
    for adapter in adapters {
        let provider = adapter.name.trim_start_matches("providers/").trim_end_matches("/adapter");
        let (component, before) = (short(&adapter.component), short(&adapter.previous_component));
        line(&mut report, &format!("{provider:<24} {component:<18} {before:<18} {}", state(adapter)));
        if !adapter.problem.is_empty() {
            line(&mut report, &format!("  cannot follow its settings: {}", adapter.problem));
        }
        for hit in &adapter.limits_hit {
            line(&mut report, &format!("  ran into {} {} times", hit.limit, hit.times));
        }
        if let Some(last) = adapter.recent_problems.first() {
            line(&mut report, &format!("  last problem: {} {}", last.operation, last.outcome));
        }
    }
    report
}

fn state(adapter: &v1::Adapter) -> &'static str {
    match (adapter.enabled, adapter.healthy) {
        (false, _) => "disabled",
        (true, true) => "healthy",
        (true, false) => "unhealthy",
    }
}

fn short(name: &str) -> &str {
    let digest = name.trim_start_matches("components/");
    if digest.is_empty() { "-" } else { digest.get(..DIGITS).unwrap_or(digest) }
}

fn line(report: &mut String, text: &str) {
    writeln!(report, "{text}").expect("a string takes everything");
}

//! `komunala adapter new | build | run | check`: the author's kit, which lives in its own crate.

use std::{io::IsTerminal, path::PathBuf};

use anyhow::bail;
use clap::Subcommand;
use komunala_kit::{
    AdapterFolder, Subjects, Workbench, build,
    check::{self, Progress},
    project,
    report::Verdict,
};
use komunala_sandbox::{Answer, Tried};
use serde_json::Value as Json;

use super::given::Given;
use crate::commands::{print, progress};

/// What authors do.
#[derive(Debug, Subcommand)]
pub(in crate::commands) enum AuthorCommand {
    /// Write the project of a new adapter: it builds and passes its check at once
    New {
        /// A short word: lower-case letters, digits and hyphens
        name: project::Name,
        /// The folder to write it in
        #[arg(long, default_value = ".")]
        within: PathBuf,
    },
    /// Make the component, and say what it is
    Build {
        /// The adapter's folder
        #[arg(long, default_value = ".")]
        folder: PathBuf,
    },
    /// Call one operation, and print its answer, its log and what it cost
    Run {
        /// Which one: `invoices.get-invoice`; without it, a list of those there are
        operation: Option<String>,
        /// Its arguments, each as JSON; a plain word is a text
        arguments: Vec<String>,
        #[command(flatten)]
        given: Given,
    },
    /// Try everything that can go wrong, and print what came of it
    Check {
        /// Only these scenarios
        #[arg(long)]
        only: Vec<String>,
        /// Keep what the billing system answers, secrets left out, so that later checks need neither it nor credentials
        #[arg(long)]
        record: Option<PathBuf>,
        /// Where the report goes
        #[arg(long)]
        report: Option<PathBuf>,
        #[command(flatten)]
        given: Given,
    },
}

pub(super) async fn run(command: AuthorCommand) -> anyhow::Result<()> {
    match command {
        AuthorCommand::New { name, within } => new(&name, &within),
        AuthorCommand::Build { folder } => build_one(&folder),
        AuthorCommand::Run { operation, arguments, given } => call(operation, arguments, &given).await,
        AuthorCommand::Check { only, record, report, given } => check_all(&only, record, report, &given).await,
    }
}

fn new(name: &project::Name, within: &std::path::Path) -> anyhow::Result<()> {
    let folder = project::write(name, within)?;
    let shown = folder.display();
    print(&format!(
        "{shown} is written: an adapter that works, against a recorded billing system.\n\n  cd {shown}\n  komunala adapter \
         build\n  komunala adapter check\n\nThen read GUIDE.md, and make it yours.\n"
    ))
}

fn build_one(folder: &std::path::Path) -> anyhow::Result<()> {
    let folder = AdapterFolder::open(folder)?;
    let built = build::build(&folder, |done| eprintln!("{done}"))?;
    let component = build::describe(&folder)?;
    print(&format!(
        "component     {}\nsize          {} bytes\nsha256        {}\ncapabilities  {}\nimports       {}\n",
        built.path.display(),
        built.size,
        built.sha256,
        component.capabilities.join(", "),
        component.imports.join(", ")
    ))
}

async fn call(operation: Option<String>, arguments: Vec<String>, given: &Given) -> anyhow::Result<()> {
    let folder = AdapterFolder::open(&given.folder)?;
    let subjects = Subjects::read(&folder.check().join("subjects.toml"))?;
    let bench = Workbench::open(folder.clone(), &subjects, given.source(&folder, &subjects)?, false)?;
    let Some(operation) = operation else {
        let names = bench.trial().operations().iter().map(|known| {
            let parameters: Vec<_> =
                known.parameters.iter().map(|it| format!("{} ({})", it.name, it.expected())).collect();
            format!("{}\n    {}\n", known.name, parameters.join("\n    "))
        });
        return print(&names.collect::<String>());
    };
    let known = bench.trial().operations().iter().find(|known| known.name == operation);
    let is_text = |place: usize| {
        known.and_then(|known| known.parameters.get(place)).is_some_and(|it| it.expected().starts_with("a text"))
    };
    let argument = |(place, text): (usize, String)| match serde_json::from_str(&text) {
        // ids are often nothing but digits
        Ok(Json::Number(_)) if is_text(place) => Json::String(text),
        Ok(json) => json,
        Err(_) => Json::String(text),
    };
    let arguments: Vec<Json> = arguments.into_iter().enumerate().map(argument).collect();
    let tried = bench.call(&operation, &arguments).await?;
    print(&shown(&tried)?)?;
    for unrecorded in bench.line().take_unrecorded() {
        eprintln!("not in the recording: {unrecorded}");
    }
    match &tried.answer {
        Answer::Value(_) => Ok(()),
        Answer::Error(_) => bail!("the adapter answered with an error of the contract"),
        Answer::Crashed(why) => bail!("the adapter crashed: {why}"),
        Answer::Refused(refusal) => bail!("the adapter was stopped: {refusal}"),
        Answer::Late => bail!("the adapter did not come to an end in its time"),
    }
}

fn shown(tried: &Tried) -> anyhow::Result<String> {
    let mut text = match &tried.answer {
        Answer::Value(json) | Answer::Error(json) => format!("{}\n", serde_json::to_string_pretty(json)?),
        _ => String::new(),
    };
    for line in &tried.log {
        text += &format!("log           {line}\n");
    }
    if let Some(refusal) = &tried.denied {
        text += &format!("denied        {refusal}\n");
    }
    let cost = &tried.cost;
    text += &format!(
        "time          {} µs\ninstructions  {}\nmemory        {} KiB\nrequests      {}, {} bytes\n",
        cost.time.as_micros(),
        cost.instructions,
        cost.memory / 1024,
        cost.requests,
        cost.transferred
    );
    Ok(text)
}

async fn check_all(
    only: &[String],
    record: Option<PathBuf>,
    report: Option<PathBuf>,
    given: &Given,
) -> anyhow::Result<()> {
    let folder = AdapterFolder::open(&given.folder)?;
    let subjects = Subjects::read(&folder.check().join("subjects.toml"))?;
    let source = given.source(&folder, &subjects)?;
    if record.is_some() && matches!(source, komunala_kit::Source::Recording(_)) {
        bail!("a recording is made against a billing system: say where it is, with --settings or --set");
    }
    let report = report.unwrap_or_else(|| folder.path.join("check-report.json"));
    let bench = Workbench::open(folder, &subjects, source, record.is_some())?;
    let found = check::check(&bench, &subjects, only, watch()).await?;
    if let (Some(path), Some(recording)) = (record, bench.take_recording()?) {
        bench.keep(&recording, &path)?;
        eprintln!("{} exchanges and files are recorded in {}", recording.len(), path.display());
    }
    found.write(&report)?;
    print(&format!("{found}the report is in {}\n", report.display()))?;
    match found.failed().count() {
        0 => Ok(()),
        failed => bail!("{failed} scenarios failed; each says above what to do"),
    }
}

/// A bar where somebody watches, a line per scenario where not. What failed is said at once.
fn watch() -> impl FnMut(Progress<'_>) {
    let is_watched = std::io::stderr().is_terminal();
    let bar = progress::steps();
    move |progress| match progress {
        Progress::Begins(_, of, scenario) => {
            bar.set_length(of as u64);
            bar.set_message(scenario.name.clone());
        }
        Progress::Ended(place, of, outcome) => {
            let word = outcome.verdict.word();
            match &outcome.verdict {
                _ if !is_watched => eprintln!("{place}/{of} {word} {}", outcome.name),
                Verdict::Failed(_) => bar.println(format!("{word} {}: {}", outcome.name, outcome.title)),
                _ => {}
            }
            bar.inc(1);
            if place == of {
                bar.finish_and_clear();
            }
        }
    }
}

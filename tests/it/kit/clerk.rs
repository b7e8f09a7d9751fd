//! An adapter of files that breaks one rule fails the scenario that is about it, and no other.

use std::collections::BTreeMap;

use komunala_kit::{
    Provision, Report, Source, Subjects, Workbench, check,
    report::Verdict,
    scenario::{self, Scenario},
};
use tempfile::TempDir;

use super::adapters;

pub(super) fn is_about_files(scenario: &Scenario) -> bool {
    scenario.needs.iter().any(|needed| needed == "files")
}

async fn checked(place: &TempDir, misdeed: Option<&str>) -> anyhow::Result<Report> {
    let folder = adapters::installed("clerk", "tests/guests", place.path())?;
    let subjects = Subjects::read(&folder.check().join("subjects.toml"))?;
    let settings = misdeed.map(|misdeed| ("misdeed".to_owned(), misdeed.to_owned())).into_iter().collect();
    let provision = Provision::of_author(&folder.manifest, &subjects, settings, BTreeMap::new());
    let bench = Workbench::open(folder, &subjects, Source::Live(Box::new(provision)), false)?;
    Ok(check::check(&bench, &subjects, &[], |_| {}).await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_misdeed_every_scenario_about_files_is_tried_and_passes() -> anyhow::Result<()> {
    let report = checked(&TempDir::new()?, None).await?;
    let about_files: Vec<_> = scenario::scenarios().into_iter().filter(is_about_files).map(|it| it.name).collect();
    let wrong = report.scenarios.iter().filter(|it| match it.verdict {
        Verdict::Passed(_) => false,
        Verdict::Failed(_) => true,
        Verdict::Untried(_) => about_files.contains(&it.name),
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_adapter_of_files_that_breaks_one_rule_fails_the_scenario_about_it_and_no_other() -> anyhow::Result<()> {
    let (place, mut mistaken) = (TempDir::new()?, Vec::new());
    for scenario in scenario::scenarios().into_iter().filter(is_about_files) {
        let report = checked(&place, Some(&scenario.name)).await?;
        let failed: Vec<_> = report.failed().map(str::to_owned).collect();
        if failed != [scenario.name.as_str()] {
            mistaken.push((scenario.name, failed));
        }
    }
    assert!(mistaken.is_empty(), "misdeed, and what failed: {mistaken:#?}");
    Ok(())
}

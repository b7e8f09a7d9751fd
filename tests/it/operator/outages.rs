//! An outage that an operator announces by typing.

use anyhow::{Context, ensure};
use komunala_tests::Database;

use super::{
    command_line::{komunala, said},
    office::Office,
};

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_looked_at_announced_changed_and_called_off() -> anyhow::Result<()> {
    let office = Office::open(Database::Sqlite, "").await?;
    let hub = office.hub().await?;
    let when = ["--from", "2031-03-30T01:30[Europe/Belgrade]", "--until", "2031-03-30T03:30+02:00"];
    let announced = [&when[..], &["--reason", "Zamena ventila", "GR-1", "GR-2"]].concat();
    let outage = |arguments: &[&str], more: &[&str]| {
        let arguments: Vec<_> = ["outage"].iter().chain(arguments).chain(more).map(ToString::to_string).collect();
        let (office, hub) = (&office, &hub);
        async move {
            let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
            anyhow::Ok(komunala(office, hub, &arguments).await?)
        }
    };

    let preview = said(&outage(&["preview", "gas-ruma"], &announced).await?);
    ensure!(preview.contains("email  0 addresses"), "{preview}");
    ensure!(preview.contains("nobody subscribed to any of its supply points"), "{preview}");
    let listed = said(&outage(&["list", "gas-ruma"], &[]).await?);
    ensure!(listed.is_empty(), "a preview announced something: {listed}");

    let published = said(&outage(&["publish", "gas-ruma"], &announced).await?);
    let name = published.split_once(' ').context("no name")?.0.to_owned();
    ensure!(published.contains("revision 1: announced"), "{published}");
    // an hour is left out in between
    ensure!(
        published.contains("2031-03-30 00:30Z to 2031-03-30 01:30Z, 2 supply points: Zamena ventila"),
        "{published}"
    );

    let points = office.path("points.txt");
    std::fs::write(&points, "GR-1\n\nGR-3\nGR-4\n")?;
    let points = ["--points-file", points.to_str().context("a path")?];
    let change = ["change", &name, "--revision", "1", "--from", "2031-03-30T05:00Z"];
    let changed = said(&outage(&change, &points).await?);
    ensure!(changed.contains("revision 2: changed") && changed.contains("3 supply points"), "{changed}");
    let late = outage(&change, &points).await?;
    ensure!(late.status.code() == Some(1) && said(&late).contains("in between"), "{}", said(&late));

    let cancelled = said(&outage(&["cancel", &name], &[]).await?);
    ensure!(cancelled.contains("revision 3: called off"), "{cancelled}");
    let listed = said(&outage(&["list", "gas-ruma"], &[]).await?);
    ensure!(listed.starts_with(&name) && listed.contains("revision 3, called off, of an operator"), "{listed}");

    let nowhere = outage(&["publish", "gas-ruma", "--from", "2031-03-30T01:30"], &["GR-1"]).await?;
    ensure!(nowhere.status.code() == Some(2) && said(&nowhere).contains("name the zone too"), "{}", said(&nowhere));
    let wrong = outage(&["publish", "gas-ruma", "--from", "2031-03-30T05:00Z"], &["GR 1"]).await?;
    ensure!(wrong.status.code() == Some(1) && said(&wrong).contains("outage.point_numbers[0]"), "{}", said(&wrong));
    hub.stop().await;
    Ok(())
}

//! The report as a person reads it.

use std::fmt::{Display, Formatter, Result};

use super::{Report, Verdict};

/// Lines of one failure that are shown; the file has them all.
const SHOWN: usize = 5;

impl Display for Report {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        self.scenarios(out)?;
        self.capabilities(out)?;
        self.limits(out)?;
        self.summary(out)
    }
}

impl Report {
    fn scenarios(&self, out: &mut Formatter<'_>) -> Result {
        let mut group = None;
        for outcome in &self.scenarios {
            if group != Some(outcome.group) {
                group = Some(outcome.group);
                writeln!(out, "\n{}", outcome.group.name())?;
            }
            match &outcome.verdict {
                Verdict::Passed(seen) => writeln!(out, "  ok      {:<18} {seen}", outcome.name)?,
                Verdict::Untried(why) => writeln!(out, "  -       {:<18} not tried: {why}", outcome.name)?,
                Verdict::Failed(seen) => {
                    writeln!(out, "  FAILED  {:<18} {}", outcome.name, outcome.title)?;
                    for line in seen.iter().take(SHOWN) {
                        writeln!(out, "            seen: {line}")?;
                    }
                    if seen.len() > SHOWN {
                        writeln!(out, "            and {} more, in the report", seen.len() - SHOWN)?;
                    }
                    writeln!(out, "            what to do: {}", outcome.advice)?;
                }
            }
        }
        Ok(())
    }

    fn capabilities(&self, out: &mut Formatter<'_>) -> Result {
        writeln!(out, "\ncapabilities that portals see")?;
        for row in self.capabilities.iter().filter(|row| row.offered) {
            let functions = row.answered.iter().chain(&row.unanswered).map(|name| {
                let function = name.split('.').nth(1).unwrap_or_default();
                match self.operations.contains_key(name) {
                    _ if row.answered.contains(name) => function.to_owned(),
                    true => format!("{function} (never answered)"),
                    false => format!("{function} (not called)"),
                }
            });
            writeln!(out, "  {:<10} {}", row.name, functions.collect::<Vec<_>>().join(", "))?;
        }
        let others: Vec<_> = self.capabilities.iter().filter(|row| !row.offered).map(|row| row.name.as_str()).collect();
        if !others.is_empty() {
            writeln!(out, "  not offered: {}", others.join(", "))?;
        }
        Ok(())
    }

    fn limits(&self, out: &mut Formatter<'_>) -> Result {
        writeln!(out, "\nwhat one call used at most")?;
        for row in &self.limits {
            writeln!(out, "  {:<16} {:>12} of {}", row.limit, row.used, row.allowed)?;
        }
        writeln!(
            out,
            "\n  {:<30} {:>6} {:>11} {:>14} {:>9}",
            "operation", "calls", "slowest", "instructions", "memory"
        )?;
        for (name, spent) in &self.operations {
            writeln!(
                out,
                "  {name:<30} {:>6} {:>8} µs {:>14} {:>5} KiB",
                spent.calls,
                spent.slowest_us,
                spent.instructions,
                spent.memory / 1024
            )?;
        }
        Ok(())
    }

    fn summary(&self, out: &mut Formatter<'_>) -> Result {
        let failed = self.failed().count();
        let untried = self.scenarios.iter().filter(|outcome| matches!(outcome.verdict, Verdict::Untried(_))).count();
        let passed = self.scenarios.len() - failed - untried;
        let against = match &self.recorded {
            Some(moment) => format!("the recording of {moment}"),
            None => "its billing system".to_owned(),
        };
        writeln!(
            out,
            "\n{} {} against {against}: {passed} passed, {failed} failed, {untried} not tried",
            self.adapter, self.version
        )
    }
}

//! `hand-over`: open files are closed, and what got no answer is sent again.

use std::{
    fs::{self, File},
    io,
    time::SystemTime,
};

use komunala_adapter_sdk::{
    Error,
    files::{HandOverReport, HandedOver, Problem},
};

use crate::{
    Exchange,
    file_name::FileName,
    outbox::{self, OpenFile},
    seal::{self, Seal},
    source,
    verdict::unreadable,
};

/// After so many days without an answer a file is sent again.
const PATIENCE: i32 = 3;

/// Most files of one report; the others are taken up the next time.
const MAX_FILES: usize = 100;

impl Exchange {
    /// Closes files that have rows and sends again what got no answer in time; the contract's `hand-over`.
    pub fn hand_over(&self) -> Result<HandOverReport, Error> {
        let mut report = HandOverReport { files: Vec::new(), problems: Vec::new() };
        for (name, handed_over) in outbox::files(self)? {
            if report.files.len() == MAX_FILES {
                break;
            }
            if handed_over {
                self.send_again(&name, &mut report)?;
                continue;
            }
            let rows = OpenFile::open(self, name)?.rows().count();
            if rows > 0 {
                self.send(&name)?;
                report.files.push(handed(&name, rows, false));
            }
        }
        Ok(report)
    }

    /// Only what got no answer: the `.ok` is removed first, and written last.
    fn send_again(&self, name: &FileName, report: &mut HandOverReport) -> Result<(), Error> {
        if source::ok(&self.folders, name)?.is_some() {
            return Ok(());
        }
        let days = self.days_since(self.sent_on(name).map_err(unreadable(name.ok()))?);
        if days < PATIENCE {
            return Ok(());
        }
        let content = fs::read(self.folders.outgoing(name)).map_err(unreadable(name.file()))?;
        fs::remove_file(self.folders.inbox.join(name.ok())).map_err(unreadable(name.ok()))?;
        self.send(name)?;
        let message = format!("{} got no answer for {days} days and was sent again", name.file());
        report.problems.push(Problem { id: Some(name.to_string()), message });
        report.files.push(handed(name, outbox::rows(&content).count(), true));
        Ok(())
    }

    fn send(&self, name: &FileName) -> Result<(), Error> {
        let seal = || -> io::Result<()> {
            let path = self.folders.outgoing(name);
            let content = fs::read(&path)?;
            let file = File::options().write(true).open(&path)?;
            file.sync_all()?;
            // so that the two times tell when it was sent last; where they cannot be set, its name has to
            let _ = file.set_modified(self.noon_of(name.place.day));
            seal::write(&self.folders.inbox.join(name.ok()), &Seal::of(&content))
        };
        seal().map_err(unreadable(name.file()))
    }

    /// When a file was sent last, as `yyyymmdd`: the time of its `.ok`, if the file still has the time that it was given
    /// on sending. A copy of the folder has neither; then it is the day of the name.
    fn sent_on(&self, name: &FileName) -> io::Result<u32> {
        let day = |path| -> io::Result<u32> { Ok(self.day_of(fs::metadata(path)?.modified()?)) };
        let is_marked = day(self.folders.outgoing(name))? == name.place.day;
        if is_marked { day(self.folders.inbox.join(name.ok())) } else { Ok(name.place.day) }
    }

    fn noon_of(&self, day: u32) -> SystemTime {
        let noon = crate::exchange::civil(day).map(|date| date.at(12, 0, 0, 0).to_zoned(self.settings.zone.clone()));
        noon.and_then(Result::ok).map_or(SystemTime::UNIX_EPOCH, |noon| noon.timestamp().into())
    }
}

fn handed(name: &FileName, rows: usize, again: bool) -> HandedOver {
    HandedOver { id: name.to_string(), rows: u32::try_from(rows).unwrap_or(u32::MAX), again }
}

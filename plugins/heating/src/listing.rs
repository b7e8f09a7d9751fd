//! Which files are complete, and in which order they count.

use std::{
    collections::BTreeMap,
    fs::{self, File as DiskFile},
    io::Read as _,
    path::Path,
};

use komunala_adapter_sdk::{
    Error,
    files::{Content, File, FilePage, Problem},
};

use crate::{
    archive,
    check::extent,
    columns::Columns,
    exchange::Exchange,
    file_name::{Entry, FileName, Kind, Place},
    source::{self, Part, Source},
    verdict::unreadable,
};

/// Most problems of one answer.
const MAX_PROBLEMS: usize = 100;

/// What lies there of one file.
#[derive(Debug, Clone, Copy, Default)]
struct Presence {
    file: bool,
    ok: bool,
}

impl Presence {
    fn counts(self) -> bool {
        self.file && self.ok
    }
}

/// What lies there of a set: files that share their day and number.
type Set = BTreeMap<Kind, Presence>;

/// A folder, taken apart.
#[derive(Debug, Default)]
struct Contents {
    sets: BTreeMap<Place, Set>,
    foreign: Vec<String>,
}

impl Exchange {
    /// Files in the order in which they count; the contract's `list-files`.
    pub fn list_files(&self, since: Option<&str>, size: u16) -> Result<FilePage, Error> {
        let behind = since.map(place_of).transpose()?;
        let mut problems = Problems::default();
        let out = Contents::of(&self.folders.out, |kind| !kind.is_ours())?;
        let ack = Contents::of(&self.folders.ack, Kind::is_ours)?;
        let mut sources = self.sets(&out, &mut problems)?;
        sources.extend(self.answers(&ack, &mut problems)?);
        sources.sort_by_key(Source::name);
        for (folder, contents) in [("out", &out), ("ack", &ack)] {
            let named = contents.foreign.iter().filter(|name| !archive::is_archive(name));
            named.for_each(|name| problems.add(None, &format!("{folder}/{name} is no name of this exchange: ignored")));
        }
        archive::problems(&self.folders.out, &out.foreign, &mut |message| problems.add(None, message))?;

        let behind = sources.iter().filter(|source| behind.is_none_or(|behind| source.name() > behind));
        let mut behind = behind.peekable();
        let mut items = Vec::new();
        while items.len() < usize::from(size.max(1))
            && let Some(source) = behind.next()
        {
            items.push(self.listed(source)?);
        }
        let next = behind.peek().and_then(|_| items.last()).map(|last| last.id.clone());
        // they are the same on every page
        let problems = if since.is_none() { problems.0 } else { Vec::new() };
        Ok(FilePage { items, problems, next })
    }

    /// The sets in `out/`, up to the first gap.
    fn sets(&self, out: &Contents, problems: &mut Problems) -> Result<Vec<Source>, Error> {
        let counting = |set: &Set| set.values().any(|presence| presence.counts());
        let newest = out.sets.keys().next_back().copied();
        let mut sources = Vec::new();
        let (mut day, mut number) = (0, 0);
        for (place, set) in &out.sets {
            if !counting(set) {
                continue;
            }
            number = if place.day == day { number + 1 } else { 1 };
            day = place.day;
            if place.number != number {
                let missing = Place { day, number };
                let held = out.sets.range(place..).filter(|(_, set)| counting(set)).count();
                let under_way = out.sets.contains_key(&missing);
                let why = if under_way { "has no file with its .ok" } else { "is missing" };
                problems.add(None, &format!("set {missing} {why}: {held} sets behind it wait"));
                break;
            }
            self.set(*place, set, Some(*place) == newest, problems, &mut sources)?;
        }
        Ok(sources)
    }

    /// The files of a set that are complete.
    fn set(
        &self,
        place: Place,
        set: &Set,
        is_newest: bool,
        problems: &mut Problems,
        sources: &mut Vec<Source>,
    ) -> Result<(), Error> {
        let lines = set.get(&Kind::Lines).copied().unwrap_or_default();
        for (kind, presence) in set {
            let name = FileName { place, kind: *kind };
            if presence.ok && !presence.file {
                problems.add(Some(&name), &format!("{} stands there without its file", name.ok()));
            }
            // whoever is still writing the newest set is not late
            if presence.file && !presence.ok && !is_newest {
                problems.add(Some(&name), &format!("{} waits for its .ok", name.file()));
            }
            if !presence.counts() {
                continue;
            }
            match kind {
                Kind::Lines if !set.get(&Kind::Bills).is_some_and(|bills| bills.counts()) => {
                    if !is_newest {
                        problems.add(Some(&name), &format!("{} waits for its bills", name.file()));
                    }
                }
                Kind::Lines => {}
                Kind::Bills if lines.file && !lines.ok => {}
                _ => sources.extend(self.source(name, lines.counts())?),
            }
        }
        Ok(())
    }

    /// The answers in `ack/`, each by itself: they stand in no order.
    fn answers(&self, ack: &Contents, problems: &mut Problems) -> Result<Vec<Source>, Error> {
        let mut sources = Vec::new();
        for (place, set) in &ack.sets {
            for (kind, presence) in set {
                let name = FileName { place: *place, kind: *kind };
                if presence.counts() {
                    sources.extend(self.source(name, false)?);
                } else if presence.ok {
                    problems.add(Some(&name), &format!("ack/{} stands there without its file", name.ok()));
                }
            }
        }
        Ok(sources)
    }

    /// None where an `.ok` was taken away in the meantime.
    fn source(&self, name: FileName, with_lines: bool) -> Result<Option<Source>, Error> {
        let lines = (name.kind == Kind::Bills && with_lines).then(|| name.sibling(Kind::Lines));
        let mut parts = Vec::new();
        for name in [Some(name), lines].into_iter().flatten() {
            match source::ok(&self.folders, &name)? {
                Some(ok) => parts.push(Part { name, ok }),
                None => return Ok(None),
            }
        }
        Ok(Some(Source { parts }))
    }

    fn listed(&self, source: &Source) -> Result<File, Error> {
        let name = source.name();
        Ok(File {
            id: name.to_string(),
            content: match name.kind {
                Kind::Customers => Content::Customers,
                Kind::Bills | Kind::Lines => Content::Invoices,
                Kind::Payments => Content::Payments,
                Kind::Deliveries | Kind::Requests => Content::Acknowledgements,
            },
            sequence: name.place.sequence(),
            fingerprint: source.fingerprint(),
            full: name.kind == Kind::Customers && self.tells_of_everybody(&name)?,
            size: source.size(),
        })
    }

    /// By the head; one that cannot be read is found out when the file is.
    fn tells_of_everybody(&self, name: &FileName) -> Result<bool, Error> {
        let mut head = Vec::new();
        let file = DiskFile::open(self.folders.incoming(name)).map_err(unreadable(name.file()))?;
        file.take(13).read_to_end(&mut head).map_err(unreadable(name.file()))?;
        Ok(head.len() == 13 && extent(Columns(&head)).unwrap_or(false))
    }
}

impl Contents {
    fn of(folder: &Path, belongs: impl Fn(Kind) -> bool) -> Result<Self, Error> {
        let mut contents = Self::default();
        for entry in fs::read_dir(folder).map_err(unreadable("the folder"))? {
            let entry = entry.map_err(unreadable("the folder"))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            match name.parse() {
                Ok(Entry::File(file)) if belongs(file.kind) => contents.presence(&file).file = true,
                Ok(Entry::Ok(file)) if belongs(file.kind) => contents.presence(&file).ok = true,
                _ => contents.foreign.push(name),
            }
        }
        contents.foreign.sort();
        Ok(contents)
    }

    fn presence(&mut self, name: &FileName) -> &mut Presence {
        self.sets.entry(name.place).or_default().entry(name.kind).or_default()
    }
}

#[derive(Debug, Default)]
struct Problems(Vec<Problem>);

impl Problems {
    fn add(&mut self, name: Option<&FileName>, message: &str) {
        if self.0.len() < MAX_PROBLEMS {
            let message = message.chars().map(|c| if c.is_control() { ' ' } else { c }).take(500).collect();
            self.0.push(Problem { id: name.map(ToString::to_string), message });
        }
    }
}

fn place_of(since: &str) -> Result<FileName, Error> {
    since.parse().map_err(|_| Error::rejected("since", "malformed", "not a cursor of this list"))
}

//! How a flaw is brought into a file. A file that was sealed is sealed again afterwards, so that it is not its seal alone
//! that tells.

use std::{fs, io};

use serde::Deserialize;

use super::{Exchange, rewrite::rewrite, seal::Seal};

/// One change of a file. Lines are counted from 1, or from the end below zero; columns are bytes, from 1.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Edit {
    /// The file and its seal are gone.
    Remove {
        /// `out/bills.txt`.
        file: String,
    },
    /// Its seal is gone.
    Unseal {
        /// Which file.
        file: String,
    },
    /// Its seal says something else.
    Seal {
        /// Which file.
        file: String,
        /// What it says.
        text: String,
    },
    /// There is one more file, with its seal.
    Add {
        /// Which one.
        file: String,
        /// What stands in it.
        text: String,
    },
    /// Other bytes in the place of as many.
    Write {
        /// Which file.
        file: String,
        /// Which line.
        line: i64,
        /// The first byte.
        column: usize,
        /// What stands there, as text.
        #[serde(default)]
        text: String,
        /// What stands there, as hex; used where there is no text.
        #[serde(default)]
        hex: String,
    },
    /// More in a line.
    Insert {
        /// Which file.
        file: String,
        /// Which line.
        line: i64,
        /// Before which byte; before the line's end if left out.
        column: Option<usize>,
        /// What is added.
        text: String,
        /// How many times.
        #[serde(default = "once")]
        times: usize,
    },
    /// One text in the place of another, wherever it stands in a line.
    Replace {
        /// Which file.
        file: String,
        /// Which line.
        line: i64,
        /// What stands there.
        text: String,
        /// What comes instead.
        with: String,
    },
    /// A line once more behind itself.
    Repeat {
        /// Which file.
        file: String,
        /// Which line.
        line: i64,
    },
    /// A line is gone.
    Drop {
        /// Which file.
        file: String,
        /// Which line.
        line: i64,
    },
}

fn once() -> usize {
    1
}

impl Exchange {
    /// Brings one change about.
    pub(crate) fn edit(&self, edit: &Edit, seal: Option<&Seal>) -> io::Result<()> {
        let path = self.path(edit.file());
        let of = |seal: &Seal| seal.of(&path);
        match edit {
            Edit::Remove { .. } => {
                fs::remove_file(&path)?;
                seal.map(of).filter(|seal| seal.exists()).map_or(Ok(()), fs::remove_file)
            }
            Edit::Unseal { .. } => seal.map(of).map_or(Ok(()), fs::remove_file),
            Edit::Seal { text, .. } => seal.map(of).map_or(Ok(()), |seal| rewrite(&seal, text)),
            Edit::Add { text, .. } => {
                rewrite(&path, text)?;
                seal.map_or(Ok(()), |seal| seal.put(&path))
            }
            _ => {
                let is_sealed = seal.filter(|seal| seal.of(&path).exists());
                rewrite(&path, edit.applied(fs::read(&path)?)?)?;
                is_sealed.map_or(Ok(()), |seal| seal.put(&path))
            }
        }
    }
}

impl Edit {
    fn file(&self) -> &str {
        match self {
            Self::Remove { file }
            | Self::Unseal { file }
            | Self::Seal { file, .. }
            | Self::Add { file, .. }
            | Self::Write { file, .. }
            | Self::Insert { file, .. }
            | Self::Replace { file, .. }
            | Self::Repeat { file, .. }
            | Self::Drop { file, .. } => file,
        }
    }

    fn line(&self) -> i64 {
        match self {
            Self::Write { line, .. }
            | Self::Insert { line, .. }
            | Self::Replace { line, .. }
            | Self::Repeat { line, .. }
            | Self::Drop { line, .. } => *line,
            _ => 0,
        }
    }

    /// The content with the change in one of its lines.
    fn applied(&self, content: Vec<u8>) -> io::Result<Vec<u8>> {
        let mut lines: Vec<Vec<u8>> = content.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        let wrong = |what: &str| io::Error::other(format!("{}, line {}: {what}", self.file(), self.line()));
        let index = match self.line() {
            line @ 1.. => usize::try_from(line - 1).ok(),
            line => usize::try_from(line.unsigned_abs()).ok().and_then(|back| lines.len().checked_sub(back)),
        };
        let index = index.filter(|index| *index < lines.len()).ok_or_else(|| wrong("there is no such line"))?;
        let line = &mut lines[index];
        match self {
            Self::Write { column, text, hex, .. } => {
                let bytes = match text.is_empty() {
                    true => hex::decode(hex).map_err(|_| wrong("hex that is none"))?,
                    false => text.clone().into_bytes(),
                };
                let start = column.checked_sub(1).ok_or_else(|| wrong("columns are counted from 1"))?;
                let place = line.get_mut(start..start + bytes.len()).ok_or_else(|| wrong("it is not as long"))?;
                place.copy_from_slice(&bytes);
            }
            Self::Insert { column, text, times, .. } => {
                let end = line.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |last| last + 1);
                let place = column.map_or(Some(end), |column| column.checked_sub(1).filter(|place| *place <= end));
                let place = place.ok_or_else(|| wrong("it is not as long"))?;
                line.splice(place..place, text.repeat(*times).into_bytes());
            }
            Self::Replace { text, with, .. } => {
                let found = line.windows(text.len().max(1)).position(|window| window == text.as_bytes());
                let start = found.ok_or_else(|| wrong("it does not say that"))?;
                line.splice(start..start + text.len(), with.bytes());
            }
            Self::Repeat { .. } => line.extend_from_within(..),
            Self::Drop { .. } => line.clear(),
            _ => {}
        }
        Ok(lines.concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(edit: &str) -> Result<String, String> {
        let edit: Edit = toml::from_str(&format!("file = 'out/a'\n{edit}")).unwrap();
        let applied = edit.applied(b"head\r\none\r\ntwo\r\n".to_vec());
        applied.map(|bytes| String::from_utf8(bytes).unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_change_touches_its_line_alone() {
        let same = |edit, expected: &str| assert_eq!(edited(edit).as_deref(), Ok(expected), "{edit}");
        same("do = 'write'\nline = 2\ncolumn = 2\ntext = 'NE'", "head\r\noNE\r\ntwo\r\n");
        same("do = 'write'\nline = -1\ncolumn = 1\nhex = '4142'", "head\r\none\r\nABo\r\n");
        same("do = 'insert'\nline = -1\ntext = 'x'\ntimes = 3", "head\r\none\r\ntwoxxx\r\n");
        same("do = 'insert'\nline = 2\ncolumn = 1\ntext = 'x'", "head\r\nxone\r\ntwo\r\n");
        same("do = 'replace'\nline = 1\ntext = \"\\r\\n\"\nwith = \"\\n\"", "head\none\r\ntwo\r\n");
        same("do = 'repeat'\nline = 2", "head\r\none\r\none\r\ntwo\r\n");
        same("do = 'drop'\nline = 1", "one\r\ntwo\r\n");
    }

    #[test]
    fn what_is_not_there_cannot_be_changed() {
        for edit in ["do = 'drop'\nline = 4", "do = 'drop'\nline = -4", "do = 'drop'\nline = 0"] {
            assert!(edited(edit).unwrap_err().contains("there is no such line"), "{edit}");
        }
        assert!(edited("do = 'write'\nline = 2\ncolumn = 5\ntext = 'xx'").unwrap_err().contains("not as long"));
        assert!(edited("do = 'replace'\nline = 2\ntext = 'two'\nwith = ''").unwrap_err().contains("does not say that"));
    }
}

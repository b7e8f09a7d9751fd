//! A file of the contract: one file, or those that only count together.

use komunala_adapter_sdk::Error;
use sha2::{Digest as _, Sha256};

use crate::{
    file_name::{FileName, Kind},
    folders::Folders,
    seal,
    verdict::unreadable,
};

/// A file with what its `.ok` says.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) name: FileName,
    /// the text of the `.ok`, whatever it is
    pub(crate) ok: String,
}

/// Files that only count together: customers, bills with their lines, payments, answers.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// the first one's name is that of all
    pub(crate) parts: Vec<Part>,
}

impl Source {
    /// The file of this name as it lies there now; [`Error::NotFound`] if it does not count.
    pub(crate) fn find(folders: &Folders, id: &str) -> Result<Self, Error> {
        let name: FileName = id.parse().map_err(|_| Error::NotFound)?;
        if name.kind == Kind::Lines {
            return Err(Error::NotFound);
        }
        let mut parts = vec![Part { ok: ok(folders, &name)?.ok_or(Error::NotFound)?, name }];
        if name.kind == Kind::Bills {
            let lines = name.sibling(Kind::Lines);
            match ok(folders, &lines)? {
                Some(ok) => parts.push(Part { name: lines, ok }),
                // still under way
                None if folders.incoming(&lines).exists() => return Err(Error::NotFound),
                None => {}
            }
        }
        Ok(Self { parts })
    }

    pub(crate) fn name(&self) -> FileName {
        self.parts[0].name
    }

    /// Other than before whenever one of the parts was sent again, came, or was taken away.
    pub(crate) fn fingerprint(&self) -> String {
        let mut digest = Sha256::new();
        for part in &self.parts {
            digest.update(part.name.kind.prefix());
            digest.update(part.ok.trim_end());
            digest.update(b"\n");
        }
        seal::hex(&digest.finalize()[..16])
    }

    /// In bytes, as the `.ok` files say.
    pub(crate) fn size(&self) -> u64 {
        self.parts.iter().filter_map(|part| seal::Seal::parse(&part.ok)).map(|seal| seal.bytes).sum()
    }
}

/// The text of a file's `.ok`.
pub(crate) fn ok(folders: &Folders, name: &FileName) -> Result<Option<String>, Error> {
    seal::read(&folders.incoming(name).with_extension("ok")).map_err(unreadable(name.ok()))
}

//! The PDF of a bill, byte for byte.

use komunala_adapter_sdk::{Error, files::Document};

use crate::{
    archive::{self, Archive, Found},
    exchange::Exchange,
    file_name::digits,
};

impl Exchange {
    /// The PDF of a bill; the contract's `read-document`. `document` is the month of its archives. A row of `RAC` does not
    /// say the municipality, so all of the month's archives are looked through, and of several in one municipality the
    /// highest number that has the bill counts. One that is not what its `.ok` says is refused whole, as if it were not there.
    pub fn read_document(&self, invoice: &str, document: &str) -> Result<Document, Error> {
        let month = digits(document).filter(|_| document.len() == 6);
        let month = month.ok_or_else(|| Error::rejected("document", "malformed", "not a month of archives"))?;
        let mut names = archive::of_month(&self.folders.out, month)?;
        if names.is_empty() {
            return Err(Error::NotAvailableYet(None));
        }
        let (mut archives, mut refused) = (Vec::new(), None);
        names.retain(|name| match Archive::open(&self.folders.out, *name) {
            Ok(archive) => {
                archives.push(archive);
                true
            }
            Err(error) => {
                refused = Some(error);
                false
            }
        });
        let entry = format!("{invoice}.pdf");
        let (index, found) = loop {
            let Some((index, found)) = find(&mut archives, &names, entry.as_bytes())? else {
                return Err(refused.unwrap_or(Error::NotFound));
            };
            if archives[index].fits(&self.folders.out)? {
                break (index, found);
            }
            // a refused archive is none: what lies in an earlier one stays
            refused = Some(Error::upstream(format_args!("{} is not what its .ok says", archives[index].file())));
            archives.remove(index);
            names.remove(index);
        };
        Document::pdf(archives[index].read(&found)?)
    }
}

/// In the highest archive that has it; archives come with the highest number first.
fn find(
    archives: &mut [Archive],
    names: &[archive::ArchiveName],
    entry: &[u8],
) -> Result<Option<(usize, Found)>, Error> {
    let guessed = archives.iter_mut().enumerate().find_map(|(index, archive)| Some((index, archive.guess(entry)?)));
    // a guess that failed proves nothing: those that would go before the one that was found are searched in full
    let before = match &guessed {
        Some((index, _)) => {
            (0..*index).filter(|above| names[*above].municipality == names[*index].municipality).collect()
        }
        None => (0..archives.len()).collect::<Vec<_>>(),
    };
    for index in before {
        if let Some(found) = archives[index].search(entry)? {
            return Ok(Some((index, found)));
        }
    }
    Ok(guessed)
}

//! A file as a PDF reader sees it.

use hayro_syntax::{
    LoadPdfError, Pdf,
    object::{Array, Dict, MaybeRef, Object},
};
use komunala_domain::Objection;

use super::active::{OPEN_ACTION, objection};

/// How deep arrays and dictionaries may lie in one another.
const DEEPEST: usize = 64;

/// The file must make sense, have a page, and do nothing.
pub(super) fn read(bytes: &[u8]) -> Result<(), Objection> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(_) => Objection::Encrypted,
        LoadPdfError::Invalid => Objection::Unreadable,
    })?;
    if pdf.pages().is_empty() {
        return Err(Objection::Unreadable);
    }
    pdf.objects().into_iter().try_for_each(|object| look(&object, 0))
}

fn look(object: &Object<'_>, depth: usize) -> Result<(), Objection> {
    if depth > DEEPEST {
        return Err(Objection::Unreadable);
    }
    match object {
        Object::Name(name) => objection(name).map_or(Ok(()), Err),
        Object::Dict(dict) => look_into(dict, depth),
        Object::Stream(stream) => look_into(stream.dict(), depth),
        Object::Array(array) => look_along(array, depth),
        _ => Ok(()),
    }
}

fn look_into(dict: &Dict<'_>, depth: usize) -> Result<(), Objection> {
    for (key, value) in dict.entries() {
        if let Some(objection) = objection(&key) {
            return Err(objection);
        }
        if *key == *OPEN_ACTION && !matches!(value, MaybeRef::NotRef(Object::Array(_))) {
            return Err(Objection::OpenAction);
        }
        // what is referred to is an object of its own
        if let MaybeRef::NotRef(value) = value {
            look(&value, depth + 1)?;
        }
    }
    Ok(())
}

fn look_along(array: &Array<'_>, depth: usize) -> Result<(), Objection> {
    for item in array.raw_iter() {
        if let MaybeRef::NotRef(item) = item {
            look(&item, depth + 1)?;
        }
    }
    Ok(())
}

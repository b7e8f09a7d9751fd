//! An answer as it is read: the result within its response, as a stream, or the error that it is instead.

use std::io::{BufReader, Read};

use komunala_adapter_sdk::{
    Error,
    http::{Incoming, Response},
    xml::{Element, Limits, Reader, Tag},
};

use crate::{
    envelope::{BILLING, SOAP},
    fault,
};

/// A document as it arrives.
type Arriving = Reader<BufReader<Box<dyn Read>>>;

/// A result that is yet to be read, as its text or child by child.
pub(crate) struct Results {
    reader: Arriving,
    result: Tag,
}

/// What came back.
pub(crate) enum Answer {
    /// The result, which may be empty.
    Result(Box<Results>),
    /// There is no result at all, which is as good as an empty one.
    Nothing,
    /// A fault, whatever the status.
    Fault(Error),
    /// Neither: what the status says is all there is.
    Status(Response),
}

/// Sorts an answer.
pub(crate) fn of(incoming: Incoming, operation: &str, limits: &Limits) -> Result<Answer, Error> {
    match incoming.status() {
        200..=299 => result(incoming, operation, limits),
        500 => {
            let response = incoming.into_response()?;
            Ok(fault_in(&response).map_or(Answer::Status(response), Answer::Fault))
        }
        _ => Ok(Answer::Status(incoming.into_response()?)),
    }
}

fn result(incoming: Incoming, operation: &str, limits: &Limits) -> Result<Answer, Error> {
    let mut reader = Reader::new(incoming.into_body(), limits);
    let envelope = reader.root()?;
    if !envelope.is(SOAP, "Envelope") {
        return Err(Error::upstream("an answer that is no SOAP envelope"));
    }
    reader.enter(envelope);
    while let Some(part) = reader.child()? {
        if part.is(SOAP, "Body") {
            reader.enter(part);
            return body(reader, operation);
        }
    }
    Err(Error::upstream("a SOAP envelope without a body"))
}

fn body(mut reader: Arriving, operation: &str) -> Result<Answer, Error> {
    let Some(response) = reader.child()? else {
        return Err(Error::upstream("a SOAP body with nothing in it"));
    };
    if response.is(SOAP, "Fault") {
        let fault = reader.element(response)?;
        return Ok(Answer::Fault(fault::of(&fault)));
    }
    if response.namespace() != Some(BILLING) || response.local().strip_suffix("Response") != Some(operation) {
        return Err(Error::upstream("the answer to another operation"));
    }
    reader.enter(response);
    while let Some(result) = reader.child()? {
        if result.namespace() == Some(BILLING) && result.local().strip_suffix("Result") == Some(operation) {
            return Ok(Answer::Result(Box::new(Results { reader, result })));
        }
    }
    Ok(Answer::Nothing)
}

fn fault_in(response: &Response) -> Option<Error> {
    let envelope = Element::read(&response.body, &Limits::default()).ok().filter(|root| root.is(SOAP, "Envelope"))?;
    Some(fault::of(envelope.child("Body")?.child("Fault")?))
}

impl Results {
    /// The elements of the result, one by one, until there is no more or `take` has enough; which of the two it was.
    /// Only what was read to its end is known to be whole.
    pub(crate) fn walk(
        self,
        mut take: impl FnMut(&mut Arriving, Tag) -> Result<Enough, Error>,
    ) -> Result<Enough, Error> {
        let Self { mut reader, result } = self;
        reader.enter(result);
        while let Some(tag) = reader.child()? {
            if take(&mut reader, tag)? == Enough::Yes {
                return Ok(Enough::Yes);
            }
        }
        reader.finish()?;
        Ok(Enough::No)
    }
}

/// Whether a reader has enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Enough {
    Yes,
    No,
}

/// The elements of this name in a result, each read by itself.
pub(crate) fn each<T>(
    results: Option<Results>,
    local: &str,
    mut read: impl FnMut(&Element) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    let mut items = Vec::new();
    if let Some(results) = results {
        results.walk(|reader, tag| {
            if tag.is(BILLING, local) {
                items.push(read(&reader.element(tag)?)?);
            }
            Ok(Enough::No)
        })?;
    }
    Ok(items)
}

/// The text of a result that is nothing but a text.
pub(crate) fn text(results: Option<Results>) -> Result<Option<String>, Error> {
    let Some(Results { mut reader, result }) = results else { return Ok(None) };
    let text = reader.text(result)?;
    reader.finish()?;
    Ok(Some(text))
}

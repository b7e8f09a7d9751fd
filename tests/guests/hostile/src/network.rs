//! Requests that ought not to be sent, or never end.

use komunala_adapter_sdk::{
    Error,
    http::{Endpoint, Method, Request, Response, SendError, Transport, Wasi},
    settings,
};

use wasip2::http::{outgoing_handler, types};

use crate::verb::Verb;

/// Does what a verb of the network says; the answer, where there is one.
pub(crate) fn act(verb: Verb) -> Result<Option<Response>, Error> {
    let server: Endpoint = settings::parsed("BASE_URL", "a URL")?;
    let ask = |method, endpoint: &Endpoint| {
        let request = Request::new(method, endpoint, &[verb.name()])?;
        Ok::<_, Error>(Wasi.send(&request.allow_answer(usize::MAX)))
    };
    let sent = match verb {
        Verb::ForbiddenHost => ask(Method::Get, &Endpoint { authority: "forbidden.example".to_owned(), ..server })?,
        Verb::MappedLoopback => {
            let port = server.authority.rsplit_once(':').map_or("80", |(_, port)| port);
            ask(Method::Get, &Endpoint { authority: format!("[::ffff:127.0.0.1]:{port}"), ..server })?
        }
        Verb::Method => ask(Method::Delete, &server)?,
        Verb::EndlessBody => return drain(&server, verb),
        Verb::RequestBody => return pour(&server, verb),
        Verb::Requests => loop {
            if let Err(error) = ask(Method::Get, &server)? {
                break Err(error);
            }
        },
        Verb::Redirect => redirected(&server, verb)?,
        Verb::TrapAfterWrite => {
            let _ = Wasi.send(&Request::post(&server, &[verb.name()], &"applied")?);
            panic!("a trap after a write");
        }
        _ => ask(Method::Get, &server)?,
    };
    sent.map(Some).map_err(SendError::of_read)
}

/// Follows a redirect as a careless adapter would.
fn redirected(server: &Endpoint, verb: Verb) -> Result<Result<Response, SendError>, Error> {
    let first = Wasi.send(&Request::get(server, &[verb.name()])?);
    // The SDK hands no `location` out; the test's server repeats it in the body.
    let Ok(answer) = first else { return Ok(first) };
    let target = String::from_utf8_lossy(&answer.body).into_owned();
    let target: Endpoint = target.trim().parse().map_err(|_| Error::upstream("no redirect"))?;
    Ok(Wasi.send(&Request::get(&target, &[])?))
}

/// Reads a body for as long as it lasts, and keeps nothing.
fn drain(server: &Endpoint, verb: Verb) -> Result<Option<Response>, Error> {
    let answer = outgoing_handler::handle(raw(server, verb)?, None).map_err(Error::upstream)?;
    answer.subscribe().block();
    let response = answer.get().and_then(Result::ok).ok_or_else(|| Error::upstream("no answer"))?;
    let body = response.map_err(Error::upstream)?.consume().map_err(failed)?;
    let stream = body.stream().map_err(failed)?;
    while stream.blocking_read(64 * 1024).is_ok() {}
    Ok(None)
}

/// Sends the same 4 kB over and over, 100 MB in all.
fn pour(server: &Endpoint, verb: Verb) -> Result<Option<Response>, Error> {
    let request = raw(server, verb)?;
    request.set_method(&types::Method::Post).map_err(failed)?;
    let body = request.body().map_err(failed)?;
    let answer = outgoing_handler::handle(request, None).map_err(Error::upstream)?;
    let stream = body.write().map_err(failed)?;
    for _ in 0..25_000 {
        stream.blocking_write_and_flush(&[b'x'; 4000]).map_err(Error::upstream)?;
    }
    drop(stream);
    types::OutgoingBody::finish(body, None).map_err(Error::upstream)?;
    answer.subscribe().block();
    Ok(None)
}

/// A request without the SDK's care for bounds.
fn raw(server: &Endpoint, verb: Verb) -> Result<types::OutgoingRequest, Error> {
    let request = types::OutgoingRequest::new(types::Fields::new());
    request.set_scheme(Some(&types::Scheme::Http)).map_err(failed)?;
    request.set_authority(Some(&server.authority)).map_err(failed)?;
    request.set_path_with_query(Some(&format!("/{}", verb.name()))).map_err(failed)?;
    Ok(request)
}

fn failed((): ()) -> Error {
    Error::upstream("wasi:http refused a call")
}

/// Unpacks a gzip body, however much it becomes.
pub(crate) fn unpack(response: &Response) -> Vec<u8> {
    // Ten bytes of header without options, which is what the test's server sends.
    miniz_oxide::inflate::decompress_to_vec(response.body.get(10..).unwrap_or_default()).unwrap_or_default()
}

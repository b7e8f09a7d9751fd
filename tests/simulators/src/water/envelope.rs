//! Calls as they come in, and answers as they go out.

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use quick_xml::events::Event;
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use super::fault::Fault;
use super::simulator::Credentials;

pub(super) const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
pub(super) const BILLING: &str = "http://stambeno.example/billing";
const SECURITY: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
const PASSWORD_TEXT: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText";

/// A call: its operation, its parameters in their order, and who calls.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Call {
    operation: String,
    parameters: Vec<(String, String)>,
    username: String,
    password: String,
}

impl Call {
    /// Reads an envelope; whatever does not stand in the description is malformed.
    pub(super) fn read(envelope: &str) -> Option<Self> {
        let mut call = Self::default();
        // the local names of what is open, each in its namespace
        let mut open: Vec<(String, String)> = Vec::new();
        let mut is_password_text = false;
        let mut reader = NsReader::from_str(envelope);
        reader.config_mut().expand_empty_elements = true;
        loop {
            match reader.read_event().ok()? {
                Event::Start(start) => {
                    let (namespace, local) = reader.resolver().resolve_element(start.name());
                    let ResolveResult::Bound(namespace) = namespace else { return None };
                    let local = local.into_inner().to_owned();
                    if local == "Password" {
                        let kind = start.attributes().flatten().find(|attribute| attribute.key.as_ref() == "Type");
                        is_password_text = kind.is_some_and(|kind| kind.value == PASSWORD_TEXT);
                    }
                    open.push((namespace.into_inner().to_owned(), local));
                    call.begin(&open)?;
                }
                Event::End(_) => {
                    open.pop();
                }
                Event::Text(text) => call.text(&open, &text.xml10_content()),
                Event::CData(text) => call.text(&open, &text.xml10_content()),
                Event::GeneralRef(reference) => {
                    let character = match reference.resolve_char_ref().ok()? {
                        Some(character) => character.to_string(),
                        None => quick_xml::escape::resolve_predefined_entity(&reference)?.to_owned(),
                    };
                    call.text(&open, &character);
                }
                Event::DocType(_) => return None,
                Event::Eof => break,
                _ => {}
            }
        }
        (is_password_text && !call.operation.is_empty()).then_some(call)
    }

    fn begin(&mut self, open: &[(String, String)]) -> Option<()> {
        let named = |at: usize, namespace: &str, local: &str| open[at].0 == namespace && open[at].1 == local;
        match open.len() {
            1 => named(0, SOAP, "Envelope").then_some(()),
            2 => (named(1, SOAP, "Header") || named(1, SOAP, "Body")).then_some(()),
            3 if open[1].1 == "Body" => {
                self.operation = open[2].1.clone();
                (open[2].0 == BILLING).then_some(())
            }
            4 if open[1].1 == "Body" => {
                self.parameters.push((open[3].1.clone(), String::new()));
                (open[3].0 == BILLING).then_some(())
            }
            _ => Some(()),
        }
    }

    fn text(&mut self, open: &[(String, String)], text: &str) {
        let inside = |local: &str| open.last().is_some_and(|last| last.0 == SECURITY && last.1 == local);
        if open.len() == 4 && open[1].1 == "Body" {
            if let Some((_, value)) = self.parameters.last_mut() {
                value.push_str(text);
            }
        } else if inside("Username") {
            self.username.push_str(text);
        } else if inside("Password") {
            self.password.push_str(text);
        }
    }

    /// Whether the caller may call, and calls this operation.
    pub(super) fn check(&self, operation: &str, credentials: &Credentials) -> Result<(), Fault> {
        if self.username != credentials.username || self.password != credentials.password {
            return Err(Fault::UNAUTHENTICATED);
        }
        if self.operation == operation { Ok(()) } else { Err(Fault::MALFORMED) }
    }

    /// The parameters, which must be these and stand in this order.
    pub(super) fn parameters<const N: usize>(&self, names: [&str; N]) -> Result<[&str; N], Fault> {
        let given: Vec<&str> = self.parameters.iter().map(|(name, _)| name.as_str()).collect();
        if given != names {
            return Err(Fault::MALFORMED);
        }
        Ok(std::array::from_fn(|at| self.parameters[at].1.as_str()))
    }
}

/// What stands before a result, and what behind it.
pub(super) fn frame(operation: &str) -> (String, String) {
    (
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope xmlns:s=\"{SOAP}\"><s:Body>\
             <{operation}Response xmlns=\"{BILLING}\"><{operation}Result>"
        ),
        format!("</{operation}Result></{operation}Response></s:Body></s:Envelope>"),
    )
}

/// An answer with this result.
pub(super) fn answer(operation: &str, result: &str) -> Response {
    let (before, behind) = frame(operation);
    ([(CONTENT_TYPE, "text/xml; charset=utf-8")], format!("{before}{result}{behind}")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_read_whatever_its_prefixes() {
        let envelope = format!(
            "<x:Envelope xmlns:x='{SOAP}'><x:Header><w:Security xmlns:w='{SECURITY}'><w:UsernameToken><w:Username>hub\
             </w:Username><w:Password Type='{PASSWORD_TEXT}'>a&amp;b</w:Password></w:UsernameToken></w:Security></x:Header>\
             <x:Body><b:PostaviDostavu xmlns:b='{BILLING}'><b:sifra>004512</b:sifra><b:nacin>E</b:nacin></b:PostaviDostavu>\
             </x:Body></x:Envelope>"
        );
        let call = Call::read(&envelope).unwrap();
        let credentials = |password: &str| Credentials { username: "hub".into(), password: password.into() };
        assert_eq!(call.check("PostaviDostavu", &credentials("a&b")), Ok(()));
        assert_eq!(call.check("PostaviDostavu", &credentials("ab")), Err(Fault::UNAUTHENTICATED));
        assert_eq!(call.parameters(["sifra", "nacin"]), Ok(["004512", "E"]));
        assert_eq!(call.parameters(["nacin", "sifra"]), Err(Fault::MALFORMED), "in another order");
        assert_eq!(Call::read(&envelope.replace("#PasswordText", "#PasswordDigest")), None);
    }
}

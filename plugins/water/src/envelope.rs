//! A call as it is sent: a SOAP 1.1 envelope with a WS-Security token.

use komunala_adapter_sdk::{Error, http::Request, xml::Writer};

use crate::settings::Settings;

/// SOAP 1.1.
pub(crate) const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";

/// The billing system's own namespace.
pub(crate) const BILLING: &str = "http://stambeno.example/billing";

const SECURITY: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
const PASSWORD_TEXT: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText";

/// The secret that the hub writes into each request.
const PASSWORD: &str = "wsse_password";

/// The request of an operation; its parameters stand in the order of the description.
pub(crate) fn request<'a>(
    settings: &'a Settings,
    operation: &'static str,
    parameters: &[(&'static str, &str)],
) -> Result<Request<'a>, Error> {
    let mut writer = Writer::new();
    writer.open("soap:Envelope", &[("xmlns:soap", SOAP)]);
    writer.open("soap:Header", &[]);
    writer.open("wsse:Security", &[("xmlns:wsse", SECURITY), ("soap:mustUnderstand", "1")]);
    writer
        .open("wsse:UsernameToken", &[])
        .value("wsse:Username", &settings.username)
        .secret("wsse:Password", &[("Type", PASSWORD_TEXT)], PASSWORD)
        .close();
    writer.close().close();
    writer.open("soap:Body", &[]).open(operation, &[("xmlns", BILLING)]);
    for (name, value) in parameters {
        writer.value(name, value);
    }
    let path = ["BillingService.asmx"];
    let request = Request::post_body(&settings.endpoint, &path, "text/xml; charset=utf-8", writer.finish())?;
    Ok(request.header("soapaction", format!("\"{BILLING}/{operation}\"")))
}

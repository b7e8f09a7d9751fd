//! How the command line finds a running hub.

use std::path::{Path, PathBuf};

use anyhow::Context;
use komunala_grpc::client::{ClientError, Credentials, OperatorClient};
use secrecy::{ExposeSecret, SecretString};

/// Where the hub is, and what an operator shows it.
#[derive(Debug, clap::Args)]
pub(super) struct Connection {
    /// Where the hub answers operators: host:port, or https://host:port
    #[arg(long, env = "KOMUNALA_OPERATOR_ADDRESS", default_value = "127.0.0.1:50052", value_name = "ADDRESS")]
    operator: String,
    /// The file with a token: what the identity provider gave you, or the hub's operator.token_file
    ///
    /// Without one, and with a certificate, the certificate alone is shown.
    #[arg(long, env = "KOMUNALA_OPERATOR_TOKEN_FILE", value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Your client certificate and its chain, in PEM
    #[arg(long, env = "KOMUNALA_OPERATOR_CERTIFICATE", value_name = "FILE", requires_all = ["client_key", "ca"])]
    certificate: Option<PathBuf>,
    /// The key of your client certificate, in PEM
    #[arg(
        id = "client_key",
        long = "key",
        env = "KOMUNALA_OPERATOR_KEY",
        value_name = "FILE",
        requires = "certificate"
    )]
    key: Option<PathBuf>,
    /// With https: the certificate authority that the hub's certificate is from, in PEM
    #[arg(long, env = "KOMUNALA_OPERATOR_CA", value_name = "FILE")]
    ca: Option<PathBuf>,
}

/// Where the token is if nobody says so.
const TOKEN_FILE: &str = "operator.token";

impl Connection {
    /// Calls the hub.
    pub(super) async fn open(&self) -> anyhow::Result<OperatorClient> {
        let token = self.token()?;
        let read = |path: &PathBuf| std::fs::read(path).with_context(|| path.display().to_string());
        let authority = self.ca.as_ref().map(read).transpose()?;
        let certificate = self.certificate.as_ref().map(read).transpose()?;
        let key = self.key.as_ref().map(read).transpose()?;
        anyhow::ensure!(
            authority.is_some() || !self.operator.starts_with("https://"),
            "an https address needs the certificate authority: --ca or KOMUNALA_OPERATOR_CA"
        );
        if token.is_some() && authority.is_none() && !is_here(&self.operator) {
            eprintln!("komunala: the token travels unprotected to {}: use https and --ca", self.operator);
        }
        let credentials = Credentials {
            token: token.as_ref().map(ExposeSecret::expose_secret),
            certificate: certificate.as_deref().zip(key.as_deref()),
            authority: authority.as_deref(),
        };
        Ok(OperatorClient::open(&self.operator, credentials).await?)
    }

    fn token(&self) -> anyhow::Result<Option<SecretString>> {
        let path = match (&self.token_file, &self.certificate) {
            (None, Some(_)) => return Ok(None),
            (None, None) => Path::new(TOKEN_FILE),
            (Some(path), _) => path,
        };
        let token = crate::token::read(path).with_context(|| {
            format!("{}: name a file with a token with --token-file or KOMUNALA_OPERATOR_TOKEN_FILE", path.display())
        })?;
        Ok(Some(token))
    }
}

fn is_here(address: &str) -> bool {
    let address = address.trim_start_matches("http://");
    ["127.", "localhost:", "[::1]:"].iter().any(|here| address.starts_with(here))
}

/// A refusal, told so that somebody can act on it: what it is about, each field on a line, and what happened.
pub(super) fn told(about: &str, error: ClientError) -> anyhow::Error {
    match error {
        ClientError::Refused(refusal) if !refusal.fields.is_empty() => {
            let fields: Vec<_> =
                refusal.fields.iter().map(|(field, problem)| format!("{about}: {field}: {problem}")).collect();
            anyhow::anyhow!(
                "nothing was changed ({}); put this right and try again:\n{}",
                refusal.reason,
                fields.join("\n")
            )
        }
        ClientError::Refused(refusal) => anyhow::anyhow!("{about}: {refusal}; nothing was changed"),
        error => anyhow::Error::new(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use komunala_grpc::client::Refusal;

    #[test]
    fn a_refusal_names_the_file_the_field_and_what_to_do() {
        let fields = vec![("provider.time_zone".to_owned(), "is no zone".to_owned())];
        let refusal = Refusal { reason: "SETTINGS_INVALID".to_owned(), message: String::new(), fields };
        let told = told("gas.toml", ClientError::Refused(Box::new(refusal))).to_string();
        assert_eq!(
            told,
            "nothing was changed (SETTINGS_INVALID); put this right and try again:\ngas.toml: provider.time_zone: is no zone"
        );
    }
}

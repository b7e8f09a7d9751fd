//! How the command line finds a running hub.

use std::path::PathBuf;

use anyhow::Context;
use komunala_grpc::client::{ClientError, OperatorClient};
use secrecy::ExposeSecret;

/// Where the hub is, and what an operator shows it.
#[derive(Debug, clap::Args)]
pub(super) struct Connection {
    /// Where the hub answers operators: host:port, or https://host:port
    #[arg(long, env = "KOMUNALA_OPERATOR_ADDRESS", default_value = "127.0.0.1:50052", value_name = "ADDRESS")]
    operator: String,
    /// The file with the operators' token (the hub's setting operator.token_file)
    #[arg(long, env = "KOMUNALA_OPERATOR_TOKEN_FILE", default_value = "operator.token", value_name = "FILE")]
    token_file: PathBuf,
    /// With https: the certificate authority that the hub's certificate is from, in PEM
    #[arg(long, env = "KOMUNALA_OPERATOR_CA", value_name = "FILE")]
    ca: Option<PathBuf>,
}

impl Connection {
    /// Calls the hub.
    pub(super) async fn open(&self) -> anyhow::Result<OperatorClient> {
        let token = crate::token::read(&self.token_file).with_context(|| {
            format!(
                "{}: name the hub's token file with --token-file or KOMUNALA_OPERATOR_TOKEN_FILE",
                self.token_file.display()
            )
        })?;
        let authority = self.ca.as_ref().map(|path| std::fs::read(path).with_context(|| path.display().to_string()));
        let authority = authority.transpose()?;
        anyhow::ensure!(
            authority.is_some() || !self.operator.starts_with("https://"),
            "an https address needs the certificate authority: --ca or KOMUNALA_OPERATOR_CA"
        );
        if authority.is_none() && !is_here(&self.operator) {
            eprintln!("komunala: the token travels unprotected to {}: use https and --ca", self.operator);
        }
        Ok(OperatorClient::connect(&self.operator, token.expose_secret(), authority.as_deref()).await?)
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

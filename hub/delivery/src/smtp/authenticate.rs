//! AUTH PLAIN or LOGIN.

use lettre::transport::smtp::{
    authentication::{DEFAULT_MECHANISMS, Mechanism},
    commands::Auth,
};

use super::{Cause, Relay, Reply, Session, SmtpError, Stage};

/// LOGIN asks for the user, then for the password; more questions are somebody playing.
const MAX_CHALLENGES: usize = 3;

impl Session {
    /// Says who the hub is, where the operator set it: never in the clear, unless the operator allows that too.
    pub(super) async fn authenticate(&mut self, relay: &Relay) -> Result<(), SmtpError> {
        let Some(credentials) = &relay.credentials else { return Ok(()) };
        let failed = |cause| SmtpError::new(Stage::Authenticate, cause);
        if !self.is_encrypted() && !relay.plaintext_password {
            return Err(failed(Cause::PlaintextPassword));
        }
        let mechanism: Mechanism =
            self.offer.get_auth_mechanism(DEFAULT_MECHANISMS).ok_or_else(|| failed(Cause::NoMechanism))?;
        let mut command = Auth::new(mechanism, credentials.clone(), None).map_err(|_| failed(Cause::NoMechanism))?;
        for _ in 0..=MAX_CHALLENGES {
            let response = self.ask(Stage::Authenticate, &command).await?;
            match u16::from(response.code()) {
                235 => return Ok(()),
                334 => {
                    command = Auth::new_from_response(mechanism, credentials.clone(), &response)
                        .map_err(|_| failed(Cause::Malformed))?;
                }
                _ => return Err(failed(Cause::OutOfPlace(Reply::of(&response)))),
            }
        }
        Err(failed(Cause::Malformed))
    }
}

//! Taking everything along that the hub holds on a user: one archive, written while it is read.

mod attachments;
mod outlet;

use std::io::Write;

use bytes::Bytes;
use rawzip::ZipArchiveWriter;
use serde_json::json;
use tokio::sync::mpsc;

use self::outlet::Outlet;
use crate::{
    Hub,
    failure::Failure,
    ports::{
        audit::{Action, Actor, NewEvent},
        exports::Held,
    },
    scope::UserScope,
};

/// Pieces that are read at a time.
const PAGE: u32 = 200;
/// Pieces of the archive that wait for a slow reader.
const WAITING: usize = 4;

/// The pieces of an archive, in order; an error ends them.
pub type ExportedPieces = mpsc::Receiver<Result<Bytes, Failure>>;

impl Hub {
    /// Everything that the hub holds on the signed-in user, as a ZIP archive: `profile.json`, a file with one JSON object
    /// a line for everything else, and what was handed in as it is kept. It is written while it is read, so memory does not grow with it.
    pub async fn export_profile(&self, scope: &UserScope) -> Result<ExportedPieces, Failure> {
        let user = self.users.me(scope).await?.ok_or(Failure::AccessTokenInvalid)?;
        let profile = json!({
            "user": user.id,
            "email": user.email.as_str(),
            "given_name": user.given_name,
            "family_name": user.family_name,
            "phone_number": user.phone.as_ref().map(|phone| phone.as_str()),
            "language_code": user.language.tag(),
            "verify_time": user.verified_at,
            "create_time": user.created_at,
        });
        let event = NewEvent {
            actor: Actor::User(user.id),
            action: Action::Exported,
            subject: Some(user.id),
            target: String::new(),
            details: None,
        };
        self.audit.note(scope.tenant(), event, self.clock.now()).await?;
        let (sender, pieces) = mpsc::channel(WAITING);
        let (hub, scope) = (self.clone(), scope.clone());
        tokio::spawn(async move {
            if let Err(failure) = hub.write_archive(&scope, &profile.to_string(), &sender).await {
                // whoever left needs no answer
                let _ = sender.send(Err(failure)).await;
            }
        });
        Ok(pieces)
    }

    async fn write_archive(
        &self,
        scope: &UserScope,
        profile: &str,
        sender: &mpsc::Sender<Result<Bytes, Failure>>,
    ) -> Result<(), Failure> {
        let outlet = Outlet::default();
        let mut archive = ZipArchiveWriter::new(outlet.clone());
        let (mut entry, file) = archive.new_file("profile.json").start().map_err(unwritable)?;
        let mut file = file.wrap(&mut entry);
        file.write_all(profile.as_bytes()).map_err(unwritable)?;
        let (_, ending) = file.finish().map_err(unwritable)?;
        entry.finish(ending).map_err(unwritable)?;
        for what in Held::ALL {
            let name = format!("{}.jsonl", what.name());
            let (mut entry, file) = archive.new_file(&name).start().map_err(unwritable)?;
            let mut file = file.wrap(&mut entry);
            let mut after = None;
            loop {
                let page = self.exports.held(scope, what, after, PAGE).await?;
                for piece in &page {
                    writeln!(file, "{}", piece.json).map_err(unwritable)?;
                }
                if sender.send(Ok(outlet.take())).await.is_err() {
                    return Ok(());
                }
                after = page.last().map(|piece| piece.id);
                if page.len() < PAGE as usize {
                    break;
                }
            }
            let (_, ending) = file.finish().map_err(unwritable)?;
            entry.finish(ending).map_err(unwritable)?;
        }
        if !self.write_attachments(scope, &mut archive, &outlet, sender).await? {
            return Ok(());
        }
        archive.finish().map_err(unwritable)?;
        let _ = sender.send(Ok(outlet.take())).await;
        Ok(())
    }
}

/// Memory takes whatever an archive holds.
fn unwritable(error: impl std::fmt::Display) -> Failure {
    Failure::Internal(format!("an archive could not be written: {error}"))
}

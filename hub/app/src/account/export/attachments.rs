//! What a user handed in, as part of an archive: `attachments.jsonl` says what there is, the files lie in a folder.

use std::io::Write;

use bytes::Bytes;
use rawzip::ZipArchiveWriter;
use serde_json::json;
use tokio::sync::mpsc;

use super::{PAGE, outlet::Outlet, unwritable};
use crate::{Hub, failure::Failure, ports::attachments::Attachment, scope::UserScope};

impl Hub {
    /// Writes the list, then one file after another: memory holds one at a time. Answers whether anybody still reads.
    pub(super) async fn write_attachments(
        &self,
        scope: &UserScope,
        archive: &mut ZipArchiveWriter<Outlet>,
        outlet: &Outlet,
        sender: &mpsc::Sender<Result<Bytes, Failure>>,
    ) -> Result<bool, Failure> {
        let mut listed = Vec::new();
        let mut after = None;
        loop {
            let page = self.attachments.attachments(scope, after, PAGE).await?;
            after = page.last().map(|attachment| attachment.id);
            let is_last = page.len() < PAGE as usize;
            listed.extend(page);
            if is_last {
                break;
            }
        }
        let lines: String = listed.iter().map(|attachment| format!("{}\n", line(attachment))).collect();
        write_file(archive, "attachments.jsonl", lines.as_bytes())?;
        for attachment in &listed {
            // what was forgotten since it was listed is not held any more
            let Some((_, bytes)) = self.attachments.attachment_bytes(scope, attachment.id).await? else { continue };
            write_file(archive, &path(attachment), &bytes)?;
            if sender.send(Ok(outlet.take())).await.is_err() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Named by its id: what people call their files may occur twice.
fn path(attachment: &Attachment) -> String {
    format!("attachments/{}.{}", attachment.id, attachment.kind.extension())
}

fn line(attachment: &Attachment) -> serde_json::Value {
    json!({
        "attachment": attachment.id, "file": path(attachment), "file_name": attachment.name.as_str(),
        "media_type": attachment.kind.media_type(), "size_bytes": attachment.size,
        "sha256": attachment.sha256.to_string(), "create_time": attachment.created_at, "request": attachment.request,
    })
}

fn write_file(archive: &mut ZipArchiveWriter<Outlet>, name: &str, bytes: &[u8]) -> Result<(), Failure> {
    let (mut entry, file) = archive.new_file(name).start().map_err(unwritable)?;
    let mut file = file.wrap(&mut entry);
    file.write_all(bytes).map_err(unwritable)?;
    let (_, ending) = file.finish().map_err(unwritable)?;
    entry.finish(ending).map_err(unwritable)?;
    Ok(())
}

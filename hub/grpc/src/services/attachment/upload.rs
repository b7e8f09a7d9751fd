//! UploadAttachment: the pieces are put together within bounds, then handed in.

use std::time::Duration;

use bytes::BytesMut;
use komunala_app::{Hub, attachment::Upload, scope::UserScope};
use komunala_domain::{AttachmentKind, FileName, Objection, attachment::MAX_ATTACHMENT_BYTES};
use tonic::Streaming;

use crate::{
    convert,
    failure::{Failure, Reason},
    proto::v1,
    services::asked::{Asked, write_id},
    validation::validate,
};

/// How long a line may be silent. The call as a whole ends with its deadline.
const SILENCE: Duration = Duration::from_secs(20);

type Parts = Streaming<v1::UploadAttachmentRequest>;

pub(super) async fn upload(hub: &Hub, asked: Asked<UserScope, Parts>) -> Result<v1::Attachment, Failure> {
    // for as long as the file is held in memory
    let _turn = hub.begin_upload(&asked.scope)?;
    let upload = read(asked.message).await?;
    Ok(convert::attachment(&hub.upload_attachment(&asked.scope, upload).await?))
}

async fn read(mut parts: Parts) -> Result<Upload, Failure> {
    let head = next(&mut parts).await?;
    let head = head.ok_or_else(|| Failure::invalid_field("file_name", "the first message is missing"))?;
    let name = FileName::tidied(&head.file_name).map_err(|error| {
        Failure::invalid_field("file_name", format!("is required in the first message, and this one is {error}"))
    })?;
    let declared = match head.media_type.as_str() {
        "" => None,
        media_type => {
            let kind = AttachmentKind::of_media_type(media_type);
            Some(kind.ok_or(komunala_app::Failure::AttachmentRefused(Objection::TypeUnknown))?)
        }
    };
    let sha256 = match head.sha256.as_str() {
        "" => None,
        digest => Some(digest.parse().map_err(|_| Failure::invalid_field("sha256", "is no SHA-256"))?),
    };
    let size = u64::try_from(head.size_bytes).ok().filter(|size| *size > 0);
    let request_id = write_id(&head.request_id)?;
    let mut bytes = BytesMut::new();
    let mut chunk = head.chunk;
    loop {
        // what came is held, and not what was announced
        if bytes.len() + chunk.len() > MAX_ATTACHMENT_BYTES {
            return Err(komunala_app::Failure::AttachmentRefused(Objection::TooLarge).into());
        }
        bytes.extend_from_slice(&chunk);
        match next(&mut parts).await? {
            None => break,
            Some(part) if is_bytes_alone(&part) => chunk = part.chunk,
            Some(_) => return Err(Failure::invalid_field("file_name", "belongs to the first message only")),
        }
    }
    Ok(Upload { name, declared, size, sha256, bytes: bytes.freeze(), request_id })
}

fn is_bytes_alone(part: &v1::UploadAttachmentRequest) -> bool {
    let v1::UploadAttachmentRequest { file_name, media_type, size_bytes, sha256, request_id, chunk: _ } = part;
    [file_name, media_type, sha256, request_id].iter().all(|text| text.is_empty()) && *size_bytes == 0
}

async fn next(parts: &mut Parts) -> Result<Option<v1::UploadAttachmentRequest>, Failure> {
    let silent = |_| Failure::new(Reason::DeadlineExceeded, "the line was silent for too long");
    let part = tokio::time::timeout(SILENCE, parts.message()).await.map_err(silent)?;
    let part = part.map_err(|status| match status.code() {
        tonic::Code::OutOfRange | tonic::Code::ResourceExhausted => {
            Failure::new(Reason::MessageTooLarge, "a message is too large")
        }
        _ => Failure::new(Reason::MalformedMessage, "the stream of messages broke off"),
    })?;
    if let Some(part) = &part {
        validate(part)?;
    }
    Ok(part)
}

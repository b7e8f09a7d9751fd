//! Uploads of all kinds, and how much of them there may be.

use anyhow::ensure;
use komunala_demo::{Newcomer, desk::SCANNED};
use komunala_grpc::proto::v1::{DownloadAttachmentRequest, ExportProfileRequest, UploadAttachmentRequest};
use komunala_tests::{Database, TestWorld};
use sha2::Digest;

use super::{detail, named, reason};

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_what_its_content_says_and_what_was_announced() -> anyhow::Result<()> {
    let world = TestWorld::start(Database::Sqlite).await?;
    let (vera, _) = Newcomer::at(&world.region, 0)?.settle(world.api, &world.region).await?;
    let pdf = SCANNED.as_bytes();
    let sha256 = hex::encode(sha2::Sha256::digest(pdf));
    let announced = UploadAttachmentRequest {
        media_type: "application/pdf".into(),
        size_bytes: i32::try_from(pdf.len())?,
        sha256: sha256.clone(),
        request_id: uuid::Uuid::new_v4().to_string(),
        ..named("../../Ugovor č.pdf\u{202e}")
    };
    let kept = vera.upload(announced.clone(), pdf).await?;
    ensure!((kept.file_name.as_str(), kept.sha256.as_str()) == ("Ugovor č.pdf", sha256.as_str()), "{kept:?}");
    ensure!(vera.upload(announced.clone(), pdf).await? == kept, "the same upload is another attachment");
    let reused = vera.upload(announced.clone(), b"%PDF-1.4 another").await.unwrap_err();
    ensure!(reason(&reused) == "ATTACHMENT_REFUSED" && detail(&reused, "objection") == "size_differs", "{reused}");
    let mut stream =
        vera.attachments().download_attachment(DownloadAttachmentRequest { name: kept.name }).await?.into_inner();
    let first = stream.message().await?.unwrap_or_default();
    ensure!(first.content_disposition.starts_with("attachment; filename=\"Ugovor _.pdf\""), "{first:?}");

    let fresh = || UploadAttachmentRequest { request_id: String::new(), ..announced.clone() };
    let acting = SCANNED.replace("/Pages 2 0 R", "/Pages 2 0 R/Names<</J#61vaScript 9 0 R>>");
    for (head, bytes, objection) in [
        (named("a.pdf"), acting.as_bytes(), "javascript"),
        (UploadAttachmentRequest { media_type: "image/png".into(), ..named("a.png") }, pdf, "type_differs"),
        (UploadAttachmentRequest { media_type: "text/html".into(), ..named("a.html") }, pdf, "type_unknown"),
        (named("a.pdf"), b"<script>alert(1)</script>", "type_unknown"),
        (UploadAttachmentRequest { sha256: "0".repeat(64), ..fresh() }, pdf, "digest_differs"),
        (UploadAttachmentRequest { size_bytes: 7, ..fresh() }, pdf, "size_differs"),
        (named("a.pdf"), b"", "empty"),
    ] {
        let refused = vera.upload(head, bytes).await.unwrap_err();
        ensure!(reason(&refused) == "ATTACHMENT_REFUSED", "{objection}: {refused}");
        ensure!(detail(&refused, "objection") == objection, "{objection}: {refused}");
    }
    let huge = vera.upload(named("a.pdf"), &vec![b'%'; 16 * 1024 * 1024 + 1]).await.unwrap_err();
    ensure!(detail(&huge, "objection") == "too_large", "{huge}");
    for nameless in ["", "..", "\u{200b}"] {
        let refused = vera.upload(named(nameless), pdf).await.unwrap_err();
        ensure!(reason(&refused) == "INVALID_FIELDS", "{nameless:?}: {refused}");
    }

    // what somebody takes along holds the file itself
    let mut pieces = vera.accounts().export_profile(ExportProfileRequest {}).await?.into_inner();
    let mut archive = Vec::new();
    while let Some(piece) = pieces.message().await? {
        archive.extend_from_slice(&piece.chunk);
    }
    let has = |what: &[u8]| archive.windows(what.len()).any(|bytes| bytes == what);
    ensure!(has(pdf) && has("Ugovor č.pdf".as_bytes()) && has(b"attachments.jsonl"), "the attachment is left out");
    world.stop().await;
    Ok(())
}

//! ExportConsumption.

use bytes::Bytes;
use komunala_app::{Hub, reading::ExportConsumption, scope::UserScope};

use crate::{
    convert,
    failure::Failure,
    names::PointName,
    proto::v1,
    services::{
        asked::{Asked, day},
        pieces::{Chunks, Piece, chunks},
    },
};

pub(super) async fn export(
    hub: &Hub,
    asked: Asked<UserScope, v1::ExportConsumptionRequest>,
) -> Result<Chunks<v1::ExportConsumptionResponse>, Failure> {
    let message = asked.message;
    let PointName { account, point } = PointName::parse("parent", &message.parent)?;
    let request = ExportConsumption {
        format: convert::usage_format_of(message.format()),
        provider: account.provider,
        account: account.account,
        point,
        first: day("start_date", message.start_date.as_ref())?,
        last: day("end_date", message.end_date.as_ref())?,
    };
    let file = hub.export_consumption(&asked.scope, asked.call, request).await?;
    let head = v1::ExportConsumptionResponse {
        chunk: Bytes::new(),
        media_type: file.media_type.to_owned(),
        file_name: file.name,
        size_bytes: i64::try_from(file.bytes.len()).unwrap_or(i64::MAX),
    };
    Ok(chunks(head, file.bytes))
}

impl Piece for v1::ExportConsumptionResponse {
    fn carrying(self, chunk: Bytes) -> Self {
        Self { chunk, ..self }
    }
}

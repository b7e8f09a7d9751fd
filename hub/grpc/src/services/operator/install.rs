//! InstallAdapter: the parts are put together within bounds, then installed.

use bytes::BytesMut;
use komunala_app::{
    Operations,
    operator::{MAX_COMPONENT_BYTES, Upload},
    scope::OperatorScope,
};
use tonic::Streaming;

use crate::{
    convert::operator,
    failure::{Failure, Reason},
    names,
    proto::operator::v1,
    services::asked::Asked,
    validation::validate,
};

/// What is set aside before it is known how much will come.
const FIRST_BYTES: usize = 1024 * 1024;

type Parts = Streaming<v1::InstallAdapterRequest>;

pub(super) async fn install(
    operations: &Operations,
    asked: Asked<OperatorScope, Parts>,
) -> Result<v1::InstallAdapterResponse, Failure> {
    // for as long as the component is held in memory
    let _room = operations.begin_upload()?;
    let upload = upload(asked.message).await?;
    let installed = operations.install(&asked.scope, upload).await?;
    Ok(v1::InstallAdapterResponse {
        component: Some(operator::component(&installed.component)),
        adapter: installed.standing.as_ref().map(operator::adapter),
    })
}

async fn upload(mut parts: Parts) -> Result<Upload, Failure> {
    let head = next(&mut parts).await?;
    let head = head.ok_or_else(|| Failure::invalid_field("manifest", "the first message is missing"))?;
    let sha256 =
        head.sha256.parse().map_err(|_| Failure::invalid_field("sha256", "is required in the first message"))?;
    if head.manifest.is_empty() {
        return Err(Failure::invalid_field("manifest", "is required in the first message"));
    }
    let provider = match head.provider.as_str() {
        "" => None,
        name => Some(names::provider("provider", name)?),
    };
    let mut bytes = BytesMut::with_capacity(FIRST_BYTES);
    let mut chunk = head.chunk;
    loop {
        if bytes.len() + chunk.len() > MAX_COMPONENT_BYTES {
            return Err(Failure::new(
                Reason::MessageTooLarge,
                format!("a component has at most {MAX_COMPONENT_BYTES} bytes"),
            ));
        }
        bytes.extend_from_slice(&chunk);
        match next(&mut parts).await? {
            None => break,
            Some(part) if part.manifest.is_empty() && part.sha256.is_empty() && part.provider.is_empty() => {
                chunk = part.chunk;
            }
            Some(_) => return Err(Failure::invalid_field("manifest", "belongs to the first message only")),
        }
    }
    let signature = Some(head.signature.to_vec()).filter(|signature| !signature.is_empty());
    Ok(Upload { bytes: bytes.freeze(), manifest: head.manifest, sha256, signature, provider })
}

async fn next(parts: &mut Parts) -> Result<Option<v1::InstallAdapterRequest>, Failure> {
    let part = parts.message().await.map_err(|status| match status.code() {
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

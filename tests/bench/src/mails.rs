//! Mails to measure sending with: bills with their PDFs, codes, and a key that signs both.

use std::sync::Arc;

use aws_lc_rs::{encoding::AsDer, rsa::KeySize, signature::RsaKeyPair};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use komunala_app::ports::{
    letters::{Composed, Enclosure, Letter},
    outbox::{Content, NewMessage},
};
use komunala_delivery::{
    SenderSettings,
    dkim::{Signer, SigningKey},
};
use komunala_domain::{EmailAddress, Language, ProviderId, Sha256, ids::MessageId, ids::VerificationId};
use sha2::Digest as _;

/// PDFs that are different from one another.
const DIFFERENT: usize = 100;

/// An RSA key of 2048 bits, as most senders have.
pub fn signer() -> anyhow::Result<Signer> {
    let der = RsaKeyPair::generate(KeySize::Rsa2048)?.as_der()?;
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der.as_ref()));
    let key = Arc::new(SigningKey::from_pem(&pem)?);
    Ok(Signer { domain: "example.rs".to_owned(), selector: "bench".to_owned(), key, signs: true })
}

/// Whom all of them come from.
pub fn sender(signer: Signer) -> anyhow::Result<SenderSettings> {
    Ok(SenderSettings {
        address: "bills@example.rs".parse()?,
        by_provider: [].into(),
        message_id_key: "a key".into(),
        return_path: None,
        dkim: vec![signer],
    })
}

/// PDFs of so many bytes, by their digests.
pub fn documents(size: usize) -> Vec<(Sha256, Bytes)> {
    let document = |n: usize| {
        let mut bytes = vec![0; size];
        rand::fill(&mut bytes[..]);
        bytes[..8].copy_from_slice(&n.to_be_bytes());
        (Sha256(sha2::Sha256::digest(&bytes).into()), Bytes::from(bytes))
    };
    (0..DIFFERENT).map(document).collect()
}

/// The message with the code of a verification.
pub fn code(provider: &ProviderId, to: EmailAddress, verification: VerificationId) -> NewMessage {
    NewMessage {
        id: MessageId::new(),
        provider: provider.clone(),
        subject: verification.to_string(),
        recipient: to.into(),
        language: Language::SerbianLatin,
        content: Content::ConfirmEmail { verification, portal: None },
        expires: None,
    }
}

/// What a bill's mail says, with a PDF of so many bytes.
pub fn bill(digest: Sha256, size: usize) -> Composed {
    let text = "Vaš račun za jul 2024. je u prilogu. Iznos: 6.861,48 din, rok: 20.08.2024.\n\n".repeat(8);
    let html = format!("<html><body>{}</body></html>", text.replace("\n\n", "<br>").repeat(3));
    Composed {
        enclosures: vec![Enclosure {
            bytes: None,
            digest,
            size: size as u64,
            name: "racun-2024-07.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
        }],
        unsubscribe: Some("https://pages.example.rs/unsubscribe/token".to_owned()),
        ..Composed::plain(Letter { subject: "Račun za jul 2024.".to_owned(), text, html }, "Gas")
    }
}

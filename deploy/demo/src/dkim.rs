//! Keys that sign the demo's mail, made anew each time: an RSA one, which every reader knows, and an Ed25519 one beside it.

use std::{fs, path::Path};

use anyhow::Context;
use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::KeySize,
    signature::{Ed25519KeyPair, RsaKeyPair},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use toml::{Table, Value};

use crate::WorldSettings;

/// The domain that mail comes from where nothing else is configured.
const DOMAIN: &str = "komunala.example";

/// Has all mail of the hub that is configured so signed.
pub fn sign(settings: &mut WorldSettings) -> anyhow::Result<()> {
    let rsa = RsaKeyPair::generate(KeySize::Rsa2048).context("an RSA key")?;
    let ed25519 = Ed25519KeyPair::generate().context("an Ed25519 key")?;
    let keys = [("rsa", der(&rsa)?), ("ed25519", der(&ed25519)?)];
    let mut named = Vec::new();
    for (selector, key) in keys {
        let file = format!("dkim-{selector}.pem");
        write(&settings.dir.join(&file), &key)?;
        let mut key = Table::new();
        key.insert("domain".to_owned(), DOMAIN.into());
        key.insert("selector".to_owned(), selector.into());
        key.insert("key".to_owned(), Table::from_iter([("file".to_owned(), Value::from(file))]).into());
        named.push(Value::from(key));
    }
    let mail = settings.configuration.entry("mail").or_insert_with(|| Table::new().into());
    mail.as_table_mut().context("mail is no table")?.insert("dkim".to_owned(), named.into());
    Ok(())
}

fn der(key: &impl AsDer<Pkcs8V1Der<'static>>) -> anyhow::Result<Vec<u8>> {
    Ok(key.as_der().context("a key in PKCS#8")?.as_ref().to_vec())
}

fn write(path: &Path, key: &[u8]) -> anyhow::Result<()> {
    let encoded = STANDARD.encode(key);
    let lines = encoded.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into_owned());
    let text = lines.collect::<Vec<_>>().join("\n");
    fs::write(path, format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n"))?;
    Ok(())
}

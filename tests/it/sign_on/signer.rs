//! Signing tokens, the honest and the forged ones: by hand, since libraries refuse to make most of the latter.

use std::fmt::Display;

use anyhow::Context;
use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    rsa::{KeyPair as RsaKeyPair, KeySize},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use serde_json::{Value, json};

/// A key and what it is called.
pub(crate) struct Signer {
    pub(crate) id: String,
    key: Key,
}

enum Key {
    Rsa(Box<RsaKeyPair>),
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Signer {
    pub(crate) fn rsa(id: &str) -> anyhow::Result<Self> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).context("no RSA key")?;
        Ok(Self { id: id.to_owned(), key: Key::Rsa(Box::new(pair)) })
    }

    pub(crate) fn ecdsa(id: &str) -> anyhow::Result<Self> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).context("no ECDSA key")?;
        Ok(Self { id: id.to_owned(), key: Key::Ecdsa(pair) })
    }

    pub(crate) fn ed25519(id: &str) -> anyhow::Result<Self> {
        let mut seed = [0; 32];
        aws_lc_rs::rand::fill(&mut seed).context("no randomness")?;
        Self::of_seed(id, &seed)
    }

    /// The Ed25519 key of a seed.
    pub(crate) fn of_seed(id: &str, seed: &[u8; 32]) -> anyhow::Result<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).ok().context("no Ed25519 key")?;
        Ok(Self { id: id.to_owned(), key: Key::Ed25519(pair) })
    }

    pub(crate) fn algorithm(&self) -> &'static str {
        match self.key {
            Key::Rsa(_) => "RS256",
            Key::Ecdsa(_) => "ES256",
            Key::Ed25519(_) => "EdDSA",
        }
    }

    /// The public key, as identity providers publish it.
    pub(crate) fn jwk(&self) -> Value {
        let mut key = match &self.key {
            Key::Rsa(pair) => json!({
                "kty": "RSA",
                "n": BASE64.encode(pair.public_key().modulus().big_endian_without_leading_zero()),
                "e": BASE64.encode(pair.public_key().exponent().big_endian_without_leading_zero()),
            }),
            Key::Ecdsa(pair) => {
                // 0x04, then both coordinates
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                json!({ "kty": "EC", "crv": "P-256", "x": BASE64.encode(x), "y": BASE64.encode(y) })
            }
            Key::Ed25519(pair) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "x": BASE64.encode(pair.public_key().as_ref()) })
            }
        };
        key["kid"] = self.id.clone().into();
        key["use"] = "sig".into();
        key["alg"] = self.algorithm().into();
        key
    }

    /// The public key in the forms that somebody might take for a shared secret.
    pub(crate) fn public_forms(&self) -> Vec<Vec<u8>> {
        let raw = match &self.key {
            Key::Rsa(pair) => pair.public_key().as_ref().to_vec(),
            Key::Ecdsa(pair) => pair.public_key().as_ref().to_vec(),
            Key::Ed25519(pair) => pair.public_key().as_ref().to_vec(),
        };
        vec![self.jwk().to_string().into_bytes(), BASE64.encode(&raw).into_bytes(), raw]
    }

    pub(crate) fn header(&self) -> Value {
        json!({ "alg": self.algorithm(), "typ": "JWT", "kid": self.id })
    }

    /// A token with the header that belongs to the key.
    pub(crate) fn sign(&self, claims: &Value) -> anyhow::Result<String> {
        self.sign_as(self.header(), claims)
    }

    /// A token with any header, signed with this key.
    pub(crate) fn sign_as(&self, header: impl Display, claims: &Value) -> anyhow::Result<String> {
        let text = unsigned(header, claims);
        let random = SystemRandom::new();
        let signature = match &self.key {
            Key::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature).context("not signed")?;
                signature
            }
            Key::Ecdsa(pair) => pair.sign(&random, text.as_bytes()).context("not signed")?.as_ref().to_vec(),
            Key::Ed25519(pair) => pair.sign(text.as_bytes()).as_ref().to_vec(),
        };
        Ok(format!("{text}.{}", BASE64.encode(signature)))
    }
}

/// Header and claims, and no signature yet.
pub(crate) fn unsigned(header: impl Display, claims: &Value) -> String {
    format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()))
}

/// A token with an HMAC under some bytes.
pub(crate) fn shared(header: impl Display, claims: &Value, secret: &[u8]) -> String {
    let text = unsigned(header, claims);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), text.as_bytes());
    format!("{text}.{}", BASE64.encode(tag.as_ref()))
}

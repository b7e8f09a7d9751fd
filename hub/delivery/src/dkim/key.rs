//! Keys that sign.

use std::fmt;

use aws_lc_rs::{
    encoding::{AsDer as _, PublicKeyX509Der},
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rustls::pki_types::{PrivateKeyDer, pem::PemObject as _};
use sha2::{Digest as _, Sha256};

/// A private key, RSA of 2048 bits and more or Ed25519.
pub struct SigningKey(Kind);

enum Kind {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
}

/// Why a key cannot be used. Nothing of the key stands in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// There is no private key in the text.
    #[error("it holds no private key in PEM")]
    NoPem,
    /// It is neither RSA nor Ed25519, or too short.
    #[error("it is neither an RSA key of 2048 bits or more nor an Ed25519 key")]
    Unusable,
}

impl SigningKey {
    /// Reads a key in PEM: PKCS#8, or PKCS#1 for RSA.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let der = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| KeyError::NoPem)?;
        let rsa = |pair: Result<RsaKeyPair, _>| pair.map(|pair| Self(Kind::Rsa(Box::new(pair))));
        match &der {
            PrivateKeyDer::Pkcs1(der) => rsa(RsaKeyPair::from_der(der.secret_pkcs1_der())),
            PrivateKeyDer::Pkcs8(der) => {
                let der = der.secret_pkcs8_der();
                rsa(RsaKeyPair::from_pkcs8(der)).or_else(|_| Self::ed25519(der))
            }
            _ => return Err(KeyError::Unusable),
        }
        .map_err(|_| KeyError::Unusable)
    }

    fn ed25519(der: &[u8]) -> Result<Self, aws_lc_rs::error::KeyRejected> {
        Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map(|pair| Self(Kind::Ed25519(Box::new(pair))))
    }

    /// The algorithm, as a signature names it.
    pub fn algorithm(&self) -> &'static str {
        match self.0 {
            Kind::Rsa(_) => "rsa-sha256",
            Kind::Ed25519(_) => "ed25519-sha256",
        }
    }

    /// Signs what a signature is made of.
    pub(super) fn sign(&self, signed: &[u8]) -> Vec<u8> {
        match &self.0 {
            Kind::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                let made = pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed, &mut signature);
                made.expect("a key that was taken signs, and the signature is as long as its modulus");
                signature
            }
            // of the digest, not of the text: RFC 8463, 3
            Kind::Ed25519(pair) => pair.sign(&Sha256::digest(signed)).as_ref().to_vec(),
        }
    }

    /// What is published of it.
    pub fn record(&self) -> String {
        let (kind, public) = match &self.0 {
            Kind::Rsa(pair) => {
                let der: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("a public key has an encoding");
                ("rsa", der.as_ref().to_vec())
            }
            Kind::Ed25519(pair) => ("ed25519", pair.public_key().as_ref().to_vec()),
        };
        format!("v=DKIM1; k={kind}; p={}", STANDARD.encode(public))
    }
}

/// A key shows what is published of it.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.record())
    }
}

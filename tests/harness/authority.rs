//! Certificate authorities that exist for one test.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PublicKeyData, SanType, date_time_ymd,
};

/// An authority.
pub struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate and its key, in PEM.
#[derive(Debug, Clone)]
pub struct Certified {
    /// The certificate.
    pub certificate: String,
    /// Its key.
    pub key: String,
    /// Its public key (SubjectPublicKeyInfo), in DER.
    pub public_key: Vec<u8>,
}

/// Whom a certificate is for, and when.
#[derive(Debug, Clone)]
pub struct Shape {
    name: SanType,
    years: (i32, i32),
}

impl Shape {
    /// For a DNS name.
    ///
    /// # Panics
    ///
    /// If it is none.
    pub fn dns(name: &str) -> Self {
        Self { name: SanType::DnsName(name.try_into().expect("a DNS name")), years: (2020, 4000) }
    }

    /// For a URI.
    ///
    /// # Panics
    ///
    /// If it is none.
    pub fn uri(uri: &str) -> Self {
        Self { name: SanType::URI(uri.try_into().expect("a URI")), years: (2020, 4000) }
    }

    /// One that was in force once.
    pub fn over(self) -> Self {
        Self { years: (2020, 2021), ..self }
    }

    /// One that will be in force.
    pub fn not_yet(self) -> Self {
        Self { years: (3900, 4000), ..self }
    }
}

impl Authority {
    /// An authority of this name.
    pub fn new(name: &str) -> anyhow::Result<Self> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        let pem = params.self_signed(&key)?.pem();
        Ok(Self { pem, issuer: Issuer::new(params, key) })
    }

    /// Its own certificate, in PEM.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A certificate from it.
    pub fn certify(&self, shape: &Shape) -> anyhow::Result<Certified> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        params.subject_alt_names = vec![shape.name.clone()];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::ServerAuth];
        params.not_before = date_time_ymd(shape.years.0, 1, 1);
        params.not_after = date_time_ymd(shape.years.1, 1, 1);
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok(Certified {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
            public_key: key.subject_public_key_info(),
        })
    }

    /// Writes the authority's certificate into a folder.
    pub fn file(&self, dir: &Path) -> anyhow::Result<PathBuf> {
        let path = dir.join("authority.pem");
        fs::write(&path, &self.pem)?;
        Ok(path)
    }

    /// Writes a certificate for a host into a folder, and answers the lines of a configuration that name it.
    pub fn files(&self, dir: &Path, host: &str) -> anyhow::Result<String> {
        let made = self.certify(&Shape::dns(host))?;
        let (certificate, key) = (dir.join("listener.pem"), dir.join("listener.key"));
        fs::write(&certificate, made.certificate)?;
        fs::write(&key, made.key)?;
        Ok(format!("certificate = \"{}\"\nkey = \"{}\"", certificate.display(), key.display()))
    }
}

//! Client certificates, as far as they tell who calls. The listener has verified them before: that they are from an
//! authority it trusts, that they are in force, and that whoever shows one holds its key.

use komunala_domain::Sha256;

/// A client certificate that the listener verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The SHA-256 of its public key (SubjectPublicKeyInfo): it stays the same when the certificate is renewed.
    pub key: Sha256,
    /// The DNS names that it is for.
    pub dns_names: Vec<String>,
    /// The URIs that it is for.
    pub uris: Vec<String>,
}

/// What a certificate is known by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CertificateMark {
    /// Its public key.
    Key(Sha256),
    /// A DNS name that it is for.
    DnsName(String),
    /// A URI that it is for.
    Uri(String),
}

impl ClientCertificate {
    /// Whether it is known by this.
    pub fn has(&self, mark: &CertificateMark) -> bool {
        match mark {
            CertificateMark::Key(key) => self.key == *key,
            CertificateMark::DnsName(name) => self.dns_names.iter().any(|own| own.eq_ignore_ascii_case(name)),
            CertificateMark::Uri(uri) => self.uris.contains(uri),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_known_by_its_key_or_a_name_and_by_nothing_like_it() {
        let certificate = ClientCertificate {
            key: Sha256([7; 32]),
            dns_names: vec!["olga.operators.example".to_owned()],
            uris: vec!["spiffe://region/olga".to_owned()],
        };
        let dns = |name: &str| CertificateMark::DnsName(name.to_owned());
        assert!(certificate.has(&CertificateMark::Key(Sha256([7; 32]))));
        assert!(certificate.has(&dns("Olga.Operators.Example")));
        assert!(certificate.has(&CertificateMark::Uri("spiffe://region/olga".to_owned())));
        assert!(!certificate.has(&dns("operators.example")));
        assert!(!certificate.has(&CertificateMark::Uri("spiffe://region/Olga".to_owned())));
        assert!(!certificate.has(&CertificateMark::Key(Sha256([8; 32]))));
    }
}

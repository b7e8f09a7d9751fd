//! Operators who are known by a client certificate.

use super::super::role::{Grant, Operator};
use crate::credentials::{CertificateMark, ClientCertificate};

/// An operator with a certificate.
#[derive(Debug, Clone)]
pub struct CertifiedOperator {
    /// What the audit log calls them.
    pub name: String,
    /// What their certificate is known by.
    pub mark: CertificateMark,
    /// What they may do.
    pub grant: Grant,
}

/// Whose certificate it is. One may be known by several marks: all that is granted counts, under the first name.
pub(super) fn whose(known: &[CertifiedOperator], certificate: &ClientCertificate) -> Option<Operator> {
    let mut fitting = known.iter().filter(|operator| certificate.has(&operator.mark)).peekable();
    let name = fitting.peek()?.name.as_str().into();
    Some(Operator { name, grants: fitting.map(|operator| operator.grant.clone()).collect() })
}

//! Secrets by name. Their values are never printed, and no guest ever holds one.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use secrecy::{ExposeSecret, SecretString};

/// Secrets by name; whoever builds this reads them from files or the environment.
#[derive(Clone, Default)]
pub struct Secrets(Arc<HashMap<String, SecretString>>);

impl Secrets {
    pub(crate) fn get(&self, name: &str) -> Option<&SecretString> {
        self.0.get(name)
    }

    /// Only these; an error names one that is not there.
    pub(crate) fn only<'a>(&self, names: impl Iterator<Item = &'a String>) -> Result<Self, String> {
        names
            .map(|name| match self.get(name) {
                Some(secret) => Ok((name.clone(), secret.clone())),
                None => Err(name.clone()),
            })
            .collect::<Result<HashMap<_, _>, _>>()
            .map(|secrets| Self(Arc::new(secrets)))
    }
}

impl FromIterator<(String, SecretString)> for Secrets {
    fn from_iter<I: IntoIterator<Item = (String, SecretString)>>(secrets: I) -> Self {
        Self(Arc::new(secrets.into_iter().collect()))
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: BTreeSet<_> = self.0.keys().collect();
        names.fmt(f)
    }
}

/// A header value that is marked as not to be printed.
pub(crate) fn header_value(secret: &str) -> Option<http::HeaderValue> {
    let mut value = http::HeaderValue::from_str(secret).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// `Bearer` and the secret.
pub(crate) fn bearer(token: &SecretString) -> Option<http::HeaderValue> {
    header_value(&format!("Bearer {}", token.expose_secret()))
}

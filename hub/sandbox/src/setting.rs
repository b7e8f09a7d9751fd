//! Settings of an adapter: checked once, handed to the guest as environment variables.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::manifest::SettingAsk;

/// A value longer than this is no setting.
const MAX_BYTES: usize = 4096;

/// What the value of a setting must look like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SettingFormat {
    /// Any text.
    #[default]
    Text,
    /// An absolute `http` or `https` URL without user and password.
    Url,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A JSON document.
    Json,
}

impl SettingFormat {
    fn accepts(self, value: &str) -> bool {
        match self {
            Self::Text => true,
            Self::Url => url::Url::parse(value).is_ok_and(|url| {
                matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none()
            }),
            Self::Integer => value.parse::<i64>().is_ok(),
            Self::Boolean => matches!(value, "true" | "false"),
            Self::Json => serde_json::from_str::<serde::de::IgnoredAny>(value).is_ok(),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Url => "url",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::Json => "json",
        }
    }
}

/// What is wrong with the settings of an adapter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// Nobody set it, and it has no default.
    #[error("setting `{0}` is missing")]
    Missing(String),
    /// The adapter has no such setting.
    #[error("setting `{0}` is unknown to the adapter")]
    Unknown(String),
    /// It does not look as it must.
    #[error("setting `{name}` is no {format} of at most {MAX_BYTES} bytes without control characters")]
    Malformed {
        /// Which one.
        name: String,
        /// What it should be.
        format: &'static str,
    },
}

/// The settings of an adapter, defaults filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Settings(BTreeMap<String, String>);

impl Settings {
    /// Checks what the operator set against what the manifest asks for.
    pub(crate) fn check(
        asks: &BTreeMap<String, SettingAsk>,
        values: &BTreeMap<String, String>,
    ) -> Result<Self, SettingError> {
        if let Some(unknown) = values.keys().find(|name| !asks.contains_key(*name)) {
            return Err(SettingError::Unknown(unknown.clone()));
        }
        let mut settings = BTreeMap::new();
        for (name, ask) in asks {
            let Some(value) = values.get(name).or(ask.default.as_ref()) else {
                if ask.required {
                    return Err(SettingError::Missing(name.clone()));
                }
                continue;
            };
            if value.len() > MAX_BYTES || value.chars().any(char::is_control) || !ask.format.accepts(value) {
                return Err(SettingError::Malformed { name: name.clone(), format: ask.format.name() });
            }
            settings.insert(name.clone(), value.clone());
        }
        Ok(Self(settings))
    }

    /// The value of one.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// As environment variables: the names in upper case.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        self.0.iter().map(|(name, value)| (name.to_ascii_uppercase(), value.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks() -> BTreeMap<String, SettingAsk> {
        toml::from_str(
            "[base_url]\nrequired = true\nformat = 'url'\n[size]\ndefault = '20'\nformat = 'integer'\n[note]\n",
        )
        .unwrap()
    }

    fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
    }

    #[test]
    fn settings_become_upper_case_variables_with_defaults_filled_in() {
        let settings = Settings::check(&asks(), &values(&[("base_url", "https://billing.example")])).unwrap();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(settings.environment(), [pair("BASE_URL", "https://billing.example"), pair("SIZE", "20")]);
    }

    #[test]
    fn a_wrong_setting_is_named() {
        let refused = |pairs: &[(&str, &str)]| Settings::check(&asks(), &values(pairs)).unwrap_err();
        let good = ("base_url", "https://billing.example");
        assert_eq!(refused(&[]), SettingError::Missing("base_url".into()));
        assert_eq!(refused(&[good, ("colour", "red")]), SettingError::Unknown("colour".into()));
        for wrong in ["billing.example", "ftp://billing.example", "https://me:pin@billing.example", "https://a\n"] {
            assert!(
                matches!(refused(&[("base_url", wrong)]), SettingError::Malformed { name, .. } if name == "base_url")
            );
        }
        assert!(matches!(refused(&[good, ("size", "many")]), SettingError::Malformed { name, .. } if name == "size"));
    }
}

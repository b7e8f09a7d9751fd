//! The operator's settings. They reach an adapter as environment variables in upper snake case: `base_url` of the
//! manifest is `BASE_URL` here.

use std::{env, str::FromStr};

use crate::{http::Endpoint, types::Error};

/// A setting that must be there. Missing and empty are the same [`Error::Config`], which names the variable.
pub fn required(name: &str) -> Result<String, Error> {
    optional(name).ok_or_else(|| Error::config(format_args!("{name} is not set")))
}

/// A setting that may be missing; an empty one counts as missing.
#[must_use]
pub fn optional(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// A setting that must be there and have a form. The error names the variable and what was expected, never its value.
pub fn parsed<T: FromStr>(name: &str, expected: &str) -> Result<T, Error> {
    parse(name, &required(name)?, expected)
}

/// Where a billing system is, which must be there.
pub fn endpoint(name: &str) -> Result<Endpoint, Error> {
    parsed(name, "a URL of the form http(s)://host[:port][/prefix]")
}

/// A setting that has a form, if it is there.
pub fn parsed_or<T: FromStr>(name: &str, expected: &str, default: T) -> Result<T, Error> {
    optional(name).map_or(Ok(default), |value| parse(name, &value, expected))
}

fn parse<T: FromStr>(name: &str, value: &str, expected: &str) -> Result<T, Error> {
    value.parse().map_err(|_| Error::config(format_args!("{name} is not {expected}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_setting_is_named() {
        assert_eq!(
            required("KOMUNALA_NO_SUCH_SETTING"),
            Err(Error::Config("KOMUNALA_NO_SUCH_SETTING is not set".to_owned()))
        );
    }

    #[test]
    fn a_setting_of_another_form_is_named_with_what_was_expected() {
        // Always set: Cargo tells tests where their manifest is.
        assert_eq!(
            parsed::<u16>("CARGO_MANIFEST_DIR", "a number"),
            Err(Error::Config("CARGO_MANIFEST_DIR is not a number".to_owned()))
        );
    }
}

//! The contract's values inside of JSON: texts, in the forms that their `FromStr` reads and their `Display` writes.

use std::{fmt, marker::PhantomData, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Visitor};

use crate::types::{Date, Decimal, Instant, Period, PointInTime};

/// Parses a text where it stands, without a copy of it.
struct Text<T>(PhantomData<T>);

impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a text")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

macro_rules! text {
    ($($type:ty),+) => {
        $(impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Text(PhantomData))
            }
        })+
    };
}

text!(Date, Period, Decimal, Instant, PointInTime);

macro_rules! display {
    ($($type:ty),+) => {
        $(impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        })+
    };
}

display!(Date, Period, Decimal);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_from_texts_and_never_from_floats() {
        assert_eq!(serde_json::from_str::<Decimal>(r#""1.50""#).unwrap(), Decimal::new(150, 2));
        assert!(serde_json::from_str::<Decimal>("1.5").is_err());
        assert_eq!(serde_json::to_string(&Date { year: 2024, month: 8, day: 3 }).unwrap(), r#""2024-08-03""#);
    }
}

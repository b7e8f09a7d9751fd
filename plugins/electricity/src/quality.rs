//! How far a value can be relied on, from the codes of two standards.

use komunala_adapter_sdk::intervals::Quality;

/// The most codes of a value that the contract carries, and the longest.
const MAX_CODES: usize = 8;
const LONGEST: usize = 32;

/// From quality codes of IEC 61968-9, such as `1.2.32`: the second number is the category. No code means valid.
pub(crate) fn of_iec<'a>(codes: impl IntoIterator<Item = &'a str>) -> (Quality, Vec<String>) {
    together(codes.into_iter().map(|code| {
        let quality = match code.split('.').nth(1) {
            Some("0") => Quality::Valid,
            Some("7") => Quality::Edited,
            // estimated, and projected
            Some("8" | "12") => Quality::Estimated,
            // an outage, a clock that was set, or whatever else it is: a zero may be no consumption
            _ => Quality::Questionable,
        };
        (quality, code)
    }))
}

/// From `QualityOfReading` of ESPI. No code means valid.
pub(crate) fn of_espi<'a>(codes: impl IntoIterator<Item = &'a str>) -> (Quality, Vec<String>) {
    together(codes.into_iter().map(|code| {
        let quality = match code {
            // valid; validated; verified; of revenue quality
            "0" | "17" | "18" | "19" => Quality::Valid,
            "7" => Quality::Edited,
            // by a reference day, by interpolation, projected
            "8" | "9" | "12" => Quality::Estimated,
            _ => Quality::Questionable,
        };
        (quality, code)
    }))
}

/// What several codes say together: the worst of them.
fn together<'a>(codes: impl Iterator<Item = (Quality, &'a str)>) -> (Quality, Vec<String>) {
    let rank = |quality: Quality| match quality {
        Quality::Valid => 0,
        Quality::Edited => 1,
        Quality::Estimated => 2,
        Quality::Questionable => 3,
    };
    let (mut worst, mut passed_on) = (Quality::Valid, Vec::new());
    for (quality, code) in codes {
        if rank(quality) > rank(worst) {
            worst = quality;
        }
        if passed_on.len() < MAX_CODES && !code.is_empty() {
            passed_on.push(code.chars().take(LONGEST).collect());
        }
    }
    (worst, passed_on)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voltage_outage_is_questionable_and_keeps_its_code() {
        assert_eq!(of_iec(["1.2.32"]), (Quality::Questionable, vec!["1.2.32".to_owned()]));
        assert_eq!(of_iec([]), (Quality::Valid, vec![]));
    }

    #[test]
    fn unknown_codes_are_passed_on() {
        assert_eq!(of_iec(["2.8.1", "9.99.7"]), (Quality::Questionable, vec!["2.8.1".to_owned(), "9.99.7".to_owned()]));
        assert_eq!(of_iec(["2.7.0"]).0, Quality::Edited);
        assert_eq!(of_espi(["8"]).0, Quality::Estimated);
        assert_eq!(of_espi(["16"]), (Quality::Questionable, vec!["16".to_owned()]));
        assert_eq!(of_iec(["1"; 20]).1.len(), MAX_CODES);
    }
}

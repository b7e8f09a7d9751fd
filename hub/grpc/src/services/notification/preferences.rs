//! GetPreferences and UpdatePreferences.

use std::collections::{BTreeMap, BTreeSet};

use komunala_app::{Hub, ports::notifications::WishChange, scope::UserScope};
use komunala_domain::{
    Channel, Language,
    preferences::{NewsTopic, NotQuietHours, QuietHours},
};

use crate::{convert, failure::Failure, proto::v1, services::asked::Asked};

pub(super) async fn get(
    hub: &Hub,
    asked: Asked<UserScope, v1::GetPreferencesRequest>,
) -> Result<v1::Preferences, Failure> {
    Ok(convert::preferences(&hub.get_preferences(&asked.scope).await?))
}

pub(super) async fn update(
    hub: &Hub,
    asked: Asked<UserScope, v1::UpdatePreferencesRequest>,
) -> Result<v1::Preferences, Failure> {
    let v1::UpdatePreferencesRequest { preferences, update_mask } = asked.message;
    let mask = update_mask.map(|mask| mask.paths).unwrap_or_default();
    let change = change(preferences.unwrap_or_default(), &mask)?;
    Ok(convert::preferences(&hub.update_preferences(&asked.scope, change).await?))
}

/// What the mask picks out of preferences; an empty one picks what is not empty (AIP-134).
fn change(preferences: v1::Preferences, mask: &[String]) -> Result<WishChange, Failure> {
    let picks = |path: &str, is_set: bool| match mask {
        [] => is_set,
        mask => mask.iter().any(|named| named == path || named == "*"),
    };
    let v1::Preferences { language_code, topics, quiet_hours, .. } = preferences;
    let mut change = WishChange::default();
    if picks("language_code", !language_code.is_empty()) {
        change.language = Some(spoken(&language_code)?);
    }
    if picks("topics", !topics.is_empty()) {
        change.topics = Some(topics.into_iter().map(wanted).collect::<Result<BTreeMap<_, _>, _>>()?);
    }
    if picks("quiet_hours", quiet_hours.is_some()) {
        change.quiet_hours = Some(quiet_hours.as_ref().map(quiet).transpose()?);
    }
    Ok(change)
}

fn spoken(tag: &str) -> Result<Language, Failure> {
    let wrong = |_| Failure::invalid_field("preferences.language_code", "must be sr-Latn, sr-Cyrl, uk, sl or en");
    tag.parse().map_err(wrong)
}

fn wanted(topic: v1::TopicPreference) -> Result<(NewsTopic, BTreeSet<Channel>), Failure> {
    let named = topic
        .topic
        .parse()
        .map_err(|_| Failure::invalid_field("preferences.topics.topic", "must be readings or requests"))?;
    let channel = |word: &String| {
        word.parse().map_err(|_| Failure::invalid_field("preferences.topics.channels", "must be email or sms"))
    };
    Ok((named, topic.channels.iter().map(channel).collect::<Result<_, _>>()?))
}

fn quiet(hours: &v1::QuietHours) -> Result<QuietHours, Failure> {
    QuietHours::parse(&hours.start_time, &hours.end_time, &hours.time_zone).map_err(|error| match error {
        NotQuietHours::Start => {
            Failure::invalid_field("preferences.quiet_hours.start_time", "must be a time such as 22:00")
        }
        NotQuietHours::End => Failure::invalid_field(
            "preferences.quiet_hours.end_time",
            "must be a time such as 06:30, other than the start",
        ),
        NotQuietHours::Zone => {
            Failure::invalid_field("preferences.quiet_hours.time_zone", "must be a zone such as Europe/Belgrade")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wishes() -> v1::Preferences {
        let channels = vec!["email".to_owned()];
        let topic = v1::TopicPreference { topic: "requests".into(), channels, available_channels: Vec::new() };
        v1::Preferences { topics: vec![topic], ..Default::default() }
    }

    fn masked(wishes: v1::Preferences, paths: &[&str]) -> Result<WishChange, Failure> {
        change(wishes, &paths.iter().map(|&path| path.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn without_a_mask_what_is_not_empty_counts() {
        let change = masked(wishes(), &[]).unwrap();
        assert!(change.language.is_none() && change.quiet_hours.is_none());
        assert_eq!(change.topics.unwrap()[&NewsTopic::Requests].len(), 1);
    }

    #[test]
    fn a_mask_takes_quiet_hours_away_that_are_not_set() {
        let change = masked(wishes(), &["quiet_hours", "name"]).unwrap();
        assert_eq!(change, WishChange { quiet_hours: Some(None), ..WishChange::default() });
        let hours = |start: &str| {
            Some(v1::QuietHours { start_time: start.into(), end_time: "06:00".into(), time_zone: "Europe/Kyiv".into() })
        };
        let set = masked(v1::Preferences { quiet_hours: hours("22:00"), ..wishes() }, &["quiet_hours"]).unwrap();
        assert_eq!(set.quiet_hours.flatten().unwrap().start(), "22:00");
        assert!(masked(v1::Preferences { quiet_hours: hours("06:00"), ..wishes() }, &[]).is_err());
    }

    #[test]
    fn words_that_name_nothing_are_refused() {
        let mut odd = wishes();
        odd.topics[0].topic = "weather".to_owned();
        assert!(masked(odd, &[]).is_err());
        let mut odd = wishes();
        odd.topics[0].channels = vec!["fax".to_owned()];
        assert!(masked(odd, &[]).is_err());
        assert!(masked(wishes(), &["*"]).is_err(), "no language is none");
    }
}

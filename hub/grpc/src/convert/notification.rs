//! What users were told, and what they want to be told.

use std::collections::BTreeSet;

use komunala_app::ports::notifications::{Notification, Wishes};
use komunala_domain::{Channel, preferences::NewsTopic};

use super::date::moment;
use crate::{
    names::{self, NotificationName, ProviderName},
    proto::v1,
};

pub(crate) fn notification(notification: Notification) -> v1::Notification {
    v1::Notification {
        name: NotificationName(notification.id).to_string(),
        kind: notification.kind,
        provider: ProviderName(&notification.provider).to_string(),
        resource: notification.about.map(names::about).unwrap_or_default(),
        create_time: Some(moment(notification.created)),
        read: notification.is_read,
    }
}

pub(crate) fn preferences(wishes: &Wishes) -> v1::Preferences {
    let preferences = &wishes.preferences;
    let words = |channels: &BTreeSet<Channel>| channels.iter().map(|channel| channel.word().to_owned()).collect();
    let topic = |topic: NewsTopic| v1::TopicPreference {
        topic: topic.word().to_owned(),
        channels: words(&preferences.channels(topic)),
        available_channels: words(&topic.channels().iter().copied().collect()),
    };
    v1::Preferences {
        name: "preferences".to_owned(),
        language_code: wishes.language.tag().to_owned(),
        topics: NewsTopic::ALL.into_iter().map(topic).collect(),
        quiet_hours: preferences.quiet_hours.as_ref().map(|quiet| v1::QuietHours {
            start_time: quiet.start(),
            end_time: quiet.end(),
            time_zone: quiet.zone().to_owned(),
        }),
    }
}

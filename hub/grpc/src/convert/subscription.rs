//! Subscriptions.

use komunala_app::subscription::Subscribed;
use komunala_domain::{Channel, Interest, Subscription};

use super::date::moment;
use crate::{names::SubscriptionName, proto::v1};

pub(crate) fn subscription(subscription: Subscription) -> v1::Subscription {
    let Subscription { id, interest, channels, since } = subscription;
    let name = SubscriptionName { provider: interest.provider.clone(), subscription: id }.to_string();
    let create_time = Some(moment(since));
    v1::Subscription { name, create_time, ..of(interest, &channels, v1::SubscriptionState::Active) }
}

pub(crate) fn subscribed(subscribed: Subscribed) -> v1::Subscription {
    match subscribed {
        Subscribed::Now(holds) => subscription(holds),
        Subscribed::Unconfirmed(interest, channels) => of(interest, &channels, v1::SubscriptionState::Unconfirmed),
    }
}

fn of(interest: Interest, channels: &[Channel], state: v1::SubscriptionState) -> v1::Subscription {
    v1::Subscription {
        name: String::new(),
        topic: interest.topic.word().to_owned(),
        provider: interest.provider.to_string(),
        point_number: interest.point.to_string(),
        channels: channels.iter().map(|channel| channel.word().to_owned()).collect(),
        state: state.into(),
        create_time: None,
    }
}

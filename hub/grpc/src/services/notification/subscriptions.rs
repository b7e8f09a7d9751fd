//! Being told of what happens at supply points.

use std::str::FromStr;

use komunala_app::{
    Hub,
    scope::{PortalScope, UserScope},
    subscription::{ConfirmSubscription, Subscribe},
};
use komunala_domain::{Channel, Contact, EmailAddress, Interest, PhoneNumber};

use crate::{
    convert,
    failure::{Failure, Reason},
    names::SubscriptionName,
    proto::v1,
    services::asked::{Asked, page},
};

pub(super) async fn subscribe(
    hub: &Hub,
    user: Option<UserScope>,
    asked: Asked<PortalScope, v1::SubscribeRequest>,
) -> Result<v1::Subscription, Failure> {
    let v1::SubscribeRequest { topic, provider, point_number, channels, phone_number, email } = asked.message;
    let not_found = || Failure::new(Reason::NotFound, "there is no such provider");
    let interest = Interest {
        topic: read("topic", &topic)?,
        provider: provider.parse().map_err(|_| not_found())?,
        point: read("point_number", &point_number)?,
    };
    let channels: Result<Vec<Channel>, Failure> = channels.iter().map(|channel| read("channels", channel)).collect();
    let request = Subscribe {
        interest,
        channels: channels?,
        email: read_any("email", &email)?,
        phone: read_any("phone_number", &phone_number)?,
        language: asked.language,
    };
    Ok(convert::subscribed(hub.subscribe(&asked.scope, user.as_ref(), request).await?))
}

pub(super) async fn confirm(
    hub: &Hub,
    asked: Asked<PortalScope, v1::ConfirmSubscriptionRequest>,
) -> Result<v1::ConfirmSubscriptionResponse, Failure> {
    let v1::ConfirmSubscriptionRequest { email, phone_number, code } = asked.message;
    let email: Option<EmailAddress> = read_any("email", &email)?;
    let phone: Option<PhoneNumber> = read_any("phone_number", &phone_number)?;
    let contact = match (email, phone) {
        (Some(email), None) => Contact::Email(email),
        (None, Some(phone)) => Contact::Phone(phone),
        _ => return Err(Failure::invalid_field("email", "either this or phone_number must be given")),
    };
    let request = ConfirmSubscription { contact, code, language: asked.language };
    let subscriptions = hub.confirm_subscription(&asked.scope, request).await?;
    let subscriptions = subscriptions.into_iter().map(convert::subscription).collect();
    Ok(v1::ConfirmSubscriptionResponse { subscriptions })
}

pub(super) async fn list(
    hub: &Hub,
    asked: Asked<UserScope, v1::ListSubscriptionsRequest>,
) -> Result<v1::ListSubscriptionsResponse, Failure> {
    let page = page(asked.message.page_size, asked.message.page_token);
    let page = hub.list_subscriptions(&asked.scope, page).await?;
    Ok(v1::ListSubscriptionsResponse {
        subscriptions: page.items.into_iter().map(convert::subscription).collect(),
        next_page_token: page.next_token,
    })
}

pub(super) async fn unsubscribe(
    hub: &Hub,
    user: Option<UserScope>,
    asked: Asked<PortalScope, v1::UnsubscribeRequest>,
) -> Result<v1::UnsubscribeResponse, Failure> {
    let v1::UnsubscribeRequest { name, token } = asked.message;
    match (name.as_str(), token.as_str()) {
        ("", "") => return Err(Failure::invalid_field("name", "either this or token must be given")),
        ("", token) => hub.unsubscribe(token).await?,
        (name, "") => {
            let signed_out = || Failure::new(Reason::SignInRequired, "a subscription is named by who is signed in");
            let user = user.ok_or_else(signed_out)?;
            let name = SubscriptionName::parse("name", name)?;
            hub.end_subscription(&user, &name.provider, name.subscription).await?;
        }
        _ => return Err(Failure::invalid_field("token", "must be left out with a name")),
    }
    Ok(v1::UnsubscribeResponse {})
}

fn read<T: FromStr<Err: std::fmt::Display>>(field: &'static str, text: &str) -> Result<T, Failure> {
    text.parse().map_err(|error: T::Err| Failure::invalid_field(field, error.to_string()))
}

/// What may be left out.
fn read_any<T: FromStr<Err: std::fmt::Display>>(field: &'static str, text: &str) -> Result<Option<T>, Failure> {
    if text.is_empty() { Ok(None) } else { read(field, text).map(Some) }
}

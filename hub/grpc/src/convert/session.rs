//! Sessions, and who is signed in.

use komunala_app::{
    account::{IssuedSession, Profile},
    ports::sessions::OpenSession,
};
use komunala_domain::ids::SessionId;

use super::date::moment;
use crate::{names::SessionName, proto::v1};

pub(crate) fn session(issued: IssuedSession) -> v1::Session {
    v1::Session {
        access_token: issued.access_token,
        access_expire_time: Some(moment(issued.access_expires)),
        refresh_token: issued.refresh_token,
        refresh_expire_time: Some(moment(issued.refresh_expires)),
        device_token: issued.device_token.unwrap_or_default(),
    }
}

pub(crate) fn user_session(session: OpenSession, current: SessionId) -> v1::UserSession {
    v1::UserSession {
        name: SessionName(session.id).to_string(),
        create_time: Some(moment(session.begun)),
        last_use_time: Some(moment(session.used)),
        expire_time: Some(moment(session.expires)),
        remembered: session.remembered,
        device_name: session.device.unwrap_or_default(),
        current: session.id == current,
    }
}

pub(crate) fn profile(profile: Profile) -> v1::Profile {
    v1::Profile {
        email: profile.email.as_str().to_owned(),
        given_name: profile.given_name,
        family_name: profile.family_name,
        language_code: profile.language.tag().to_owned(),
        create_time: Some(moment(profile.created_at)),
        phone_number: profile.phone.map(|phone| phone.as_str().to_owned()).unwrap_or_default(),
    }
}

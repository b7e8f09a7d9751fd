//! GetProfile and UpdateProfile.

use komunala_app::{Hub, ports::users::ProfileChange, scope::UserScope};
use komunala_domain::{Language, PhoneNumber};

use crate::{convert, failure::Failure, proto::v1, services::asked::Asked};

pub(super) async fn get(hub: &Hub, asked: Asked<UserScope, v1::GetProfileRequest>) -> Result<v1::Profile, Failure> {
    Ok(convert::profile(hub.get_profile(&asked.scope).await?))
}

pub(super) async fn update(
    hub: &Hub,
    asked: Asked<UserScope, v1::UpdateProfileRequest>,
) -> Result<v1::Profile, Failure> {
    let v1::UpdateProfileRequest { profile, update_mask } = asked.message;
    let mask = update_mask.map(|mask| mask.paths).unwrap_or_default();
    let change = change(profile.unwrap_or_default(), &mask)?;
    Ok(convert::profile(hub.update_profile(&asked.scope, change).await?))
}

/// What the mask picks out of a profile; an empty one picks what is not empty (AIP-134).
fn change(profile: v1::Profile, mask: &[String]) -> Result<ProfileChange, Failure> {
    let picked = |path: &str, value: String| match mask {
        [] => Some(value).filter(|value| !value.is_empty()),
        mask => mask.iter().any(|named| named == path || named == "*").then_some(value),
    };
    let language = picked("language_code", profile.language_code);
    let phone = picked("phone_number", profile.phone_number);
    Ok(ProfileChange {
        given_name: picked("given_name", profile.given_name),
        family_name: picked("family_name", profile.family_name),
        phone: phone.as_deref().map(number).transpose()?,
        language: language.as_deref().map(spoken).transpose()?,
    })
}

fn spoken(tag: &str) -> Result<Language, Failure> {
    tag.parse().map_err(|_| Failure::invalid_field("profile.language_code", "must be sr-Latn, sr-Cyrl, uk, sl or en"))
}

/// An empty number takes the one that was there away.
fn number(text: &str) -> Result<Option<PhoneNumber>, Failure> {
    let wrong = |_| Failure::invalid_field("profile.phone_number", "must be a number such as +381601234567");
    (!text.is_empty()).then(|| text.parse().map_err(wrong)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> v1::Profile {
        v1::Profile { given_name: "Ana".into(), phone_number: "+381601234567".into(), ..Default::default() }
    }

    fn masked(paths: &[&str]) -> ProfileChange {
        change(profile(), &paths.iter().map(|&path| path.to_owned()).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn without_a_mask_what_is_not_empty_counts() {
        let change = masked(&[]);
        assert_eq!(change.given_name.as_deref(), Some("Ana"));
        assert!(change.family_name.is_none() && change.language.is_none() && change.phone.is_some());
    }

    #[test]
    fn a_mask_picks_its_fields_even_when_they_are_empty() {
        let change = masked(&["family_name", "email"]);
        assert_eq!(change.family_name.as_deref(), Some(""));
        assert!(change.given_name.is_none() && change.phone.is_none());
        let gone = change_of(v1::Profile::default(), "phone_number");
        assert_eq!(gone.unwrap().phone, Some(None));
    }

    #[test]
    fn all_fields_or_the_language_need_a_language_that_is_spoken() {
        assert!(change_of(profile(), "*").is_err());
        assert!(change_of(v1::Profile { language_code: "de".into(), ..profile() }, "language_code").is_err());
        let spoken = v1::Profile { language_code: "uk".into(), ..profile() };
        assert_eq!(change_of(spoken, "*").unwrap().language, Some(Language::Ukrainian));
    }

    fn change_of(profile: v1::Profile, path: &str) -> Result<ProfileChange, Failure> {
        change(profile, &[path.to_owned()])
    }
}

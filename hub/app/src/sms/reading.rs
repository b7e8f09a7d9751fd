//! A reading by SMS. It goes the way of every reading: the customer's rules, the durable row, the billing system.
//!
//! **Whose phone may hand in a reading**: one that a user gave as theirs who has the account linked. The number on the bill
//! alone would let anybody write for anybody. That the user gave the number need not be proved besides: whoever names
//! somebody else's phone lets that one write for their own account, and for no other. A sender can be forged, and that is why
//! the answer goes to the number and says nothing that its owner does not know; a forged reading is replaced by the next one
//! of the day.

use komunala_domain::{
    Provider,
    ids::UserId,
    reading::{Finding, FindingCode, RegisterState},
};

use crate::{
    Failure, Hub,
    ports::{
        Call, StoreError,
        accounts::AccountFilter,
        inbox::{Incoming, TextReply},
        outbox::Content,
    },
    reading::{MeterInPlace, SubmitReading, Submitted, TakenReading},
    scope::{PortalScope, TenantScope, UserScope},
};

/// How long a billing system may take.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);
/// The most accounts of a user that are looked through.
const ACCOUNTS: u32 = 100;

/// What a text says of a reading.
pub(super) struct Told {
    pub(super) point: Option<String>,
    pub(super) values: Vec<(Option<String>, String)>,
    pub(super) is_confirmed: bool,
}

impl Hub {
    /// Hands in a reading; answers what its sender is told, or nothing where there is no meter that it could be of.
    pub(super) async fn reading_by_text(
        &self,
        scope: &TenantScope,
        provider: &Provider,
        incoming: &Incoming,
        told: Told,
    ) -> Result<Option<Content>, StoreError> {
        let users = self.inbox.with_phone(scope, &incoming.text.from).await?;
        let mut found: Option<(UserScope, MeterInPlace)> = None;
        for user in users {
            let user = by_phone(scope, provider, user);
            for meter in self.meters_of(&user, provider, &told).await? {
                match &found {
                    Some((_, known)) if known.id == meter.id => {}
                    // of two that could be meant nobody knows which one is
                    Some(_) => return Ok(None),
                    None => found = Some((user.clone(), meter)),
                }
            }
        }
        let Some((user, meter)) = found else { return Ok(None) };
        let Some(registers) = registers(&meter, &told) else { return Ok(None) };
        let request = SubmitReading {
            taken: TakenReading {
                provider: provider.id.clone(),
                account: meter.account,
                point: meter.point_id,
                meter: meter.id,
                date: self.today(provider),
                registers,
            },
            photos: Vec::new(),
            confirmed: told.is_confirmed,
            request_id: incoming.id.uuid(),
        };
        // the futures of a submission are large
        let submitted = Box::pin(self.submit_reading_by_text(&user, Call::within(PATIENCE), request)).await;
        answer(submitted).map(Some)
    }

    /// The meters of a user that a text can mean.
    async fn meters_of(
        &self,
        user: &UserScope,
        provider: &Provider,
        told: &Told,
    ) -> Result<Vec<MeterInPlace>, StoreError> {
        let filter = AccountFilter::OfProvider(provider.id.clone());
        let accounts = self.accounts.list(user, &filter, None, ACCOUNTS).await?;
        let mut meters = Vec::new();
        for account in accounts.iter().filter(|account| !account.is_suspended) {
            let Some(copy) = &account.copy else { continue };
            let customer_number = copy.account.customer_number.as_str();
            let is_meant = |meter: &MeterInPlace| match &told.point {
                Some(number) => {
                    [customer_number, meter.point.point_number.as_str()].iter().any(|known| alike(known, number))
                }
                None => true,
            };
            let at = (&account.provider, account.id, &account.external_id);
            meters.extend(MeterInPlace::all_of(at, copy).filter(is_meant));
        }
        Ok(meters)
    }
}

/// A user at the phone that they gave as theirs.
fn by_phone(scope: &TenantScope, provider: &Provider, user: UserId) -> UserScope {
    let portal = "sms".parse().expect("a plain word");
    let portal = PortalScope::new(scope.tenant().clone(), portal, vec![provider.id.clone()]);
    UserScope::new(portal, user, komunala_domain::ids::SessionId::new())
}

/// Numbers are alike whose letters and digits are: people leave out what stands between.
fn alike(one: &str, other: &str) -> bool {
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_uppercase();
    plain(one) == plain(other)
}

/// What the registers show: of a meter with one, what stands alone; of any, what stands under its code.
fn registers(meter: &MeterInPlace, told: &Told) -> Option<Vec<RegisterState>> {
    let only = match meter.meter.registers.as_slice() {
        [only] => Some(only.code.clone()),
        _ => None,
    };
    let state = |(code, value): &(Option<String>, String)| {
        let code = match code {
            Some(named) => named.clone(),
            None => only.clone()?,
        };
        Some(RegisterState { code, value: value.parse().ok()? })
    };
    told.values.iter().map(state).collect()
}

fn answer(submitted: Result<Submitted, Failure>) -> Result<Content, StoreError> {
    let reply = |reply| Ok(Content::TextReply { reply });
    match submitted {
        Ok(Submitted { copy: Some(copy), .. }) => Ok(Content::ReadingTaken { reading: copy.id }),
        Ok(Submitted { copy: None, .. }) => reply(TextReply::ReadingUnusual),
        Err(Failure::ReadingRejected(findings)) => reply(wrong(&findings)),
        Err(Failure::ReadingRefused { .. }) => reply(TextReply::ReadingRefused),
        // asked again in a minute
        Err(
            failure @ (Failure::ProviderUnavailable { .. }
            | Failure::Overloaded
            | Failure::StoreUnavailable(_)
            | Failure::Internal(_)),
        ) => Err(StoreError::Unavailable(failure.to_string().into())),
        Err(_) => reply(TextReply::ReadingRefused),
    }
}

/// What is worst about it, in a word.
fn wrong(findings: &[Finding]) -> TextReply {
    let has = |codes: &[FindingCode]| findings.iter().any(|finding| codes.contains(&finding.code));
    if has(&[FindingCode::OutsideWindow]) {
        TextReply::NoReadingsToday
    } else if has(&[FindingCode::Lower]) {
        TextReply::ReadingLower
    } else {
        TextReply::ReadingWrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_alike_whatever_stands_between_their_digits() {
        assert!(alike("6-123456", "6123456") && alike("6-123456", "6-123456") && alike("ab-1", "AB1"));
        assert!(!alike("6-123456", "6-123457"));
    }
}

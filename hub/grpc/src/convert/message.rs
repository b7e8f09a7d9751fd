//! Messages and suppressions, as operators see them.

use komunala_app::{
    operator::Delivery,
    ports::{
        bounces::Suppression,
        epoch::EpochStanding,
        messages::{Resolution, StuckMessage, Tally},
        outbox::MessageState,
    },
};
use komunala_domain::TenantId;

use super::date::moment;
use crate::{
    names::{MessageName, SuppressionName},
    proto::operator::v1,
};

pub(crate) fn delivery(delivery: Delivery) -> v1::Delivery {
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let (is_held, database, documents) = match delivery.epoch {
        EpochStanding::Same => (false, 0, 0),
        EpochStanding::Held { database, documents } => (true, database, documents.unwrap_or_default()),
    };
    v1::Delivery {
        is_held,
        database_epoch: number(database),
        documents_epoch: number(documents),
        tallies: delivery.tallies.into_iter().map(tally).collect(),
    }
}

fn tally(tally: Tally) -> v1::MessageTally {
    v1::MessageTally {
        provider: tally.provider.to_string(),
        state: state(tally.state).into(),
        count: i64::try_from(tally.count).unwrap_or(i64::MAX),
    }
}

fn state(state: MessageState) -> v1::MessageState {
    match state {
        MessageState::Pending => v1::MessageState::Pending,
        MessageState::Claimed => v1::MessageState::Claimed,
        MessageState::DataStarted => v1::MessageState::DataStarted,
        MessageState::Accepted => v1::MessageState::Accepted,
        MessageState::Failed => v1::MessageState::Failed,
        MessageState::Unknown => v1::MessageState::Unknown,
    }
}

/// The state of a request whose bounds were checked.
pub(crate) fn stuck_state(state: v1::MessageState) -> MessageState {
    match state {
        v1::MessageState::Failed => MessageState::Failed,
        _ => MessageState::Unknown,
    }
}

/// The resolution of a request; `None` where it leaves it open.
pub(crate) fn resolution(resolution: v1::Resolution) -> Option<Resolution> {
    match resolution {
        v1::Resolution::Unspecified => None,
        v1::Resolution::SendAgain => Some(Resolution::SendAgain),
        v1::Resolution::LetBe => Some(Resolution::LetBe),
    }
}

pub(crate) fn message(message: StuckMessage) -> v1::StuckMessage {
    v1::StuckMessage {
        name: MessageName { provider: message.provider, message: message.id }.to_string(),
        purpose: message.purpose,
        state: state(message.state).into(),
        attempts: i32::try_from(message.attempts).unwrap_or(i32::MAX),
        reason: message.reason,
        create_time: Some(moment(message.created)),
        again_time: message.again.map(moment),
    }
}

pub(crate) fn suppression(tenant: &TenantId, found: Suppression) -> v1::Suppression {
    v1::Suppression {
        name: SuppressionName { tenant: tenant.clone(), suppression: found.id }.to_string(),
        address: found.address.as_deref().map(masked).unwrap_or_default(),
        provider: found.provider.to_string(),
        status: found.status,
        is_hard: found.is_hard,
        create_time: Some(moment(found.since)),
    }
}

/// Enough of an address to know whether it is the one somebody calls about.
fn masked(address: &str) -> String {
    let (name, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let first: String = name.chars().take(1).collect();
    format!("{first}…@{domain}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_address_shows_no_more_than_its_first_character_and_its_domain() {
        assert_eq!(super::masked("ana.petrovic@example.rs"), "a…@example.rs");
    }
}

//! Readings and what is found about them.

use komunala_app::{
    ports::readings::ReadingCopy,
    reading::{Submitted, WindowNow},
};
use komunala_domain::{
    Language,
    reading::{Finding, ReadingSource, ReadingState, RegisterState, Severity},
};

use super::{
    attachment::attachment,
    date::{day, moment},
    decimal::{decimal, number_of},
};
use crate::{
    failure::{Catalogue, Failure},
    names::{AccountName, MeterName, PointName, ReadingName},
    proto::v1,
    validation::Violation,
};

pub(crate) fn reading(provider: &komunala_domain::ProviderId, copy: ReadingCopy) -> v1::Reading {
    let account = AccountName { provider: provider.clone(), account: copy.account };
    let meter = MeterName { point: PointName { account, point: copy.point }, meter: copy.meter };
    // what the billing system said when it refused
    let refused = copy.reason.map(|message| v1::Finding {
        code: "REFUSED".to_owned(),
        severity: v1::FindingSeverity::Error.into(),
        register: String::new(),
        message,
    });
    v1::Reading {
        name: ReadingName { meter, reading: copy.id }.to_string(),
        reading_date: Some(day(copy.reading.date)),
        registers: copy.reading.registers.into_iter().map(register).collect(),
        source: source(copy.reading.source).into(),
        state: state(copy.state).into(),
        findings: refused.into_iter().collect(),
        serial_number: copy.reading.serial_number,
        as_of_time: Some(moment(copy.as_of)),
        attachments: copy.photos.iter().map(attachment).collect(),
    }
}

/// What became of a submission. One that needs confirmation was not taken, and has nothing but its findings.
pub(crate) fn submitted(
    provider: &komunala_domain::ProviderId,
    submitted: Submitted,
    language: Language,
) -> v1::Reading {
    let mut message = submitted.copy.map(|copy| reading(provider, copy)).unwrap_or_default();
    message.state = state(submitted.state).into();
    message.findings.extend(submitted.findings.iter().map(|found| finding(found, language)));
    message
}

/// When readings are taken.
pub(crate) fn window_now(now: WindowNow) -> v1::GetReadingWindowResponse {
    v1::GetReadingWindowResponse {
        is_open: now.is_open,
        first_date: now.opening.map(|opening| day(opening.first)),
        last_date: now.opening.map(|opening| day(opening.last)),
        closing_date: now.opening.map(|opening| day(opening.closes)),
    }
}

/// What registers showed.
pub(crate) fn register_states(registers: Vec<v1::RegisterValue>) -> Result<Vec<RegisterState>, Failure> {
    let mut states = Vec::with_capacity(registers.len());
    let mut wrong = Vec::new();
    for (index, register) in registers.into_iter().enumerate() {
        match register.value.as_ref().and_then(number_of) {
            Some(value) => states.push(RegisterState { code: register.code, value }),
            None => wrong.push(Violation::new(
                format!("registers[{index}].value"),
                "must be at most 12 digits, and at most 6 more behind a point",
            )),
        }
    }
    if wrong.is_empty() { Ok(states) } else { Err(Failure::invalid(wrong)) }
}

fn register(state: RegisterState) -> v1::RegisterValue {
    v1::RegisterValue { code: state.code, value: Some(decimal(state.value)) }
}

fn source(source: ReadingSource) -> v1::ReadingSource {
    match source {
        ReadingSource::Customer => v1::ReadingSource::Customer,
        ReadingSource::Operator => v1::ReadingSource::Operator,
        ReadingSource::Remote => v1::ReadingSource::Remote,
        ReadingSource::Estimate => v1::ReadingSource::Estimate,
        ReadingSource::Sms => v1::ReadingSource::Sms,
    }
}

fn state(state: ReadingState) -> v1::ReadingState {
    match state {
        ReadingState::Received => v1::ReadingState::Received,
        ReadingState::NeedsConfirmation => v1::ReadingState::NeedsConfirmation,
        ReadingState::Accepted => v1::ReadingState::Accepted,
        ReadingState::Posted => v1::ReadingState::Posted,
        ReadingState::Rejected => v1::ReadingState::Rejected,
        ReadingState::Unknown => v1::ReadingState::Sent,
    }
}

pub(crate) fn finding(finding: &Finding, language: Language) -> v1::Finding {
    v1::Finding {
        code: finding.code.name().to_owned(),
        severity: match finding.code.severity() {
            Severity::Hard => v1::FindingSeverity::Error.into(),
            Severity::Soft => v1::FindingSeverity::Warning.into(),
        },
        register: finding.register.clone().unwrap_or_default(),
        message: Catalogue::of(language).finding(finding.code.name()).to_owned(),
    }
}

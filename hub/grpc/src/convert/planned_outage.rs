//! Outages as operators see them.

use komunala_app::{
    operator::{OutageOverview, OutagePreview, OutageWarning},
    ports::outage_desk::{NoticeStanding, OutageOrigin},
};
use komunala_domain::outage::OutageState;

use super::date::moment;
use crate::{names::PlannedOutageName, proto::operator::v1};

pub(crate) fn planned_outage(overview: OutageOverview) -> v1::PlannedOutage {
    let OutageOverview { standing, warnings } = overview;
    let outage = standing.outage;
    let state = match outage.state {
        OutageState::Announced => v1::PlannedOutageState::Announced,
        OutageState::Changed => v1::PlannedOutageState::Changed,
        OutageState::Cancelled => v1::PlannedOutageState::Cancelled,
    };
    let source = match standing.origin {
        OutageOrigin::Feed => v1::OutageSource::Feed,
        OutageOrigin::Operator => v1::OutageSource::Operator,
    };
    v1::PlannedOutage {
        name: PlannedOutageName { provider: standing.provider, outage: standing.id }.to_string(),
        revision: outage.revision.into(),
        state: state.into(),
        source: source.into(),
        start_time: Some(moment(outage.start)),
        end_time: outage.end.map(moment),
        reason: outage.reason.unwrap_or_default(),
        point_numbers: outage.point_numbers,
        point_count: count(standing.points),
        change_time: Some(moment(outage.changed)),
        warnings: self::warnings(&warnings),
        notices: standing.notices.into_iter().map(notice).collect(),
    }
}

pub(crate) fn outage_preview(preview: OutagePreview) -> v1::PreviewOutageResponse {
    let reach = |(channel, recipients): (komunala_domain::Channel, u64)| v1::OutageReach {
        channel: channel.word().to_owned(),
        recipients: count(recipients),
    };
    v1::PreviewOutageResponse {
        reach: preview.reach.into_iter().map(reach).collect(),
        notice_time: preview.schedule.map(|schedule| moment(schedule.notice)),
        reminder_time: preview.schedule.and_then(|schedule| schedule.reminder).map(moment),
        warnings: warnings(&preview.warnings),
    }
}

fn notice(notice: NoticeStanding) -> v1::OutageNotice {
    v1::OutageNotice {
        revision: notice.revision.into(),
        is_reminder: notice.is_reminder,
        due_time: Some(moment(notice.due)),
        complete_time: notice.done.map(moment),
        messages: count(notice.told),
        superseded: notice.is_superseded,
    }
}

fn warnings(warnings: &[OutageWarning]) -> Vec<i32> {
    let warning = |warning: &OutageWarning| match warning {
        OutageWarning::AnnouncedLate => v1::OutageWarning::AnnouncedLate.into(),
        OutageWarning::UnderWay => v1::OutageWarning::UnderWay.into(),
        OutageWarning::NobodyReached => v1::OutageWarning::NobodyReached.into(),
    };
    warnings.iter().map(warning).collect()
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

//! Outages in lines for people.

use std::fmt::Write;

use komunala_grpc::proto::operator::v1::{
    OutageNotice, OutageSource, OutageWarning, PlannedOutage, PlannedOutageState, PreviewOutageResponse,
};

use crate::commands::minute;

/// Whom an announcement would reach.
pub(super) fn preview(preview: &PreviewOutageResponse) -> String {
    let mut report = String::new();
    for reach in &preview.reach {
        line(&mut report, &format!("{:<6} {} addresses", reach.channel, reach.recipients));
    }
    let notice = preview.notice_time.as_ref().map(|at| at.seconds);
    line(&mut report, &format!("told      {}", notice.map_or("nobody: it is over".to_owned(), |at| minute(Some(at)))));
    if let Some(reminder) = &preview.reminder_time {
        line(&mut report, &format!("reminded  {}", minute(Some(reminder.seconds))));
    }
    preview.warnings().for_each(|known| line(&mut report, warning(known)));
    report
}

/// What is announced of an outage, and who was told.
pub(super) fn outage(outage: &PlannedOutage) -> String {
    let mut report = String::new();
    line(&mut report, &format!("{} revision {}: {}", outage.name, outage.revision, state(outage)));
    let reason = if outage.reason.is_empty() { String::new() } else { format!(": {}", outage.reason) };
    line(&mut report, &format!("{}, {} supply points{reason}", span(outage), outage.point_count));
    outage.notices.iter().for_each(|of| line(&mut report, &notice(of)));
    outage.warnings().for_each(|known| line(&mut report, warning(known)));
    report
}

/// Outages, one a line.
pub(super) fn list(outages: &[PlannedOutage]) -> String {
    let mut report = String::new();
    for outage in outages {
        let source = match outage.source() {
            OutageSource::Feed => "of the network's system",
            OutageSource::Operator => "of an operator",
            OutageSource::Unspecified => "-",
        };
        let what = format!("revision {}, {}, {source}", outage.revision, state(outage));
        line(&mut report, &format!("{}  {}  {} points  {what}", outage.name, span(outage), outage.point_count));
    }
    report
}

fn notice(notice: &OutageNotice) -> String {
    let which = if notice.is_reminder { "reminder of revision" } else { "revision" };
    let due = minute(notice.due_time.as_ref().map(|at| at.seconds));
    let state = match &notice.complete_time {
        _ if notice.superseded => "a later revision came first".to_owned(),
        Some(at) => format!("told by {}, {} messages", minute(Some(at.seconds)), notice.messages),
        None => format!("{} messages so far", notice.messages),
    };
    format!("{which} {}: due {due}, {state}", notice.revision)
}

fn span(outage: &PlannedOutage) -> String {
    let [start, end] = [&outage.start_time, &outage.end_time].map(|time| minute(time.as_ref().map(|at| at.seconds)));
    format!("{start} to {end}")
}

fn state(outage: &PlannedOutage) -> &'static str {
    match outage.state() {
        PlannedOutageState::Announced => "announced",
        PlannedOutageState::Changed => "changed",
        PlannedOutageState::Cancelled => "called off",
        PlannedOutageState::Unspecified => "-",
    }
}

fn warning(warning: OutageWarning) -> &'static str {
    match warning {
        OutageWarning::AnnouncedLate => "warning: it is announced later than the provider's settings want it to be",
        OutageWarning::UnderWay => "warning: it has begun already",
        OutageWarning::NobodyReached => "warning: nobody subscribed to any of its supply points",
        OutageWarning::Unspecified => "warning: there is something that this program does not know",
    }
}

fn line(report: &mut String, text: &str) {
    writeln!(report, "{text}").expect("a string takes everything");
}

#[cfg(test)]
mod tests {
    use komunala_grpc::proto::operator::v1::OutageReach;

    use super::*;

    /// 2026-11-27T07:00:00Z.
    const START: i64 = 1_795_762_800;

    #[test]
    fn a_preview_says_whom_it_reaches_and_what_to_know_first() {
        let reach = |channel: &str, recipients| OutageReach { channel: channel.into(), recipients };
        let mut seen = PreviewOutageResponse { reach: vec![reach("email", 0), reach("sms", 12)], ..Default::default() };
        seen.warnings = vec![OutageWarning::UnderWay.into()];
        insta::assert_snapshot!(preview(&seen), @r"
        email  0 addresses
        sms    12 addresses
        told      nobody: it is over
        warning: it has begun already
        ");
    }

    #[test]
    fn an_outage_says_who_was_told_of_which_revision() {
        let (mut seen, mut told) = (PlannedOutage::default(), OutageNotice { revision: 1, ..Default::default() });
        (seen.name, seen.revision, seen.point_count) = ("providers/p/outages/out_1".into(), 2, 2);
        seen.set_state(PlannedOutageState::Changed);
        seen.set_source(OutageSource::Operator);
        seen.start_time.get_or_insert_default().seconds = START;
        seen.reason = "works".into();
        told.superseded = true;
        told.due_time.get_or_insert_default().seconds = START - 86_400;
        seen.notices.push(told);
        (told.revision, told.superseded, told.messages) = (2, false, 7);
        told.complete_time.get_or_insert_default().seconds = START - 86_340;
        seen.notices.push(told);
        insta::assert_snapshot!(outage(&seen), @r"
        providers/p/outages/out_1 revision 2: changed
        2026-11-27 07:00Z to -, 2 supply points: works
        revision 1: due 2026-11-26 07:00Z, a later revision came first
        revision 2: due 2026-11-26 07:00Z, told by 2026-11-26 07:01Z, 7 messages
        ");
        insta::assert_snapshot!(list(&[seen]), @"providers/p/outages/out_1  2026-11-27 07:00Z to -  2 points  revision 2, changed, of an operator");
    }
}

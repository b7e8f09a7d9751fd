//! Interruptions of supply.

use komunala_app::ports::outages::OutageCopy;
use komunala_domain::outage::OutageState;

use super::date::moment;
use crate::{names::OutageName, proto::v1};

pub(crate) fn outage(copy: OutageCopy) -> v1::Outage {
    let outage = copy.outage;
    v1::Outage {
        name: OutageName { provider: &copy.provider, outage: copy.id }.to_string(),
        revision: outage.revision.into(),
        state: match outage.state {
            OutageState::Announced => v1::OutageState::Announced,
            OutageState::Changed => v1::OutageState::Changed,
            OutageState::Cancelled => v1::OutageState::Cancelled,
        }
        .into(),
        start_time: Some(moment(outage.start)),
        end_time: outage.end.map(moment),
        reason: outage.reason.unwrap_or_default(),
        point_numbers: outage.point_numbers,
        change_time: Some(moment(outage.changed)),
        as_of_time: copy.as_of.map(moment),
    }
}

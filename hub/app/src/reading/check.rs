//! What would be found about a reading, before anybody submits it; and when readings are taken.

use jiff::civil::Date;
use komunala_domain::{
    Capability, ProviderId,
    ids::{AccountId, MeterId, SupplyPointId},
    reading::{
        Finding, RegisterState,
        rules::{Circumstances, examine, examine_day},
        window::Opening,
    },
};

use super::meters::MeterInPlace;
use crate::{Hub, failure::Failure, ports::Call, scope::UserScope};

/// A reading that somebody took, and of which meter.
#[derive(Debug, Clone)]
pub struct TakenReading {
    /// The provider.
    pub provider: ProviderId,
    /// The account.
    pub account: AccountId,
    /// The supply point.
    pub point: SupplyPointId,
    /// The meter.
    pub meter: MeterId,
    /// The local day of the reading.
    pub date: Date,
    /// The states of all its registers.
    pub registers: Vec<RegisterState>,
}

/// When a provider takes readings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowNow {
    /// Whether it takes some today.
    pub is_open: bool,
    /// The days, where not any day will do: those that are open, or else the next ones.
    pub opening: Option<Opening>,
}

impl Hub {
    /// When a provider takes readings, in its own zone.
    pub fn get_reading_window(&self, scope: &UserScope, provider: &ProviderId) -> Result<WindowNow, Failure> {
        let provider = self.provider(scope.portal(), provider)?;
        self.billing(&provider.id, Capability::Readings)?;
        let today = self.today(&provider);
        let opening = provider.reading_window.next_opening(today);
        Ok(WindowNow { is_open: opening.is_none_or(|opening| opening.contains(today)), opening })
    }

    /// What would be found about a reading. Nothing is kept, and the billing system is told nothing.
    pub async fn check_reading(
        &self,
        scope: &UserScope,
        call: Call,
        taken: &TakenReading,
    ) -> Result<Vec<Finding>, Failure> {
        self.examined(scope, call, taken).await.map(|(_, findings)| findings)
    }

    /// The meter that a reading is of, and what is found about it. A wrong day is found whatever the meter showed, so
    /// that nobody is asked for that first.
    pub(super) async fn examined(
        &self,
        scope: &UserScope,
        call: Call,
        taken: &TakenReading,
    ) -> Result<(Option<MeterInPlace>, Vec<Finding>), Failure> {
        let provider = self.provider(scope.portal(), &taken.provider)?;
        self.billing(&taken.provider, Capability::Readings)?;
        let (window, today) = (provider.reading_window, self.today(&provider));
        if let Some(code) = examine_day(taken.date, window, today) {
            return Ok((None, vec![Finding { code, register: None }]));
        }
        let place = self.meter(scope, call, &taken.provider, taken.account, taken.point, taken.meter).await?;
        let earlier = self.earlier_states(scope, call, &place, taken.date).await?;
        let around = Circumstances { meter: &place.meter, earlier: &earlier, window, today };
        let findings = examine(taken.date, &taken.registers, around);
        Ok((Some(place), findings))
    }
}

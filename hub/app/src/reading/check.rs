//! What would be found about a reading, before anybody submits it; and when readings are taken.

use jiff::civil::Date;
use komunala_domain::{
    Capability, ProviderId,
    ids::{AccountId, MeterId, SupplyPointId},
    reading::{
        Finding, History, RegisterState,
        rules::{Circumstances, Taker, examine, examine_day},
        window::Opening,
    },
};

use super::meters::MeterInPlace;
use crate::{
    Hub,
    failure::Failure,
    ports::{Call, copies::CopyKind},
    scope::UserScope,
};

/// How far back the rules look: a reading a day for the two years that a season is compared over.
const LOOKED_BACK: u32 = 800;

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

    /// The meter that a customer's reading is of, and what is found about it. A wrong day is found whatever the meter
    /// showed, so that nobody is asked for that first.
    pub(super) async fn examined(
        &self,
        scope: &UserScope,
        call: Call,
        taken: &TakenReading,
    ) -> Result<(Option<MeterInPlace>, Vec<Finding>), Failure> {
        let provider = self.provider(scope.portal(), &taken.provider)?;
        self.billing(&taken.provider, Capability::Readings)?;
        let (window, today, taker) = (provider.reading_window, self.today(&provider), Taker::Customer);
        if let Some(code) = examine_day(taken.date, window, today, taker) {
            return Ok((None, vec![Finding { code, register: None }]));
        }
        let place = self.meter(scope, call, &taken.provider, taken.account, taken.point, taken.meter).await?;
        let history = self.history(scope, call, &place).await?;
        let unusual = provider.readings.unusual;
        let around = Circumstances { meter: &place.meter, history: &history, window, unusual, today, taker };
        let findings = examine(taken.date, &taken.registers, around);
        Ok((Some(place), findings))
    }

    /// What is known of a supply point. Where the billing system cannot be asked, what the hub has must do: the billing
    /// system holds the reading against its own rules anyway.
    async fn history(&self, scope: &UserScope, call: Call, place: &MeterInPlace) -> Result<History, Failure> {
        match self.young_copy(scope, call, &place.provider, place.account, CopyKind::Readings).await {
            Ok(_) | Err(Failure::ProviderUnavailable { .. } | Failure::Overloaded) => {}
            Err(failure) => return Err(failure),
        }
        Ok(History::of(self.readings.history(scope.tenant(), place.point_id, LOOKED_BACK).await?))
    }
}

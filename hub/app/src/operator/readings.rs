//! The desk's readings: those that customers handed in, and those that staff enter for them.

use jiff::civil::Date;
use komunala_domain::{
    ProviderId,
    ids::ReadingId,
    reading::{
        History, RegisterState,
        rules::{Circumstances, Taker, examine},
    },
};
use uuid::Uuid;

use super::Operations;
use crate::{
    failure::Failure,
    ports::{
        Call, WriteKey,
        readings::{NewReading, ReadingCopy},
    },
    reading::{
        MeterInPlace, TakenReading,
        hand_in::{By, HandedIn, of_meter},
    },
    scope::{DeskScope, OperatorScope},
};

/// Enters a reading for a customer who told it by telephone, or whom staff went to see.
#[derive(Debug)]
pub struct EnterReading {
    /// The provider.
    pub provider: ProviderId,
    /// The number on the customer's bill, or that of the supply point.
    pub number: String,
    /// What stands on the meter.
    pub serial_number: String,
    /// The local day of the reading.
    pub date: Date,
    /// The states of all its registers.
    pub registers: Vec<RegisterState>,
    /// The caller's name of this write.
    pub request_id: Uuid,
}

impl Operations {
    /// The readings that came in through the hub for a provider, the youngest first, behind `after`.
    pub async fn list_desk_readings(
        &self,
        scope: &OperatorScope,
        provider: &ProviderId,
        after: Option<ReadingId>,
        limit: u32,
    ) -> Result<Vec<ReadingCopy>, Failure> {
        let desk = self.desk(scope, provider)?;
        Ok(self.0.hub.readings.handed_in(&desk, provider, after, limit).await?)
    }

    /// Enters a reading. The customer's rules do not hold for it: no window, and no comparison with what was read before.
    /// The billing system may have rules of its own. Who entered it stands in the audit log.
    pub async fn enter_reading(
        &self,
        scope: &OperatorScope,
        call: Call,
        request: EnterReading,
    ) -> Result<ReadingCopy, Failure> {
        let hub = &self.0.hub;
        let desk = self.desk(scope, &request.provider)?;
        let place = self.meter_of(&desk, &request).await?;
        let taken = TakenReading {
            provider: request.provider,
            account: place.account,
            point: place.point_id,
            meter: place.id,
            date: request.date,
            registers: request.registers,
        };
        let fingerprint = hub.keys.fingerprint(&[
            scope.operator(),
            &taken.meter.to_string(),
            &taken.date.to_string(),
            &taken.in_words(),
        ]);
        let key = WriteKey { method: "EnterReading", request_id: request.request_id, fingerprint };
        if let Some(answer) = hub.requests.answered(desk.tenant(), &key).await? {
            return self.entered(&desk, &taken.provider, &answer).await;
        }
        self.examine_entered(&place, &taken)?;
        let by = By::Desk(&desk);
        let new = NewReading {
            id: ReadingId::new(),
            account: taken.account,
            point: taken.point,
            meter: taken.meter,
            reading: of_meter(&place, by, &taken),
            photos: Vec::new(),
            confirm: false,
            key,
            now: hub.clock.now(),
        };
        let answer = match hub.hand_in(by, call, &place, new).await? {
            HandedIn::Before(answer) => answer,
            HandedIn::Standing(id) => id.to_string(),
        };
        self.entered(&desk, &taken.provider, &answer).await
    }

    /// No meter shows what it has no digits for, whoever reads it.
    fn examine_entered(&self, place: &MeterInPlace, taken: &TakenReading) -> Result<(), Failure> {
        let hub = &self.0.hub;
        let provider = hub.roster().directory.provider(&taken.provider).cloned();
        let provider = provider.ok_or(Failure::NotFound("provider"))?;
        let around = Circumstances {
            meter: &place.meter,
            history: &History::default(),
            window: provider.reading_window,
            unusual: provider.readings.unusual,
            today: hub.today(&provider),
            taker: Taker::BackOffice,
        };
        let findings = examine(taken.date, &taken.registers, around);
        if findings.is_empty() { Ok(()) } else { Err(Failure::ReadingRejected(findings)) }
    }

    /// The one meter with this serial number at the customer's.
    async fn meter_of(&self, desk: &DeskScope, request: &EnterReading) -> Result<MeterInPlace, Failure> {
        let provider = &request.provider;
        let found = self.0.hub.readings.with_meter(desk, provider, &request.serial_number).await?;
        let is_meant = |meter: &MeterInPlace, customer_number: &str| {
            meter.meter.serial_number == request.serial_number
                && [customer_number, &meter.point.point_number].contains(&request.number.as_str())
        };
        let mut meters = found.iter().flat_map(|found| {
            let customer_number = found.copy.account.customer_number.as_str();
            let at = (provider, found.account, &found.external_account);
            MeterInPlace::all_of(at, &found.copy).filter(move |meter| is_meant(meter, customer_number))
        });
        let meter = meters.next().ok_or(Failure::NotFound("meter"))?;
        // of two that look alike nobody knows which one is meant
        if meters.next().is_some() { Err(Failure::NotFound("meter")) } else { Ok(meter) }
    }

    async fn entered(&self, desk: &DeskScope, provider: &ProviderId, answer: &str) -> Result<ReadingCopy, Failure> {
        let damaged = || Failure::Internal("the answer of a write names no reading".to_owned());
        let id = answer.parse().map_err(|_| damaged())?;
        let found = self.0.hub.readings.handed_in_one(desk, provider, id).await?;
        found.ok_or(Failure::NotFound("reading"))
    }
}

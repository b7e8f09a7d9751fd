//! Submitting a reading through a portal: held against the customer's rules, then handed in.

use komunala_domain::{
    Capability,
    ids::{AttachmentId, ReadingId},
    reading::{Finding, ReadingState, Severity},
};
use uuid::Uuid;

use super::{
    check::TakenReading,
    hand_in::{By, HandedIn, of_meter},
};
use crate::{
    Hub,
    failure::Failure,
    ports::{
        Call, WriteKey,
        readings::{NewReading, ReadingCopy},
    },
    scope::UserScope,
};

/// Asks to submit a reading.
#[derive(Debug)]
pub struct SubmitReading {
    /// The reading.
    pub taken: TakenReading,
    /// Photos that show it: pictures of the user's that belong to nothing yet.
    pub photos: Vec<AttachmentId>,
    /// Whether soft findings are accepted.
    pub confirmed: bool,
    /// The caller's name of this write.
    pub request_id: Uuid,
}

/// What became of a submitted reading.
#[derive(Debug, Clone)]
pub struct Submitted {
    /// The reading; none while it waits for a confirmation, since nothing was taken in.
    pub copy: Option<ReadingCopy>,
    /// How far it has come.
    pub state: ReadingState,
    /// What was found about it.
    pub findings: Vec<Finding>,
}

impl Hub {
    /// Submits a reading.
    pub async fn submit_reading(
        &self,
        scope: &UserScope,
        call: Call,
        request: SubmitReading,
    ) -> Result<Submitted, Failure> {
        self.submit_as(By::Customer(scope), scope, call, request).await
    }

    /// The same for one that the user's phone sent.
    pub(crate) async fn submit_reading_by_text(
        &self,
        scope: &UserScope,
        call: Call,
        request: SubmitReading,
    ) -> Result<Submitted, Failure> {
        self.submit_as(By::Phone(scope), scope, call, request).await
    }

    async fn submit_as(
        &self,
        by: By<'_>,
        scope: &UserScope,
        call: Call,
        request: SubmitReading,
    ) -> Result<Submitted, Failure> {
        let taken = &request.taken;
        let provider = self.provider(scope.portal(), &taken.provider)?;
        self.billing(&taken.provider, Capability::Readings)?;
        let key = self.submission_key(scope, &request);
        if let Some(answer) = self.requests.answered(scope.tenant(), &key).await? {
            return self.submitted_before(scope, &answer).await;
        }
        let (place, findings) = self.examined(scope, call, taken).await?;
        let Some(place) = place else { return Err(Failure::ReadingRejected(findings)) };
        if findings.iter().any(|finding| finding.code.severity() == Severity::Hard) {
            return Err(Failure::ReadingRejected(findings));
        }
        if !findings.is_empty() && !request.confirmed {
            return Ok(Submitted { copy: None, state: ReadingState::NeedsConfirmation, findings });
        }
        let new = NewReading {
            id: ReadingId::new(),
            account: taken.account,
            point: taken.point,
            meter: taken.meter,
            reading: of_meter(&place, by, taken),
            photos: request.photos.clone(),
            confirm: provider.readings.confirm_by_mail,
            key,
            now: self.clock.now(),
        };
        match self.hand_in(by, call, &place, new).await? {
            HandedIn::Before(answer) => self.submitted_before(scope, &answer).await,
            HandedIn::Standing(id) => {
                let submitted = self.submitted_before(scope, &id.to_string()).await?;
                Ok(Submitted { findings, ..submitted })
            }
        }
    }

    async fn submitted_before(&self, scope: &UserScope, answer: &str) -> Result<Submitted, Failure> {
        let damaged = || Failure::Internal("the answer of a submission names no reading".to_owned());
        let id = answer.parse().map_err(|_| damaged())?;
        let copy = self.readings.get(scope, id).await?.ok_or(Failure::NotFound("reading"))?;
        Ok(Submitted { state: copy.state, copy: Some(copy), findings: Vec::new() })
    }

    fn submission_key(&self, scope: &UserScope, request: &SubmitReading) -> WriteKey {
        let SubmitReading { taken, photos, confirmed, request_id } = request;
        let photos: Vec<_> = photos.iter().map(ToString::to_string).collect();
        let fingerprint = self.keys.fingerprint(&[
            &scope.user().to_string(),
            &taken.meter.to_string(),
            &taken.date.to_string(),
            &taken.in_words(),
            if *confirmed { "confirmed" } else { "" },
            &photos.join(" "),
        ]);
        WriteKey { method: "SubmitReading", request_id: *request_id, fingerprint }
    }
}

impl TakenReading {
    /// What the registers showed, the same for the same states.
    pub(crate) fn in_words(&self) -> String {
        let states = self.registers.iter().map(|state| format!("{}={}", state.code, state.value.normalize()));
        states.collect::<Vec<_>>().join(" ")
    }
}

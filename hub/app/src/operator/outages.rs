//! Outages that operators announce, change and call off.

use std::sync::Arc;

use jiff::Timestamp;
use komunala_domain::{
    Channel, Outage, PointNumber, Provider, ProviderId,
    ids::OutageId,
    outage::{OutageState, Schedule},
};
use uuid::Uuid;

use super::Operations;
use crate::{
    failure::Failure,
    ports::{
        WriteKey,
        outage_desk::{NewRevision, OutageOrigin, OutageStanding, Revised},
        outages::OutageCursor,
    },
    scope::{DeskScope, OperatorScope},
};

/// What an operator says of an outage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutageDraft {
    /// When it begins.
    pub start: Timestamp,
    /// When it ends; `None` where nobody can say.
    pub end: Option<Timestamp>,
    /// Why, for customers, on one line.
    pub reason: Option<String>,
    /// The supply points that are without supply.
    pub points: Vec<PointNumber>,
}

/// A change of an outage.
#[derive(Debug)]
pub struct ReviseOutage {
    /// The provider.
    pub provider: ProviderId,
    /// The outage.
    pub id: OutageId,
    /// What is said of it from now on; `None` calls it off.
    pub draft: Option<OutageDraft>,
    /// The revision that this follows, where the operator says which.
    pub revision: Option<u32>,
    /// The caller's name of this write.
    pub request_id: Uuid,
}

/// What an operator should know of an outage before customers ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutageWarning {
    /// It is announced later than the provider wants it to be.
    AnnouncedLate,
    /// It began before it was announced.
    UnderWay,
    /// Nobody subscribed to any of its supply points.
    NobodyReached,
}

/// An outage, and what an operator should know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutageOverview {
    /// The outage.
    pub standing: OutageStanding,
    /// What is to be known.
    pub warnings: Vec<OutageWarning>,
}

/// What an outage would come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutagePreview {
    /// How many addresses would be told, by channel.
    pub reach: Vec<(Channel, u64)>,
    /// When; `None` where it is over.
    pub schedule: Option<Schedule>,
    /// What is to be known.
    pub warnings: Vec<OutageWarning>,
}

impl Operations {
    /// Announces an outage.
    pub async fn publish_outage(
        &self,
        scope: &OperatorScope,
        provider: &ProviderId,
        draft: OutageDraft,
        request_id: Uuid,
    ) -> Result<OutageOverview, Failure> {
        let (desk, provider) = self.outages_of(scope, provider)?;
        let now = self.0.hub.clock.now();
        let id = OutageId::new();
        let fingerprint = self.0.hub.keys.fingerprint(&[scope.operator(), provider.id.as_str(), &draft.in_words()]);
        let key = WriteKey { method: "PublishOutage", request_id, fingerprint };
        if let Some(before) = self.written_before(&desk, &provider, &key).await? {
            return Ok(before);
        }
        draft.check(now)?;
        let outage = draft.outage(id, 1, OutageState::Announced, now);
        self.revise(&desk, &provider, id, outage, key).await
    }

    /// Changes an outage that an operator announced, or calls it off. Whoever it does not concern any more is told.
    pub async fn revise_outage(&self, scope: &OperatorScope, request: ReviseOutage) -> Result<OutageOverview, Failure> {
        let ReviseOutage { provider, id, draft, revision, request_id } = request;
        let (desk, provider) = self.outages_of(scope, &provider)?;
        let (now, words) = (self.0.hub.clock.now(), draft.as_ref().map(OutageDraft::in_words).unwrap_or_default());
        let follows = revision.map(|revision| revision.to_string()).unwrap_or_default();
        let fingerprint = self.0.hub.keys.fingerprint(&[scope.operator(), &id.to_string(), &follows, &words]);
        let method = if draft.is_some() { "ChangeOutage" } else { "CancelOutage" };
        let key = WriteKey { method, request_id, fingerprint };
        if let Some(before) = self.written_before(&desk, &provider, &key).await? {
            return Ok(before);
        }
        let standing = self.0.ports.outages.standing(&desk, &provider.id, id).await?;
        // the network's own are changed where they come from
        let standing = standing.filter(|standing| standing.origin == OutageOrigin::Operator);
        let standing = standing.ok_or(Failure::NotFound("outage"))?;
        if revision.is_some_and(|revision| revision != standing.outage.revision) {
            return Err(Failure::ChangedMeanwhile);
        }
        let is_off = standing.outage.state == OutageState::Cancelled;
        let refused = |problem: &str| Failure::InvalidField { field: "name", problem: problem.to_owned() };
        if standing.outage.end.is_some_and(|end| end <= now) && !is_off {
            return Err(refused("the outage is over"));
        }
        let next = standing.outage.revision.saturating_add(1);
        let outage = match draft {
            None if is_off => return Ok(overview(&provider, standing)),
            None => Outage { revision: next, state: OutageState::Cancelled, changed: now, ..standing.outage },
            Some(_) if is_off => return Err(refused("the outage is called off: announce another one")),
            Some(draft) => {
                draft.check(now)?;
                draft.outage(id, next, OutageState::Changed, now)
            }
        };
        self.revise(&desk, &provider, id, outage, key).await
    }

    /// An outage of either source, with what is told of it.
    pub async fn get_outage(
        &self,
        scope: &OperatorScope,
        provider: &ProviderId,
        id: OutageId,
    ) -> Result<OutageOverview, Failure> {
        let (desk, provider) = self.outages_of(scope, provider)?;
        let standing = self.0.ports.outages.standing(&desk, &provider.id, id).await?;
        Ok(overview(&provider, standing.ok_or(Failure::NotFound("outage"))?))
    }

    /// Outages of both sources, the latest to begin first, behind `after`.
    pub async fn list_planned_outages(
        &self,
        scope: &OperatorScope,
        provider: &ProviderId,
        after: Option<OutageCursor>,
        limit: u32,
    ) -> Result<Vec<OutageOverview>, Failure> {
        let (desk, provider) = self.outages_of(scope, provider)?;
        let standings = self.0.ports.outages.standings(&desk, &provider.id, after, limit).await?;
        Ok(standings.into_iter().map(|standing| overview(&provider, standing)).collect())
    }

    /// What an outage would come to; nothing is changed.
    pub async fn preview_outage(
        &self,
        scope: &OperatorScope,
        provider: &ProviderId,
        draft: OutageDraft,
    ) -> Result<OutagePreview, Failure> {
        let (desk, provider) = self.outages_of(scope, provider)?;
        let now = self.0.hub.clock.now();
        draft.check(now)?;
        let reach = self.0.ports.outages.reach(&desk, &provider.id, &draft.points).await?;
        let outage = draft.outage(OutageId::new(), 1, OutageState::Announced, now);
        let mut warnings = warnings(&provider, &outage);
        if reach.iter().all(|(_, recipients)| *recipients == 0) {
            warnings.push(OutageWarning::NobodyReached);
        }
        let schedule = provider.outages.schedule(&outage, &provider.time_zone, now);
        Ok(OutagePreview { reach, schedule, warnings })
    }

    async fn revise(
        &self,
        desk: &DeskScope,
        provider: &Provider,
        id: OutageId,
        outage: Outage,
        key: WriteKey,
    ) -> Result<OutageOverview, Failure> {
        let now = self.0.hub.clock.now();
        let schedule = provider.outages.schedule(&outage, &provider.time_zone, now);
        let new = NewRevision { provider: provider.id.clone(), id, outage, schedule, key: key.clone(), now };
        match self.0.ports.outages.revise(desk, new).await? {
            Revised::Now => {
                let standing = self.0.ports.outages.standing(desk, &provider.id, id).await?;
                Ok(overview(provider, standing.ok_or(Failure::NotFound("outage"))?))
            }
            Revised::Before => {
                let before = self.written_before(desk, provider, &key).await?;
                before.ok_or_else(|| Failure::Internal("a write that was made has no answer".to_owned()))
            }
            Revised::Meanwhile => Err(Failure::ChangedMeanwhile),
        }
    }

    /// What a write came to that was made before under the same request id.
    async fn written_before(
        &self,
        desk: &DeskScope,
        provider: &Provider,
        key: &WriteKey,
    ) -> Result<Option<OutageOverview>, Failure> {
        let Some(answer) = self.0.hub.requests.answered(desk.tenant(), key).await? else { return Ok(None) };
        let id = answer.parse().map_err(|_| Failure::Internal("the answer of a write names no outage".to_owned()))?;
        let standing = self.0.ports.outages.standing(desk, &provider.id, id).await?;
        Ok(Some(overview(provider, standing.ok_or(Failure::NotFound("outage"))?)))
    }

    /// A provider that is within reach, and the post of its tenant.
    fn outages_of(&self, scope: &OperatorScope, id: &ProviderId) -> Result<(DeskScope, Arc<Provider>), Failure> {
        let roster = self.0.hub.roster();
        let provider = roster.directory.provider(id).filter(|provider| scope.reaches(&provider.tenant));
        let provider = provider.ok_or(Failure::NotFound("provider"))?;
        Ok((scope.desk(provider.tenant.clone()), provider.clone()))
    }
}

impl OutageDraft {
    fn check(&self, now: Timestamp) -> Result<(), Failure> {
        let wrong = |field, problem: &str| Err(Failure::InvalidField { field, problem: problem.to_owned() });
        match self.end {
            Some(end) if end <= self.start => wrong("outage.end_time", "must come after the beginning"),
            Some(end) if end <= now => wrong("outage.end_time", "is over"),
            _ => Ok(()),
        }
    }

    fn outage(&self, id: OutageId, revision: u32, state: OutageState, now: Timestamp) -> Outage {
        let mut point_numbers: Vec<String> = self.points.iter().map(ToString::to_string).collect();
        point_numbers.sort_unstable();
        point_numbers.dedup();
        Outage {
            external_id: id.to_string().parse().expect("the hub's own id is as good as a network's"),
            revision,
            state,
            start: self.start,
            end: self.end,
            reason: self.reason.clone(),
            point_numbers,
            changed: now,
        }
    }

    /// All of it, for telling whether a request id is used for the same again.
    fn in_words(&self) -> String {
        let points: Vec<_> = self.points.iter().map(PointNumber::as_str).collect();
        let end = self.end.map(|end| end.to_string()).unwrap_or_default();
        format!("{} {end} {:?} {}", self.start, self.reason, points.join(" "))
    }
}

fn overview(provider: &Provider, standing: OutageStanding) -> OutageOverview {
    let warnings = warnings(provider, &standing.outage);
    OutageOverview { standing, warnings }
}

fn warnings(provider: &Provider, outage: &Outage) -> Vec<OutageWarning> {
    let mut warnings = Vec::new();
    if provider.outages.is_late(outage) {
        warnings.push(OutageWarning::AnnouncedLate);
    }
    if outage.state == OutageState::Announced && outage.start <= outage.changed {
        warnings.push(OutageWarning::UnderWay);
    }
    warnings
}

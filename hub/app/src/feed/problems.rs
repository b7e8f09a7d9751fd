//! What was put aside, for whoever operates the hub.

use komunala_domain::ProviderId;

use crate::{
    Hub,
    ports::{
        BillingError, StoreError,
        billing::BadRecord,
        problems::{NewProblem, Problem},
    },
    scope::SystemScope,
};

/// The most problems that are shown at once.
const SHOWN: u32 = 1_000;

impl Hub {
    /// What was put aside of one provider or all, the latest first.
    pub async fn list_problems(
        &self,
        scope: &SystemScope,
        provider: Option<&ProviderId>,
    ) -> Result<Vec<Problem>, StoreError> {
        self.problems.list(scope, provider, SHOWN).await
    }
}

/// A record that was put aside.
pub(crate) fn of_bad_record(source: &'static str, record: &BadRecord) -> NewProblem {
    NewProblem {
        source,
        subject: record.external_id.clone().unwrap_or_default(),
        field: record.field.clone(),
        detail: record.problem.clone(),
    }
}

/// A whole page or file that was refused: by its adapter, or because what the adapter said breaks the contract.
/// `None` for what will pass.
pub(crate) fn of_refusal(source: &'static str, subject: &str, error: &BillingError) -> Option<Vec<NewProblem>> {
    let problem = |field: &str, detail: String| NewProblem {
        source,
        subject: subject.to_owned(),
        field: field.to_owned(),
        detail,
    };
    Some(match error {
        BillingError::Rejected { fields } => fields
            .iter()
            .map(|violation| problem(&violation.field, format!("{}: {}", violation.code, violation.message)))
            .collect(),
        BillingError::InvalidAnswer { field, problem: detail } => vec![problem(field, detail.clone())],
        BillingError::Upstream { .. } | BillingError::Config { .. } | BillingError::Limit { .. } => {
            vec![problem("", error.to_string())]
        }
        _ => return None,
    })
}

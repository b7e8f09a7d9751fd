//! What became of a payment, for the payer who comes back from the payment provider.

use komunala_domain::payment::PaymentState;

use crate::{
    Hub,
    credentials::page_link::{PageLink, Subject},
    ports::{
        StoreError,
        gateways::Forward,
        pay_pages::{Over, PayPage},
        payments::PaymentRow,
    },
    scope::TenantScope,
};

/// The page for a payer who is on the way, or came back.
#[derive(Debug)]
pub struct Outcome {
    /// The page.
    pub page: PayPage,
    /// Where its form goes, if that is outside of the hub.
    pub form_target: Option<String>,
    /// Whether it may be another one in a moment.
    pub is_open: bool,
}

impl Hub {
    /// The page that sends a payer on to the payment provider; what became of the payment where that is over.
    pub async fn forward_page(&self, token: &str) -> Result<Outcome, Over> {
        let (scope, row) = self.followed_payment(token).await?;
        let forward = row.progress.forward.clone().filter(|_| row.state.is_open());
        let (Some(forward), Some(gateway)) = (forward, self.gateway_of(&row)) else {
            return self.outcome(&scope, row).await;
        };
        let form_target = match &forward {
            Forward::Form { action, .. } => Some(action.clone()),
            Forward::Link(_) => None,
        };
        let page = PayPage::Forward {
            provider_name: self.brand(&row),
            title: gateway.title(),
            amount: row.order.amount,
            forward,
        };
        Ok(Outcome { page, form_target, is_open: true })
    }

    /// The page for a payer who came back: what the payment provider says, now that it is asked.
    pub async fn outcome_page(&self, token: &str) -> Result<Outcome, Over> {
        let (scope, row) = self.followed_payment(token).await?;
        let row = match row.state {
            PaymentState::Pending | PaymentState::Failed => self.look_into(&scope, row).await.map_err(unavailable)?,
            _ => row,
        };
        self.outcome(&scope, row).await
    }

    async fn outcome(&self, scope: &TenantScope, row: PaymentRow) -> Result<Outcome, Over> {
        let again = !row.state.is_paid() && row.state != PaymentState::Reversed;
        let bill_uri = self.bill_uri(scope.tenant(), row.invoice, row.order.link, row.order.language);
        let page = PayPage::Outcome {
            provider_name: self.brand(&row),
            number: row.order.number.clone(),
            amount: row.order.amount,
            state: row.state,
            bill_uri: bill_uri.filter(|_| again),
        };
        Ok(Outcome { page, form_target: None, is_open: row.state.is_open() })
    }

    async fn followed_payment(&self, token: &str) -> Result<(TenantScope, PaymentRow), Over> {
        let PageLink { tenant, subject: Subject::Payment(payment), .. } = self.followed(token)? else {
            return Err(Over::Unknown);
        };
        let scope = TenantScope::new(tenant);
        let row = self.payment_row(&scope, payment).await.map_err(unavailable)?;
        Ok((scope, row.ok_or(Over::Unknown)?))
    }

    fn brand(&self, row: &PaymentRow) -> String {
        let roster = self.roster();
        roster.directory.provider(&row.provider).map_or_else(String::new, |provider| provider.display_name.clone())
    }
}

/// The store does not answer: not now.
pub(super) fn unavailable(error: StoreError) -> Over {
    tracing::error!(%error, "a page could not be looked up");
    Over::Unavailable
}

//! How a bill can be paid.

use komunala_domain::{
    Language, ProviderId,
    ids::{AccountId, InvoiceId},
    invoice::Payable,
    payment::Channel,
};

use super::standing::Standing;
use crate::{Hub, failure::Failure, invoice::not_payable, ports::Call, scope::UserScope};

/// How a bill can be paid.
#[derive(Debug, Clone)]
pub struct PaymentOptions {
    /// What is to be paid today.
    pub payable: Payable,
    /// The payment providers, by word and name.
    pub channels: Vec<(Channel, &'static str)>,
    /// The page of the hub where it can be paid without signing in, where there is one.
    pub page_uri: Option<String>,
}

impl Hub {
    /// How a bill, or one of its installments, can be paid.
    pub async fn payment_options(
        &self,
        scope: &UserScope,
        call: Call,
        (provider, account, invoice): (&ProviderId, AccountId, InvoiceId),
        installment: Option<usize>,
        language: Language,
    ) -> Result<PaymentOptions, Failure> {
        let copy = self.get_invoice(scope, call, provider, account, invoice).await?;
        let provider = self.provider(scope.portal(), provider)?;
        let payable = copy.invoice.payable(self.today(&provider), installment).map_err(not_payable)?;
        let made = self.payments.payments_of_bill(scope.tenant(), invoice).await?;
        if Standing(&made).is_paid(installment) {
            return Err(Failure::AlreadyPaid);
        }
        let link = self.payments.link_to(scope, account).await?;
        let user = self.users.me(scope).await?;
        let language = provider.language_for(user.map_or(language, |user| user.language));
        let page_uri = link.and_then(|link| self.bill_uri(scope.tenant().tenant(), invoice, link, language));
        let issuer = copy.invoice.issuer.as_ref().map(|issuer| issuer.code.as_str());
        let gateways = self.gateways(&provider.id, issuer);
        let channels = gateways.iter().map(|gateway| (gateway.channel().clone(), gateway.title())).collect();
        Ok(PaymentOptions { payable, channels, page_uri })
    }
}

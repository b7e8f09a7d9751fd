//! Starting a payment: written down first, then made ready at the payment provider.

use std::sync::Arc;

use jiff::SignedDuration;
use komunala_domain::{
    ExternalId, Language, Provider, ProviderId,
    ids::{AccountId, InvoiceId, LinkId, PaymentId, UserId},
    payment::Channel,
};
use uuid::Uuid;

use super::standing::Standing;
use crate::{
    Hub,
    failure::Failure,
    invoice::not_payable,
    ports::{
        Call, Gateway, WriteKey, Written,
        copies::InvoiceCopy,
        pay_pages::Over,
        payments::{NewPayment, PaymentOrder, PaymentRow},
    },
    scope::{TenantScope, UserScope},
};

/// How long a payer has, from the start on, in hours.
pub(super) const HOURS: u32 = 24;

/// Asks to start a payment.
#[derive(Debug)]
pub struct StartPayment {
    /// The utility.
    pub provider: ProviderId,
    /// The account.
    pub account: AccountId,
    /// The bill.
    pub invoice: InvoiceId,
    /// The bill's installment, from 1; the whole of it by default.
    pub installment: Option<usize>,
    /// The way to pay.
    pub channel: Channel,
    /// The caller's name of this write.
    pub request_id: Uuid,
    /// The language of the call, where the payer has none of their own.
    pub language: Language,
}

/// Presses a button of the page of a bill.
#[derive(Debug)]
pub struct PayByLink {
    /// The bill's installment, from 1; the whole of it by default.
    pub installment: Option<usize>,
    /// The way to pay.
    pub channel: Channel,
    /// The page's name of this write.
    pub request_id: Uuid,
    /// The language of the page.
    pub language: Language,
}

/// A payment that was started, and where its payer goes.
#[derive(Debug, Clone)]
pub struct StartedPayment {
    /// The payment.
    pub row: PaymentRow,
    /// Where the payer goes.
    pub redirect_uri: String,
}

/// A bill that somebody wants to pay, and how.
pub(super) struct Wanted<'a> {
    pub(super) provider: &'a Provider,
    pub(super) copy: &'a InvoiceCopy,
    pub(super) external_account: ExternalId,
    pub(super) link: LinkId,
    pub(super) user: Option<UserId>,
    pub(super) installment: Option<usize>,
    pub(super) channel: Channel,
    pub(super) language: Language,
}

impl Hub {
    /// Starts a payment of a bill, or of one of its installments, for what is to be paid of it today.
    pub async fn start_payment(
        &self,
        scope: &UserScope,
        call: Call,
        request: StartPayment,
    ) -> Result<StartedPayment, Failure> {
        let StartPayment { provider, account, invoice, installment, channel, request_id, language } = request;
        let link = self.payments.link_to(scope, account).await?;
        let Some(link) = link else { return Err(self.why_not(scope, &provider, account).await) };
        let key = self.payment_key(link, invoice, installment, &channel, request_id);
        if let Some(answer) = self.requests.answered(scope.tenant(), &key).await? {
            return self.started_before(scope.tenant(), call, &answer).await;
        }
        let (copy, age) = self.invoice_and_age(scope, call, &provider, account, invoice).await?;
        let provider = self.provider(scope.portal(), &provider)?;
        let user = self.users.me(scope).await?;
        let wanted = Wanted {
            provider: &provider,
            copy: &copy,
            external_account: age.external_id,
            link,
            user: Some(scope.user()),
            installment,
            channel,
            language: provider.language_for(user.map_or(language, |user| user.language)),
        };
        self.start(scope.tenant(), call, wanted, key).await
    }

    /// Starts a payment from the page of a bill; answers where the payer goes.
    pub async fn pay_by_link(&self, token: &str, call: Call, pressed: PayByLink) -> Result<String, Over> {
        let visit = self.visit(token).await?;
        let PayByLink { installment, channel, request_id, language } = pressed;
        let scope = visit.scope.tenant();
        let key = self.payment_key(visit.scope.link(), visit.bill.copy.id, installment, &channel, request_id);
        let started = match self.requests.answered(scope, &key).await {
            Ok(Some(answer)) => self.started_before(scope, call, &answer).await,
            Ok(None) => {
                let wanted = Wanted {
                    provider: &visit.provider,
                    copy: &visit.bill.copy,
                    external_account: visit.bill.external_account.clone(),
                    link: visit.scope.link(),
                    user: None,
                    installment,
                    channel,
                    language,
                };
                self.start(scope, call, wanted, key).await
            }
            Err(error) => Err(error.into()),
        };
        match started {
            // a page of the hub in between: browsers hold the form's own target against the policy of the page
            Ok(started) => Ok(self
                .forward_uri(scope.tenant(), started.row.id, started.row.order.language)
                .unwrap_or(started.redirect_uri)),
            Err(Failure::AlreadyPaid) => Err(Over::Paid),
            Err(Failure::NotPayable(_) | Failure::InvalidField { .. }) => Err(Over::NothingToPay),
            Err(failure) => {
                tracing::warn!(%failure, "a payment could not be started from a page");
                Err(Over::Unavailable)
            }
        }
    }

    async fn start(
        &self,
        scope: &TenantScope,
        call: Call,
        wanted: Wanted<'_>,
        key: WriteKey,
    ) -> Result<StartedPayment, Failure> {
        let bill = &wanted.copy.invoice;
        let payable = bill.payable(self.today(wanted.provider), wanted.installment).map_err(not_payable)?;
        let issuer = bill.issuer.as_ref().map(|issuer| issuer.code.as_str());
        let gateway = self.gateway(&wanted.provider.id, &wanted.channel, issuer);
        let gateway = gateway.ok_or_else(|| Failure::ChannelNotOffered(wanted.channel.clone()))?;
        let made = self.payments.payments_of_bill(scope, wanted.copy.id).await?;
        if Standing(&made).is_paid(wanted.installment) {
            return Err(Failure::AlreadyPaid);
        }
        let now = self.clock.now();
        let new = NewPayment {
            id: PaymentId::new(),
            provider: wanted.provider.id.clone(),
            account: wanted.copy.account,
            invoice: wanted.copy.id,
            channel: wanted.channel,
            order: PaymentOrder {
                account: wanted.external_account,
                invoice: bill.external_id.clone(),
                number: bill.number.clone(),
                installment: wanted.installment,
                link: wanted.link,
                merchant: gateway.merchant().to_owned(),
                amount: payable.amount,
                language: wanted.language,
                expires_at: now + SignedDuration::from_hours(i64::from(HOURS)),
            },
            user: wanted.user,
            key,
            now,
        };
        match self.payments.start_payment(scope, &new).await? {
            Written::Now(()) => self.forwarded(scope, call, new.id).await,
            Written::Before(answer) => self.started_before(scope, call, &answer).await,
        }
    }

    async fn started_before(&self, scope: &TenantScope, call: Call, answer: &str) -> Result<StartedPayment, Failure> {
        let damaged = || Failure::Internal("the answer of a write names no payment".to_owned());
        self.forwarded(scope, call, answer.parse().map_err(|_| damaged())?).await
    }

    fn payment_key(
        &self,
        link: LinkId,
        invoice: InvoiceId,
        installment: Option<usize>,
        channel: &Channel,
        request_id: Uuid,
    ) -> WriteKey {
        let installment = installment.unwrap_or_default().to_string();
        let (link, invoice) = (link.to_string(), invoice.to_string());
        let parts = [link.as_str(), &invoice, &installment, channel.as_str()];
        WriteKey { method: "StartPayment", request_id, fingerprint: self.keys.fingerprint(&parts) }
    }

    /// The payment provider of a channel for the bills of an issuer: the shop of that issuer, or the one for all.
    pub(super) fn gateway(
        &self,
        provider: &ProviderId,
        channel: &Channel,
        issuer: Option<&str>,
    ) -> Option<Arc<dyn Gateway>> {
        self.gateways(provider, issuer).into_iter().find(|gateway| gateway.channel() == channel)
    }

    /// The payment providers for the bills of an issuer, one of each channel. None where the hub serves no pages: nobody
    /// could come back from them.
    pub(super) fn gateways(&self, provider: &ProviderId, issuer: Option<&str>) -> Vec<Arc<dyn Gateway>> {
        let roster = self.roster();
        let all = roster.gateways.get(provider).filter(|_| self.pages_at.is_some());
        let mut fitting: Vec<Arc<dyn Gateway>> = Vec::new();
        for gateway in all.into_iter().flatten() {
            let is_for_it = gateway.issuer().is_none() || gateway.issuer() == issuer;
            if !is_for_it {
                continue;
            }
            match fitting.iter_mut().find(|other| other.channel() == gateway.channel()) {
                None => fitting.push(gateway.clone()),
                Some(other) if other.issuer().is_none() && gateway.issuer().is_some() => *other = gateway.clone(),
                Some(_) => {}
            }
        }
        fitting
    }
}

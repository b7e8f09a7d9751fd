//! The page of a bill, for whoever holds its pay link.

use std::sync::Arc;

use komunala_domain::{Provider, invoice::NotPayable};
use uuid::Uuid;

use super::{outcome::unavailable, standing::Standing};
use crate::{
    Hub,
    credentials::page_link::{PageLink, Subject},
    invoice::WantedCode,
    ports::{
        code_images::ImageFormat,
        pay_pages::{BillPage, BillPart, Over},
        payments::PayersBill,
    },
    scope::PayerScope,
};

/// Somebody with a pay link that holds.
pub(super) struct Visit {
    pub(super) scope: PayerScope,
    pub(super) provider: Arc<Provider>,
    pub(super) bill: PayersBill,
}

impl Hub {
    /// The page of a bill: for a part of it where `part` names one (from 1), otherwise for what is next to be paid, or for
    /// the whole where that is asked for.
    pub async fn bill_page(&self, token: &str, part: Option<usize>, as_whole: bool) -> Result<BillPage, Over> {
        let Visit { scope, provider, bill } = self.visit(token).await?;
        let copy = bill.copy;
        let made = self.payments.payments_of_bill(scope.tenant(), copy.id).await.map_err(unavailable)?;
        let standing = Standing(&made);
        let count = copy.invoice.installments.len();
        let unpaid = (1..=count).find(|number| !standing.has_part(*number));
        let wanted = match part {
            Some(part) => Some(part),
            // whoever paid a part goes on with the next one
            None if !as_whole && standing.is_paid(None) && !standing.has_whole() && count > 1 => unpaid,
            None => None,
        };
        if standing.is_paid(wanted) {
            return Err(Over::Paid);
        }
        let today = self.today(&provider);
        let payable = copy.invoice.payable(today, wanted).map_err(|why| match why {
            NotPayable::NoSuchInstallment { .. } => Over::Unknown,
            _ => Over::NothingToPay,
        })?;
        let instruction = copy.invoice.payment.clone().ok_or(Over::NothingToPay)?;
        let wanted_code = WantedCode { format: ImageFormat::Svg, scheme: None, installment: wanted };
        // a bill that makes no code can still be paid by its bank details
        let code = self.drawn_code(&provider, &copy.invoice, wanted_code).ok().map(|drawn| drawn.image.to_vec());
        let whole = copy.invoice.payable(today, None).ok();
        let shown = wanted.unwrap_or_default();
        let mut parts = Vec::new();
        if count > 1 {
            let is_paid = standing.is_paid(None);
            parts.extend(whole.map(|whole| BillPart {
                number: 0,
                amount: whole.amount,
                due: whole.due,
                is_shown: shown == 0,
                is_paid,
            }));
            parts.extend(copy.invoice.installments.iter().zip(1..).map(|(installment, number)| BillPart {
                number,
                amount: installment.amount,
                due: Some(installment.due),
                is_shown: shown == number,
                is_paid: standing.has_part(number),
            }));
        }
        let issuer = copy.invoice.issuer.as_ref();
        let gateways = self.gateways(&provider.id, issuer.map(|issuer| issuer.code.as_str()));
        Ok(BillPage {
            provider_name: provider.display_name.clone(),
            logo: provider.brand.logo.clone(),
            issuer_name: issuer.and_then(|issuer| issuer.name.clone()),
            number: copy.invoice.number.clone(),
            period: copy.invoice.period,
            amount: payable.amount,
            instead_of: payable.until.map(|_| copy.invoice.total).filter(|total| *total != payable.amount),
            due: payable.due,
            until: payable.until,
            parts,
            code,
            instruction,
            channels: gateways.iter().map(|gateway| (gateway.channel().clone(), gateway.title())).collect(),
            request_id: Uuid::new_v4().to_string(),
            is_pending: standing.is_pending(),
        })
    }

    /// Follows a pay link, as long as the link between its owner and the account counts and the provider is shown.
    pub(super) async fn visit(&self, token: &str) -> Result<Visit, Over> {
        let PageLink { tenant, subject: Subject::Bill { invoice, link }, .. } = self.followed(token)? else {
            return Err(Over::Unknown);
        };
        let scope = PayerScope::new(tenant, link, invoice);
        let bill = self.payments.payers_bill(&scope).await.map_err(unavailable)?.ok_or(Over::Unknown)?;
        let provider = self.roster().directory.provider(&bill.copy.provider).cloned().ok_or(Over::Unknown)?;
        Ok(Visit { scope, provider, bill })
    }
}

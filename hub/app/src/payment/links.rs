//! Addresses of the hub's pages, and what they lead to.

use komunala_domain::{
    Language, TenantId,
    ids::{InvoiceId, LinkId, PaymentId},
};

use crate::{
    Hub,
    credentials::page_link::{PageLink, Subject},
    ports::pay_pages::Over,
};

impl Hub {
    /// The address of the page where a bill is paid, for whoever has the account by this link; `None` where the hub serves
    /// no pages.
    pub fn bill_uri(&self, tenant: &TenantId, invoice: InvoiceId, link: LinkId, language: Language) -> Option<String> {
        self.uri("p", tenant, Subject::Bill { invoice, link }, language)
    }

    /// The page that sends a payer on to the payment provider.
    pub(crate) fn forward_uri(&self, tenant: &TenantId, payment: PaymentId, language: Language) -> Option<String> {
        self.uri("go", tenant, Subject::Payment(payment), language)
    }

    /// The page that tells what became of a payment.
    pub(crate) fn outcome_uri(&self, tenant: &TenantId, payment: PaymentId, language: Language) -> Option<String> {
        self.uri("r", tenant, Subject::Payment(payment), language)
    }

    fn uri(&self, page: &str, tenant: &TenantId, subject: Subject, language: Language) -> Option<String> {
        let at = self.pages_at.as_ref()?;
        let link = PageLink { tenant: tenant.clone(), subject, language, made_at: self.clock.now() };
        Some(format!("{at}/{page}/{}", self.page_links.token(&link)))
    }

    /// What a link leads to, as long as it holds.
    pub(super) fn followed(&self, token: &str) -> Result<PageLink, Over> {
        let link = self.page_links.read(token).ok_or(Over::Unknown)?;
        if link.is_in_force(self.clock.now()) { Ok(link) } else { Err(Over::Expired) }
    }

    /// The language of whoever a link was made for; `None` for one that this hub did not make.
    pub fn language_of_link(&self, token: &str) -> Option<Language> {
        self.page_links.read(token).map(|link| link.language)
    }
}

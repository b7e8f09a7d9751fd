//! One click in a mail program: no more bills by mail, or no more notices.

use komunala_domain::ids::{AccountId, MessageId, UserId};

use crate::{
    Hub,
    credentials::unsubscribe::Unsubscription,
    failure::Failure,
    ports::{accounts::PaperCause, pay_pages::MailKind},
    scope::TenantScope,
};

impl Hub {
    /// The token that goes into the mails with bills of an account.
    pub fn unsubscribe_token(&self, tenant: &TenantScope, user: UserId, account: AccountId) -> String {
        self.unsubscribe_tokens.token(&Unsubscription { tenant: tenant.tenant().clone(), user, account })
    }

    /// What a token ends; `None` for one that the hub never made. Looking does nothing.
    pub fn can_unsubscribe(&self, token: &str) -> Option<MailKind> {
        let tokens = &self.unsubscribe_tokens;
        let of_bills = tokens.open(token).map(|_| MailKind::Bills);
        of_bills.or_else(|| tokens.open_notices(token).map(|_| MailKind::OutageNotices))
    }

    /// Lets bills go by post again for whoever shows the token of one of their mails: the consent is taken back, they are
    /// told by mail, and the billing system is due to be told. A token of notices ends those. To be called by a POST alone,
    /// for mail scanners follow links. Twice is the same as once.
    ///
    /// # Errors
    /// [`Failure::NotFound`] for a token that the hub never made.
    pub async fn unsubscribe(&self, token: &str) -> Result<(), Failure> {
        if let Some(end) = self.unsubscribe_tokens.open_notices(token) {
            return self.end_notices(end).await;
        }
        let wanted = self.unsubscribe_tokens.open(token).ok_or(Failure::NotFound("subscription"))?;
        let (scope, now) = (TenantScope::new(wanted.tenant), self.clock.now());
        let link = (wanted.user, wanted.account);
        if self.accounts.back_to_paper(&scope, link, PaperCause::Unsubscribed, MessageId::new(), now).await? {
            self.bells.ring();
        }
        Ok(())
    }
}

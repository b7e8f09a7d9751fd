//! Who registers, and so gets a mail with a code.

use jiff::{SignedDuration, Timestamp};
use komunala_app::{
    ports::{
        Users, Verifications, WriteKey,
        users::{NewLink, NewRegistration},
    },
    scope::testing,
};
use komunala_domain::{BillDelivery, EmailAddress, Language, ProviderId, ids::UserId, ids::VerificationId};

use super::MailRoom;
use crate::mails;

impl MailRoom {
    /// Somebody registers with an account of a provider: when this answers, the mail with the code is durable.
    pub async fn register(&self, provider: &ProviderId, email: &EmailAddress) -> anyhow::Result<VerificationId> {
        let new = newcomer(provider, email.clone())?;
        let verification = new.verification;
        self.store.register(&testing::portal("region".parse()?, "web".parse()?, vec![provider.clone()]), new).await?;
        Ok(verification)
    }

    /// Somebody who registered has used the code, and gets bills by mail from now on.
    pub(super) async fn settle(&self, provider: &ProviderId, email: &EmailAddress) -> anyhow::Result<()> {
        let verification = self.register(provider, email).await?;
        let done = self.store.complete(&self.tenant, verification, Timestamp::now()).await?;
        anyhow::ensure!(done, "a code is not taken");
        Ok(())
    }
}

/// Somebody who registers with an account of a provider, and the mails that may come of it.
pub fn newcomer(provider: &ProviderId, email: EmailAddress) -> anyhow::Result<NewRegistration> {
    let (user, verification, now) = (UserId::new(), VerificationId::new(), Timestamp::now());
    Ok(NewRegistration {
        user,
        given_name: "Ana".to_owned(),
        family_name: "Petrović".to_owned(),
        language: Language::SerbianLatin,
        password_hash: "$argon2id$".to_owned(),
        link: NewLink {
            provider: provider.clone(),
            account: format!("account-{user}").parse()?,
            delivery: BillDelivery::Email,
            consents: Vec::new(),
            notice: None,
            copy: None,
        },
        verification,
        verification_expires: now + SignedDuration::from_hours(1),
        taken_mail: mails::code(provider, email.clone(), VerificationId::new()),
        confirm_mail: mails::code(provider, email.clone(), verification),
        email,
        key: WriteKey { method: "Register", request_id: user.uuid(), fingerprint: [0; 32] },
        now,
    })
}

//! Paper or e-mail: the user's choice counts for e-mail at once; paper goes on until the billing system has
//! acknowledged that it need not print.

use std::time::Duration;

use jiff::SignedDuration;
use komunala_domain::{BillDelivery, Capability, PostalChannel, ProviderId, ids::AccountId};
use uuid::Uuid;

use super::consent::to_delivery;
use crate::{
    Hub,
    failure::Failure,
    ports::{
        Call, StoreError, WriteKey,
        accounts::{DeliveryChoice, LinkedAccount, Untold},
        billing::Told,
    },
    scope::{SystemScope, UserScope},
};

/// How long a caller waits for the billing system's acknowledgement before a worker takes over.
const WAIT: Duration = Duration::from_secs(2);
/// How long a worker waits for it.
const PATIENCE: Duration = Duration::from_secs(20);
/// When a billing system that could not be told is tried again.
const RETRY: SignedDuration = SignedDuration::from_mins(1);
/// How many accounts a worker takes up at a time.
const BATCH: u32 = 50;

/// Asks to change how the bill is delivered.
#[derive(Debug)]
pub struct SetBillDelivery {
    /// The provider.
    pub provider: ProviderId,
    /// The account.
    pub account: AccountId,
    /// How the bill is wanted.
    pub delivery: BillDelivery,
    /// The caller's name of this write.
    pub request_id: Uuid,
}

impl Hub {
    /// Changes how the user wants the account's bills, and tells the billing system.
    pub async fn set_bill_delivery(
        &self,
        scope: &UserScope,
        call: Call,
        request: SetBillDelivery,
    ) -> Result<LinkedAccount, Failure> {
        let tenant = scope.tenant();
        let (user, account) = (scope.user().to_string(), request.account.to_string());
        let fingerprint = self.keys.fingerprint(&[&user, &account, &format!("{:?}", request.delivery)]);
        let key = WriteKey { method: "SetBillDelivery", request_id: request.request_id, fingerprint };
        let provider = self.provider(scope.portal(), &request.provider).map_err(|_| Failure::NotFound("account"))?;
        if request.delivery != BillDelivery::Paper {
            self.ask_again(scope, &provider).await?;
        }
        let language = self.get_profile(scope).await?.language;
        let consent = to_delivery(&provider.id, request.delivery, false, language, "SetBillDelivery");
        let choice = DeliveryChoice { delivery: request.delivery, consent };
        let account = (&request.provider, request.account);
        if self.accounts.set_delivery(scope, account, choice, key, self.clock.now()).await?.is_none() {
            return Err(self.why_not(scope, &request.provider, request.account).await);
        }
        let linked = self.get_account(scope, call, &request.provider, request.account).await?;
        if linked.postal_told == Some(linked.postal_wanted) {
            return Ok(linked);
        }
        let untold = Untold {
            tenant: tenant.tenant().clone(),
            id: linked.id,
            provider: linked.provider.clone(),
            external_id: linked.external_id.clone(),
            wanted: linked.postal_wanted,
        };
        let told = self.tell(tenant, call.at_most(WAIT), &untold).await?;
        Ok(LinkedAccount { postal_told: told.or(linked.postal_told), ..linked })
    }

    /// Tells billing systems what they are yet to be told; answers how many it tried. For a worker.
    pub async fn tell_deliveries(&self, scope: &SystemScope) -> Result<usize, StoreError> {
        let untold = self.accounts.untold(scope, BATCH, self.clock.now()).await?;
        for account in &untold {
            self.tell(&scope.tenant(account.tenant.clone()), Call::within(PATIENCE), account).await?;
        }
        Ok(untold.len())
    }

    /// Answers what the billing system acknowledged. One without this interface goes on printing: nothing is told.
    async fn tell(
        &self,
        scope: &crate::scope::TenantScope,
        call: Call,
        account: &Untold,
    ) -> Result<Option<PostalChannel>, StoreError> {
        let now = self.clock.now();
        let Ok(billing) = self.billing(&account.provider, Capability::Delivery) else {
            self.accounts.told(scope, account.id, account.wanted, now).await?;
            return Ok(Some(account.wanted));
        };
        match billing.set_delivery(call, &account.external_id, account.wanted).await {
            Ok(Told::Applied) => {
                self.accounts.told(scope, account.id, account.wanted, now).await?;
                Ok(Some(account.wanted))
            }
            // pending until the billing system's answer comes in a file
            Ok(Told::Queued) => {
                self.accounts.queued(scope, account.id, account.wanted).await?;
                Ok(None)
            }
            Err(error) => {
                tracing::warn!(provider = %account.provider, account = %account.id, %error,
                    "the billing system could not be told how to deliver; it is tried again");
                self.accounts.telling_failed(scope, account.id, now + RETRY).await?;
                Ok(None)
            }
        }
    }
}

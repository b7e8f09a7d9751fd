//! Customer accounts and the users who linked them.

pub(crate) mod copy;
mod cut_over;
pub(crate) mod forgotten;
pub(crate) mod identity;
pub(crate) mod lapse;
pub(crate) mod links;
pub(crate) mod paper;
pub(crate) mod postal;
mod reach;

use async_trait::async_trait;
use jiff::Timestamp;
use komunala_app::{
    ports::{
        Accounts, StoreError, WriteKey, Written,
        accounts::{AccountFilter, CutOver, DeliveryChoice, LinkedAccount, PaperCause, Untold},
        audit::{Action, NewEvent},
        outbox::{Content, Notice},
        users::NewLink,
    },
    scope::{SystemScope, TenantScope, UserScope},
};
use komunala_domain::{
    BillDelivery, CustomerAccount, ExternalId, PostalChannel, ProviderId, TenantId,
    ids::{AccountId, LinkId, MessageId, UserId},
};
use sea_orm::Value;

use crate::{
    Store, audit, bounces,
    columns::{damaged, micros, uuid},
    consents,
    database::{CHUNK, Failure, Rows, Tx, of_tenant, places},
    requests, users,
};

pub(crate) use reach::Reach;

#[async_trait]
impl Accounts for Store {
    async fn list(
        &self,
        scope: &UserScope,
        filter: &AccountFilter,
        after: Option<AccountId>,
        limit: u32,
    ) -> Result<Vec<LinkedAccount>, StoreError> {
        let Some(reach) = Reach::with_suspended(scope, filter) else { return Ok(Vec::new()) };
        let (sql, values) = copy::list(reach, after, limit);
        let rows = self.database.select(scope.tenant().tenant(), "store.list_accounts", sql, values).await?;
        let keys = self.database.vault().copies();
        rows.iter().map(|row| copy::linked_account(keys, row)).collect()
    }

    async fn link(
        &self,
        scope: &UserScope,
        new: NewLink,
        key: WriteKey,
        now: Timestamp,
    ) -> Result<Written<AccountId>, StoreError> {
        let (new, key) = (&new, &key);
        let work = |tx| link(tx, scope, new, key, now);
        self.database.write(scope.tenant().tenant(), "store.link_account", work).await
    }

    async fn unlink(&self, scope: &UserScope, account: AccountId, now: Timestamp) -> Result<bool, StoreError> {
        let work = |tx| unlink(tx, scope, account, now);
        self.database.write(scope.tenant().tenant(), "store.unlink_account", work).await
    }

    async fn set_delivery(
        &self,
        scope: &UserScope,
        account: (&ProviderId, AccountId),
        choice: DeliveryChoice,
        key: WriteKey,
        now: Timestamp,
    ) -> Result<Option<Written<()>>, StoreError> {
        let (choice, key) = (&choice, &key);
        let work = |tx| set_delivery(tx, scope, account, choice, key, now);
        self.database.write(scope.tenant().tenant(), "store.set_delivery", work).await
    }

    async fn back_to_paper(
        &self,
        scope: &TenantScope,
        (user, account): (UserId, AccountId),
        cause: PaperCause,
        mail: MessageId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let tenant = scope.tenant();
        let work = |tx: Tx| async move {
            let changed = paper::go_back(&tx, tenant, user, Some(account), cause, now).await?;
            let is_changed = !changed.is_empty();
            for provider in changed {
                // each time that it changes anything is news
                let subject = format!("{account} {}", micros(now));
                let content = Content::BackToPaper {};
                let notice = Notice { id: mail, provider, subject, content, expires: None };
                users::tell_for(&tx, tenant, user, &notice, now).await?;
            }
            Ok(is_changed)
        };
        self.database.write(tenant, "store.back_to_paper", work).await
    }

    async fn keep(
        &self,
        scope: &TenantScope,
        account: AccountId,
        copy: &CustomerAccount,
        as_of: Timestamp,
    ) -> Result<(), StoreError> {
        let work = |tx: Tx| async move { copy::keep(&tx, scope.tenant(), &[(account, copy)], as_of).await };
        self.database.write(scope.tenant(), "store.keep_account", work).await
    }

    async fn cut_over(
        &self,
        scope: &TenantScope,
        cut_over: CutOver<'_>,
        limit: u32,
        now: Timestamp,
    ) -> Result<u32, StoreError> {
        let work = |tx| cut_over::cut_over(tx, scope.tenant(), cut_over, limit, now);
        self.database.write(scope.tenant(), "store.cut_over", work).await
    }

    async fn told(
        &self,
        scope: &TenantScope,
        account: AccountId,
        channel: PostalChannel,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let work = |tx| postal::told(tx, scope.tenant(), account, channel, now);
        self.database.write(scope.tenant(), "store.postal_told", work).await
    }

    async fn queued(&self, scope: &TenantScope, account: AccountId, channel: PostalChannel) -> Result<(), StoreError> {
        let work = |tx| postal::queued(tx, scope.tenant(), account, channel);
        self.database.write(scope.tenant(), "store.postal_queued", work).await
    }

    async fn telling_failed(
        &self,
        scope: &TenantScope,
        account: AccountId,
        retry_at: Timestamp,
    ) -> Result<(), StoreError> {
        let work = |tx| postal::telling_failed(tx, scope.tenant(), account, retry_at);
        self.database.write(scope.tenant(), "store.postal_telling_failed", work).await
    }

    async fn untold(&self, _: &SystemScope, limit: u32, now: Timestamp) -> Result<Vec<Untold>, StoreError> {
        self.database.write(Rows::All, "store.untold_accounts", |tx| postal::untold(tx, limit, now)).await
    }
}

async fn link(
    tx: Tx,
    scope: &UserScope,
    new: &NewLink,
    key: &WriteKey,
    now: Timestamp,
) -> Result<Written<AccountId>, Failure> {
    let (tenant, user) = (scope.tenant().tenant(), scope.user());
    let account = find_or_make(&tx, tenant, &new.provider, &new.account).await?;
    if let Written::Before(answer) = requests::take(&tx, tenant, key, &account.to_string(), now).await? {
        return Ok(Written::Before(answer));
    }
    // first, for what is news of the holder concerns the links that were there before
    if let Some(copy) = &new.copy {
        copy::keep(&tx, tenant, &[(account, &copy.account)], copy.as_of).await?;
    }
    let link = match links::open(&tx, tenant, user, account).await? {
        Some(links::Open { id, is_suspended: false }) => {
            links::deliver(&tx, tenant, id, new.delivery).await?;
            links::prove_again(&tx, tenant, id, now).await?;
            id
        }
        Some(links::Open { id, is_suspended: true }) => {
            links::prove_again(&tx, tenant, id, now).await?;
            links::tell_others(&tx, tenant, id, user, account, now).await?;
            id
        }
        None => {
            let id = LinkId::new();
            let tie = links::Tie { id, user, account, delivery: new.delivery, since: Some(now) };
            links::make(&tx, tenant, &tie, now).await?;
            links::tell_others(&tx, tenant, id, user, account, now).await?;
            if let Some(notice) = &new.notice {
                // what it is about is known only now
                let notice = Notice { subject: format!("{account} {}", notice.subject), ..notice.clone() };
                users::tell(&tx, tenant, user, &notice, now).await?;
            }
            id
        }
    };
    let consents = consents::keep(&tx, tenant, user, link, &new.consents, now).await?;
    postal::settle(&tx, tenant, account, now).await?;
    tell(&tx, scope, Action::Linked, account, consents, now).await?;
    Ok(Written::Now(account))
}

async fn unlink(tx: Tx, scope: &UserScope, account: AccountId, now: Timestamp) -> Result<bool, Failure> {
    let tenant = scope.tenant().tenant();
    hold(&tx, tenant, account).await?;
    let Some(link) = links::open(&tx, tenant, scope.user(), account).await? else { return Ok(false) };
    links::end(&tx, tenant, link.id, now).await?;
    postal::settle(&tx, tenant, account, now).await?;
    forgotten::forget_unlinked(&tx, tenant, account).await?;
    tell(&tx, scope, Action::Unlinked, account, Vec::new(), now).await?;
    Ok(true)
}

async fn set_delivery(
    tx: Tx,
    scope: &UserScope,
    (provider, account): (&ProviderId, AccountId),
    choice: &DeliveryChoice,
    key: &WriteKey,
    now: Timestamp,
) -> Result<Option<Written<()>>, Failure> {
    let tenant = scope.tenant().tenant();
    if !scope.portal().shows(provider) || !hold_of(&tx, tenant, provider, account).await? {
        return Ok(None);
    }
    if let Written::Before(answer) = requests::take(&tx, tenant, key, "", now).await? {
        return Ok(Some(Written::Before(answer)));
    }
    let Some(links::Open { id: link, is_suspended: false }) = links::open(&tx, tenant, scope.user(), account).await?
    else {
        // nothing was written, so the request id is still free
        tx.undo();
        return Ok(None);
    };
    links::deliver(&tx, tenant, link, choice.delivery).await?;
    if choice.delivery != BillDelivery::Paper {
        // whoever chooses mail says that it arrives; if it does not, that comes out with the next one
        bounces::lift_of(&tx, tenant, scope.user()).await?;
    }
    let consent = consents::keep(&tx, tenant, scope.user(), link, std::slice::from_ref(&choice.consent), now).await?;
    postal::settle(&tx, tenant, account, now).await?;
    tell(&tx, scope, Action::DeliveryChanged, account, consent, now).await?;
    Ok(Some(Written::Now(())))
}

/// Puts what a user did with an account into the audit log, and what they agreed to by it.
async fn tell(
    tx: &Tx,
    scope: &UserScope,
    action: Action,
    account: AccountId,
    consents: Vec<NewEvent>,
    now: Timestamp,
) -> Result<(), Failure> {
    let mut events = vec![audit::by_user(scope.user(), action, account.to_string())];
    events.extend(consents);
    audit::tell(tx, scope.tenant().tenant(), &events, now).await
}

/// The id of an account, made when the hub hears of the account for the first time. Its row is held.
pub(crate) async fn find_or_make(
    tx: &Tx,
    tenant: &TenantId,
    provider: &ProviderId,
    external_id: &ExternalId,
) -> Result<AccountId, Failure> {
    // the empty update is what holds the row of an account that is known
    let row = tx
        .row(
            "INSERT INTO accounts (id, tenant, provider, external_id, postal_wanted) VALUES ($1, $2, $3, $4, 'paper')
             ON CONFLICT (tenant, provider, external_id) DO UPDATE SET postal_wanted = accounts.postal_wanted
             RETURNING id",
            vec![
                AccountId::new().uuid().into(),
                tenant.as_str().into(),
                provider.as_str().into(),
                external_id.as_str().into(),
            ],
        )
        .await?
        .ok_or_else(|| damaged("account", "an upsert answered nothing"))?;
    Ok(AccountId::from_uuid(uuid("account", &row, 0)?))
}

/// Holds an account's row until the end of the transaction; `false` when the tenant has none such.
pub(crate) async fn hold(tx: &Tx, tenant: &TenantId, account: AccountId) -> Result<bool, Failure> {
    let sql = tx.locking("SELECT id FROM accounts WHERE tenant = $1 AND id = $2 {lock}");
    Ok(tx.row(&sql, vec![tenant.as_str().into(), account.uuid().into()]).await?.is_some())
}

/// Holds the row of a provider's account; `false` when the tenant's provider has none such.
async fn hold_of(tx: &Tx, tenant: &TenantId, provider: &ProviderId, account: AccountId) -> Result<bool, Failure> {
    let sql = tx.locking("SELECT id FROM accounts WHERE tenant = $1 AND id = $2 AND provider = $3 {lock}");
    let values = vec![tenant.as_str().into(), account.uuid().into(), provider.as_str().into()];
    Ok(tx.row(&sql, values).await?.is_some())
}

/// Holds an account's row, which must be there.
pub(crate) async fn lock(tx: &Tx, tenant: &TenantId, account: AccountId) -> Result<(), Failure> {
    lock_all(tx, tenant, &[account]).await
}

/// Holds accounts' rows, which must be there: those who hold several do so in the order of their ids, lest each of two
/// waits for the other.
pub(crate) async fn lock_all(tx: &Tx, tenant: &TenantId, accounts: &[AccountId]) -> Result<(), Failure> {
    let mut accounts = accounts.to_vec();
    accounts.sort_unstable();
    accounts.dedup();
    for some in accounts.chunks(CHUNK) {
        let sql = tx.locking(&format!(
            "SELECT id FROM accounts WHERE tenant = $1 AND id IN ({}) ORDER BY id {{lock}}",
            places(2, some.len())
        ));
        let found = tx.rows(&sql, of_accounts(tenant, some)).await?;
        if found.len() != some.len() {
            let held = found.iter().map(|row| uuid("account", row, 0)).collect::<Result<Vec<_>, _>>()?;
            let missing: Vec<_> = some.iter().filter(|account| !held.contains(&account.uuid())).collect();
            return Err(damaged("account", format_args!("the tenant has no {}", missing[0])).into());
        }
    }
    Ok(())
}

/// `$1` of a statement, the tenant, and from `$2` on accounts.
pub(crate) fn of_accounts(tenant: &TenantId, accounts: &[AccountId]) -> Vec<Value> {
    of_tenant(tenant, accounts.iter().map(|account| account.uuid()))
}

//! What a signed-in user may see: the accounts behind active links, of the providers that the portal shows.
//!
//! A link that is suspended is none, save where the user's links themselves are listed.

use komunala_app::{ports::accounts::AccountFilter, scope::UserScope};
use komunala_domain::ids::AccountId;
use sea_orm::Value;

/// What a link must be besides, to show anything.
const NOT_SUSPENDED: &str = " AND l.suspended_at IS NULL";

/// The part of a statement that narrows it to a user's accounts, and the values it needs.
///
/// It speaks of `links l` and `accounts a`, joined.
pub(crate) struct Reach {
    condition: String,
    values: Vec<Value>,
}

impl Reach {
    /// Narrows to what `filter` means; `None` when the portal does not show it.
    pub(crate) fn of(scope: &UserScope, filter: &AccountFilter) -> Option<Self> {
        let mut reach = Self::with_suspended(scope, filter)?;
        reach.condition.push_str(NOT_SUSPENDED);
        Some(reach)
    }

    /// The same, suspended links included: for what says no more of an account than that it is linked.
    pub(super) fn with_suspended(scope: &UserScope, filter: &AccountFilter) -> Option<Self> {
        let portal = scope.portal();
        let providers = match filter {
            AccountFilter::All => portal.providers(),
            AccountFilter::OfProvider(provider) | AccountFilter::One(provider, _) if portal.shows(provider) => {
                std::slice::from_ref(provider)
            }
            AccountFilter::OfProvider(_) | AccountFilter::One(..) => return None,
        };
        let mut reach = Self::of_links(scope, providers)?;
        if let AccountFilter::One(_, account) = filter {
            reach.narrow(*account);
        }
        Some(reach)
    }

    /// Narrows to one account, whichever of the portal's providers it belongs to.
    pub(crate) fn of_account(scope: &UserScope, account: AccountId) -> Option<Self> {
        let mut reach = Self::of_any(scope)?;
        reach.narrow(account);
        Some(reach)
    }

    /// Narrows to all that the user has linked.
    pub(crate) fn of_any(scope: &UserScope) -> Option<Self> {
        let mut reach = Self::of_links(scope, scope.portal().providers())?;
        reach.condition.push_str(NOT_SUSPENDED);
        Some(reach)
    }

    fn of_links(scope: &UserScope, providers: &[komunala_domain::ProviderId]) -> Option<Self> {
        if providers.is_empty() {
            return None;
        }
        let values = vec![scope.tenant().tenant().as_str().into(), scope.user().uuid().into()];
        let mut reach = Self { condition: String::with_capacity(200), values };
        let shown: Vec<_> = providers.iter().map(|provider| reach.value(provider.as_str())).collect();
        reach.condition = format!(
            "l.tenant = $1 AND a.tenant = $1 AND l.user_id = $2 AND l.since IS NOT NULL AND l.ended_at IS NULL
             AND a.provider IN ({})",
            shown.join(", ")
        );
        Some(reach)
    }

    fn narrow(&mut self, account: AccountId) {
        let account = self.value(account.uuid());
        self.condition.push_str(" AND l.account_id = ");
        self.condition.push_str(&account);
    }

    /// The condition; it uses the values before the first one that is added.
    pub(crate) fn condition(&self) -> &str {
        &self.condition
    }

    /// Adds a value; answers the name the statement calls it by. `$1` is the tenant.
    pub(crate) fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// Adds a `LIMIT`.
    ///
    /// SQLite plans a statement anew whenever the value of a bare parameter of `LIMIT` is bound; a sum it leaves alone.
    pub(crate) fn limit(&mut self, limit: u32) -> String {
        format!("LIMIT {} + 0", self.value(i64::from(limit)))
    }

    /// All values, in order.
    pub(crate) fn into_values(self) -> Vec<Value> {
        self.values
    }
}

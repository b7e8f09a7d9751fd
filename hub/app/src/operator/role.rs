//! What operators may do, as roles, and for whom, as grants.

use std::{collections::BTreeSet, str::FromStr, sync::Arc};

use komunala_domain::TenantId;

use crate::{
    failure::Failure,
    scope::{OperatorScope, Reach},
};

/// What an operator may do. Each method of the operators' listener asks for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// See how everything stands.
    Read,
    /// Read, and serve customers.
    Desk,
    /// Read, and bill.
    Billing,
    /// Everything: settings, adapters, keys, the audit log.
    Admin,
}

/// A word that is no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no role `{0}`: read, desk, billing, admin")]
pub struct NotARole(String);

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Read, Self::Desk, Self::Billing, Self::Admin];

    /// The word for it in settings and answers.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Desk => "desk",
            Self::Billing => "billing",
            Self::Admin => "admin",
        }
    }

    /// Whether who has this role may call what `asked` is asked for.
    pub fn includes(self, asked: Self) -> bool {
        self == asked || asked == Self::Read || self == Self::Admin
    }
}

impl FromStr for Role {
    type Err = NotARole;

    fn from_str(word: &str) -> Result<Self, NotARole> {
        Self::ALL.into_iter().find(|role| role.word() == word).ok_or_else(|| NotARole(word.chars().take(40).collect()))
    }
}

/// Roles, and the tenants that they are for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// What may be done.
    pub roles: Vec<Role>,
    /// For whom; `None` for all tenants and the hub as a whole.
    pub tenants: Option<BTreeSet<TenantId>>,
}

impl Grant {
    /// Everything, everywhere.
    pub fn everything() -> Self {
        Self { roles: vec![Role::Admin], tenants: None }
    }
}

/// Somebody who proved who they are, and what was granted to them.
#[derive(Debug, Clone)]
pub(super) struct Operator {
    pub(super) name: Arc<str>,
    pub(super) grants: Vec<Grant>,
}

impl Operator {
    /// What a call that asks for `role` may reach: what is granted with another role does not count.
    pub(super) fn acting_as(self, role: Role) -> Result<OperatorScope, Failure> {
        let mut tenants = BTreeSet::new();
        let mut is_granted = false;
        let fitting = self.grants.into_iter().filter(|grant| grant.roles.iter().any(|held| held.includes(role)));
        for grant in fitting {
            is_granted = true;
            match grant.tenants {
                None => return Ok(OperatorScope::new(self.name, Reach::Hub)),
                Some(some) => tenants.extend(some),
            }
        }
        match is_granted {
            true => Ok(OperatorScope::new(self.name, Reach::Tenants(Arc::new(tenants)))),
            false => Err(Failure::OperatorRoleMissing(role)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenants(words: &[&str]) -> Option<BTreeSet<TenantId>> {
        Some(words.iter().map(|word| word.parse().unwrap()).collect())
    }

    fn olga(grants: Vec<Grant>) -> Operator {
        Operator { name: "olga".into(), grants }
    }

    #[test]
    fn a_role_includes_reading_and_itself_and_an_admin_does_everything() {
        for role in Role::ALL {
            assert_eq!(role.word().parse(), Ok(role));
            let included: Vec<_> = Role::ALL.into_iter().filter(|asked| role.includes(*asked)).collect();
            let expected = match role {
                Role::Read => vec![Role::Read],
                Role::Desk => vec![Role::Read, Role::Desk],
                Role::Billing => vec![Role::Read, Role::Billing],
                Role::Admin => Role::ALL.to_vec(),
            };
            assert_eq!(included, expected, "{role:?}");
        }
        assert!("root".parse::<Role>().is_err());
    }

    #[test]
    fn a_role_for_one_tenant_and_another_role_for_another_do_not_add_up() {
        let grants = vec![
            Grant { roles: vec![Role::Admin], tenants: tenants(&["north"]) },
            Grant { roles: vec![Role::Read], tenants: tenants(&["south"]) },
        ];
        let (north, south) = ("north".parse().unwrap(), "south".parse().unwrap());
        let admin = olga(grants.clone()).acting_as(Role::Admin).unwrap();
        assert!(admin.reaches(&north) && !admin.reaches(&south) && !admin.reaches_the_hub());
        let reader = olga(grants).acting_as(Role::Read).unwrap();
        assert!(reader.reaches(&north) && reader.reaches(&south));
    }

    #[test]
    fn who_was_granted_nothing_may_nothing() {
        let refused = olga(Vec::new()).acting_as(Role::Read);
        assert!(matches!(refused, Err(Failure::OperatorRoleMissing(Role::Read))), "{refused:?}");
        let everywhere = olga(vec![Grant::everything()]).acting_as(Role::Desk).unwrap();
        assert!(everywhere.reaches_the_hub());
    }
}

//! `komunala portal key …`.

use std::{fmt::Write, str::FromStr};

use anyhow::Context;
use clap::Subcommand;
use jiff::{Span, Timestamp, tz::TimeZone};
use komunala_grpc::proto::operator::v1::{PortalKey, portal_key::State};

use super::super::{
    connection::{Connection, told},
    minute, print,
};

/// What can be done with the keys of a portal.
#[derive(Debug, Subcommand)]
pub(in crate::commands) enum KeyCommand {
    /// Make another key for a portal, beside those that it has; it is shown this once
    ///
    /// To exchange a key without a gap: add one, let the portal take it, see with `komunala portal key list` that it is
    /// used and the old one is not any more, and revoke the old one.
    Add(Add),
    /// List the keys of a portal: which are valid, and when each was used last
    List(List),
    /// Revoke a key: it opens nothing any more, at any replica within seconds
    Revoke(Revoke),
}

/// A portal.
#[derive(Debug, Clone)]
struct Portal {
    tenant: String,
    portal: String,
}

/// A key of a portal.
#[derive(Debug, Clone)]
struct Key {
    portal: Portal,
    key: String,
}

/// Makes a key.
#[derive(Debug, clap::Args)]
pub(in crate::commands) struct Add {
    /// The portal, as TENANT/PORTAL
    portal: Portal,
    /// After this time it opens nothing: 90d, 12h, or the moment itself (2025-01-31T00:00:00Z). Otherwise when it is revoked
    #[arg(long, value_name = "TIME")]
    expires: Option<Expiry>,
    #[command(flatten)]
    connection: Connection,
}

/// Lists keys.
#[derive(Debug, clap::Args)]
pub(in crate::commands) struct List {
    /// The portal, as TENANT/PORTAL
    portal: Portal,
    #[command(flatten)]
    connection: Connection,
}

/// Revokes a key.
#[derive(Debug, clap::Args)]
pub(in crate::commands) struct Revoke {
    /// The key, as TENANT/PORTAL/KEY
    key: Key,
    #[command(flatten)]
    connection: Connection,
}

/// When a key ends.
#[derive(Debug, Clone, Copy)]
struct Expiry(Timestamp);

pub(super) async fn run(command: KeyCommand) -> anyhow::Result<()> {
    match command {
        KeyCommand::Add(add) => add.run().await,
        KeyCommand::List(list) => list.run().await,
        KeyCommand::Revoke(revoke) => revoke.run().await,
    }
}

impl Add {
    async fn run(self) -> anyhow::Result<()> {
        let mut hub = self.connection.open().await?;
        let made = hub.create_portal_key(self.portal.name(), self.expires.map(|Expiry(at)| at)).await;
        let made = made.map_err(|error| told(&self.portal.short(), error))?;
        let id = id(&made);
        print(&format!(
            "key      {}\nname     {}/{id}\nexpires  {}\n",
            made.secret,
            self.portal.short(),
            minute(made.expire_time.as_ref().map(|at| at.seconds))
        ))?;
        eprintln!("the key is shown this once: the hub keeps only its digest");
        Ok(())
    }
}

impl List {
    async fn run(self) -> anyhow::Result<()> {
        let mut hub = self.connection.open().await?;
        let keys = hub.portal_keys(&self.portal.name()).await.map_err(|error| told(&self.portal.short(), error))?;
        let mut report =
            format!("{:<37} {:<12} {:<17} {:<17} {:<17} by\n", "key", "state", "made", "expires", "last used");
        for key in &keys {
            writeln!(
                report,
                "{:<37} {:<12} {:<17} {:<17} {:<17} {}",
                id(key),
                state(key),
                minute(key.create_time.as_ref().map(|at| at.seconds)),
                minute(key.expire_time.as_ref().map(|at| at.seconds)),
                minute(key.last_use_time.as_ref().map(|at| at.seconds)),
                if key.created_by.is_empty() { "-" } else { &key.created_by },
            )
            .expect("a string takes everything");
        }
        print(&report)
    }
}

impl Revoke {
    async fn run(self) -> anyhow::Result<()> {
        let mut hub = self.connection.open().await?;
        let Key { portal, key } = &self.key;
        let revoked = hub.revoke_portal_key(format!("{}/keys/{key}", portal.name())).await;
        let revoked = revoked.map_err(|error| told(&portal.short(), error))?;
        print(&format!("{}/{} opens nothing any more\n", portal.short(), id(&revoked)))
    }
}

impl Portal {
    fn name(&self) -> String {
        format!("tenants/{}/portals/{}", self.tenant, self.portal)
    }

    fn short(&self) -> String {
        format!("{}/{}", self.tenant, self.portal)
    }
}

impl FromStr for Portal {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split('/').collect::<Vec<_>>()[..] {
            [tenant, portal] if !tenant.is_empty() && !portal.is_empty() => {
                Ok(Self { tenant: tenant.to_owned(), portal: portal.to_owned() })
            }
            _ => Err("a portal is named TENANT/PORTAL"),
        }
    }
}

impl FromStr for Key {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "a key is named TENANT/PORTAL/KEY";
        let (portal, key) = text.rsplit_once('/').ok_or(wrong)?;
        Ok(Self { portal: portal.parse().map_err(|_| wrong)?, key: key.to_owned() })
    }
}

impl FromStr for Expiry {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(moment) = text.parse() {
            return Ok(Self(moment));
        }
        let span: Span =
            text.parse().context("neither a time such as 90d nor a moment such as 2025-01-31T00:00:00Z")?;
        Ok(Self(Timestamp::now().to_zoned(TimeZone::UTC).checked_add(span)?.timestamp()))
    }
}

fn id(key: &PortalKey) -> &str {
    key.name.rsplit('/').next().unwrap_or_default()
}

fn state(key: &PortalKey) -> &'static str {
    match key.state() {
        State::Active => "active",
        State::Expired => "expired",
        State::Revoked => "revoked",
        State::InSettings => "in settings",
        State::Unspecified => "-",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portals_and_keys_are_named_by_their_parts() {
        let key: Key = "region/web/key_1".parse().unwrap();
        assert_eq!((key.portal.name().as_str(), key.key.as_str()), ("tenants/region/portals/web", "key_1"));
        for wrong in ["web", "/web", "region/", "a/b/c"] {
            assert!(wrong.parse::<Portal>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_end_is_a_moment_or_a_while_from_now() {
        let moment: Expiry = "2031-01-31T00:00:00Z".parse().unwrap();
        assert_eq!(minute(Some(moment.0.as_second())), "2031-01-31 00:00Z");
        let Expiry(later) = "90d".parse().unwrap();
        let days = later.duration_since(Timestamp::now()).as_hours();
        assert!((90 * 24 - 1..=90 * 24).contains(&days), "{days} hours");
        assert!("soon".parse::<Expiry>().is_err());
    }
}

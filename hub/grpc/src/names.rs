//! Resource names: `providers/{p}/accounts/{a}/…`. Written and read here and nowhere else.
//!
//! A name that is not of the form its field documents is INVALID_FIELDS; one whose opaque part was never given out is
//! NOT_FOUND, like one of somebody else.

mod bill_runs;
mod bills;
mod messages;
mod notices;
mod outages;
mod subscriptions;
mod support;
mod tenants;

use std::{fmt, str::FromStr};

use komunala_app::ports::accounts::AccountFilter;
use komunala_domain::{
    ProviderId,
    ids::{AccountId, ConsentId, MeterId, OutageId, ReadingId, SessionId, SupplyPointId},
};

use crate::failure::{Failure, Reason};

pub(crate) use bill_runs::BillRunName;
pub(crate) use bills::{AnyInvoice, InvoiceName, PaymentName, UpcomingName};
pub(crate) use messages::{MessageName, SuppressionName, message, suppression};
pub(crate) use notices::{NotificationName, about, notification};
pub(crate) use outages::PlannedOutageName;
pub(crate) use subscriptions::SubscriptionName;
pub(crate) use support::{AttachmentName, RequestName, attachment};
pub(crate) use tenants::{IN_SETTINGS, PortalKeyName, PortalName, TenantName, tenant};

/// `providers/{p}`.
pub(crate) struct ProviderName<'a>(pub(crate) &'a ProviderId);

/// `providers/{p}/accounts/{a}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AccountName {
    pub(crate) provider: ProviderId,
    pub(crate) account: AccountId,
}

/// `providers/{p}/accounts/{a}/points/{pt}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PointName {
    pub(crate) account: AccountName,
    pub(crate) point: SupplyPointId,
}

/// `providers/{p}/accounts/{a}/points/{pt}/meters/{m}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MeterName {
    pub(crate) point: PointName,
    pub(crate) meter: MeterId,
}

/// `providers/{p}/accounts/{a}/points/{pt}/meters/{m}/readings/{r}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReadingName {
    pub(crate) meter: MeterName,
    pub(crate) reading: ReadingId,
}

/// `providers/{p}/outages/{o}`.
pub(crate) struct OutageName<'a> {
    pub(crate) provider: &'a ProviderId,
    pub(crate) outage: OutageId,
}

/// `consents/{c}`.
pub(crate) struct ConsentName(pub(crate) ConsentId);

impl fmt::Display for ConsentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "consents/{}", self.0)
    }
}

/// `sessions/{s}`.
pub(crate) struct SessionName(pub(crate) SessionId);

impl fmt::Display for SessionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sessions/{}", self.0)
    }
}

impl fmt::Display for OutageName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/outages/{}", ProviderName(self.provider), self.outage)
    }
}

impl fmt::Display for ProviderName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "providers/{}", self.0)
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "providers/{}/accounts/{}", self.provider, self.account)
    }
}

impl fmt::Display for PointName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/points/{}", self.account, self.point)
    }
}

impl fmt::Display for MeterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/meters/{}", self.point, self.meter)
    }
}

impl fmt::Display for ReadingName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/readings/{}", self.meter, self.reading)
    }
}

/// The names of providers.
pub(crate) fn providers<'a>(ids: impl IntoIterator<Item = &'a ProviderId>) -> Vec<String> {
    ids.into_iter().map(|id| ProviderName(id).to_string()).collect()
}

/// Reads a name from the left, a collection and an id at a time.
struct Reader<'a> {
    field: &'static str,
    name: &'a str,
    parts: std::str::Split<'a, char>,
}

impl<'a> Reader<'a> {
    fn new(field: &'static str, name: &'a str) -> Self {
        Self { field, name, parts: name.split('/') }
    }

    fn malformed(&self) -> Failure {
        Failure::invalid_field(self.field, "is not a name of the documented form")
    }

    fn text(&mut self, collection: &str) -> Result<&'a str, Failure> {
        match (self.parts.next(), self.parts.next()) {
            (Some(word), Some(id)) if word == collection && !id.is_empty() => Ok(id),
            _ => Err(self.malformed()),
        }
    }

    fn parse<T: FromStr>(&self, id: &str) -> Result<T, Failure> {
        if id == "-" {
            return Err(Failure::invalid_field(self.field, "must name one resource: `-` is for lists over several"));
        }
        id.parse().map_err(|_| not_found(self.name))
    }

    fn id<T: FromStr>(&mut self, collection: &str) -> Result<T, Failure> {
        let id = self.text(collection)?;
        self.parse(id)
    }

    fn account(&mut self) -> Result<AccountName, Failure> {
        Ok(AccountName { provider: self.id("providers")?, account: self.id("accounts")? })
    }

    /// `providers/{p}/accounts/{a}`, where `-` stands for all.
    fn filter(&mut self) -> Result<AccountFilter, Failure> {
        let (provider, account) = (self.text("providers")?, self.text("accounts")?);
        Ok(match (provider, account) {
            ("-", "-") => AccountFilter::All,
            (provider, "-") => AccountFilter::OfProvider(self.parse(provider)?),
            (provider, account) => AccountFilter::One(self.parse(provider)?, self.parse(account)?),
        })
    }

    /// `points/{pt}` if there is anything more; none, and `-`, stand for all.
    fn any_point(&mut self) -> Result<Option<SupplyPointId>, Failure> {
        match self.parts.clone().next() {
            None => Ok(None),
            Some(_) => match self.text("points")? {
                "-" => Ok(None),
                point => self.parse(point).map(Some),
            },
        }
    }

    fn end<T>(mut self, read: T) -> Result<T, Failure> {
        match self.parts.next() {
            None => Ok(read),
            Some(_) => Err(self.malformed()),
        }
    }
}

fn not_found(name: &str) -> Failure {
    Failure::new(Reason::NotFound, "there is no such resource").with("resource", name)
}

/// The provider of `providers/{p}`.
pub(crate) fn provider(field: &'static str, name: &str) -> Result<ProviderId, Failure> {
    let mut reader = Reader::new(field, name);
    let provider = reader.id("providers")?;
    reader.end(provider)
}

/// The session of `sessions/{s}`.
pub(crate) fn session(field: &'static str, name: &str) -> Result<SessionId, Failure> {
    let mut reader = Reader::new(field, name);
    let session = reader.id("sessions")?;
    reader.end(session)
}

/// The provider of `providers/{p}/adapter`.
pub(crate) fn adapter(field: &'static str, name: &str) -> Result<ProviderId, Failure> {
    let mut reader = Reader::new(field, name);
    let provider = reader.id("providers")?;
    match reader.parts.next() {
        Some("adapter") => reader.end(provider),
        _ => Err(reader.malformed()),
    }
}

impl AccountName {
    pub(crate) fn parse(field: &'static str, name: &str) -> Result<Self, Failure> {
        let mut reader = Reader::new(field, name);
        let account = reader.account()?;
        reader.end(account)
    }
}

impl PointName {
    pub(crate) fn parse(field: &'static str, name: &str) -> Result<Self, Failure> {
        let mut reader = Reader::new(field, name);
        let point = Self { account: reader.account()?, point: reader.id("points")? };
        reader.end(point)
    }
}

impl MeterName {
    pub(crate) fn parse(field: &'static str, name: &str) -> Result<Self, Failure> {
        let mut reader = Reader::new(field, name);
        let point = PointName { account: reader.account()?, point: reader.id("points")? };
        let meter = Self { point, meter: reader.id("meters")? };
        reader.end(meter)
    }
}

/// Which accounts a list is over: `-` stands for all, and behind all providers only for all accounts.
pub(crate) fn accounts(field: &'static str, parent: &str) -> Result<AccountFilter, Failure> {
    let mut reader = Reader::new(field, parent);
    let filter = reader.filter()?;
    reader.end(filter)
}

/// Which accounts a list is over, and which of their supply points if not all: those are named only behind one account.
pub(crate) fn reach(field: &'static str, parent: &str) -> Result<(AccountFilter, Option<SupplyPointId>), Failure> {
    let mut reader = Reader::new(field, parent);
    let filter = reader.filter()?;
    let point = reader.any_point()?;
    if point.is_some() && !matches!(filter, AccountFilter::One(..)) {
        return Err(reader.malformed());
    }
    reader.end((filter, point))
}

/// Which meters a list is over: those of an account, or of one of its points.
pub(crate) fn points(field: &'static str, parent: &str) -> Result<(AccountName, Option<SupplyPointId>), Failure> {
    let mut reader = Reader::new(field, parent);
    let account = reader.account()?;
    let point = reader.any_point()?;
    reader.end((account, point))
}

/// Which readings a list is over: those of a meter of a supply point; `-` stands for all of its meters.
pub(crate) fn meters(field: &'static str, parent: &str) -> Result<(PointName, Option<MeterId>), Failure> {
    let mut reader = Reader::new(field, parent);
    let point = PointName { account: reader.account()?, point: reader.id("points")? };
    let meter = match reader.text("meters")? {
        "-" => None,
        meter => Some(reader.parse(meter)?),
    };
    reader.end((point, meter))
}

#[cfg(test)]
mod tests {
    use komunala_domain::ids::InvoiceId;

    use super::*;

    fn reason<T>(result: Result<T, Failure>) -> Reason {
        result.err().expect("it is refused").reason()
    }

    #[test]
    fn a_name_reads_back_from_what_was_written() {
        let account = AccountName { provider: "gas-town".parse().unwrap(), account: AccountId::new() };
        let meter = MeterName {
            point: PointName { account: account.clone(), point: SupplyPointId::new() },
            meter: MeterId::new(),
        };
        assert_eq!(MeterName::parse("parent", &meter.to_string()).unwrap(), meter);
        assert_eq!(meters("parent", &meter.to_string()).unwrap(), (meter.point.clone(), Some(meter.meter)));
        assert_eq!(meters("parent", &format!("{}/meters/-", meter.point)).unwrap(), (meter.point.clone(), None));
        let invoice = InvoiceName { account: account.clone(), invoice: InvoiceId::new() };
        assert_eq!(AnyInvoice::parse("name", &invoice.to_string()).unwrap(), AnyInvoice::Issued(invoice));
        let upcoming = UpcomingName { account: account.clone(), period: "2024-07".parse().unwrap() };
        assert_eq!(AnyInvoice::parse("name", &upcoming.to_string()).unwrap(), AnyInvoice::Upcoming(upcoming));
        assert_eq!(points("parent", &meter.point.to_string()).unwrap(), (account, Some(meter.point.point)));
    }

    #[test]
    fn a_dash_stands_for_all_where_a_list_is_over_several() {
        let id = AccountId::new();
        let gas: ProviderId = "gas-town".parse().unwrap();
        assert_eq!(accounts("parent", "providers/-/accounts/-").unwrap(), AccountFilter::All);
        assert_eq!(
            accounts("parent", "providers/gas-town/accounts/-").unwrap(),
            AccountFilter::OfProvider(gas.clone())
        );
        assert_eq!(
            accounts("parent", &format!("providers/gas-town/accounts/{id}")).unwrap(),
            AccountFilter::One(gas, id)
        );
        let point = SupplyPointId::new();
        let filter = |provider: &str| reach("parent", &format!("providers/{provider}/accounts/{id}/points/{point}"));
        let gas: ProviderId = "gas-town".parse().unwrap();
        assert_eq!(filter("gas-town").unwrap(), (AccountFilter::One(gas, id), Some(point)));
        assert_eq!(reach("parent", "providers/-/accounts/-").unwrap(), (AccountFilter::All, None));
        let any = format!("providers/-/accounts/-/points/{point}");
        assert_eq!(reason(reach("parent", &any)), Reason::InvalidFields);
        assert_eq!(reason(accounts("parent", &format!("providers/-/accounts/{id}"))), Reason::InvalidFields);
        assert_eq!(reason(AccountName::parse("name", "providers/-/accounts/-")), Reason::InvalidFields);
    }

    #[test]
    fn another_form_is_invalid_and_another_id_is_not_found() {
        let invoice = InvoiceId::new();
        for wrong in
            ["", "providers", "providers/gas", "accounts/a", "providers/gas-town/accounts/", "providers//accounts/-"]
        {
            assert_eq!(reason(AccountName::parse("name", wrong)), Reason::InvalidFields, "{wrong}");
        }
        let swapped = format!("providers/gas-town/accounts/{invoice}");
        assert_eq!(reason(AccountName::parse("name", &swapped)), Reason::NotFound);
        let long = format!("providers/gas-town/accounts/{}/invoices/{invoice}/more", AccountId::new());
        assert_eq!(reason(AnyInvoice::parse("name", &long)), Reason::InvalidFields);
    }
}

//! Resource names: `providers/{p}/accounts/{a}/…`. Written and read here and nowhere else.
//!
//! A name that is not of the form its field documents is INVALID_FIELDS; one whose opaque part was never given out is
//! NOT_FOUND, like one of somebody else.

use std::{fmt, str::FromStr};

use komunala_app::ports::accounts::AccountFilter;
use komunala_domain::{
    ProviderId,
    ids::{AccountId, InvoiceId, MeterId, ReadingId, SupplyPointId},
};

use crate::failure::{Failure, Reason};

/// `providers/{p}`.
pub(crate) struct ProviderName<'a>(pub(crate) &'a ProviderId);

/// `providers/{p}/accounts/{a}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AccountName {
    pub(crate) provider: ProviderId,
    pub(crate) account: AccountId,
}

/// `providers/{p}/accounts/{a}/invoices/{i}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InvoiceName {
    pub(crate) account: AccountName,
    pub(crate) invoice: InvoiceId,
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

impl fmt::Display for InvoiceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/invoices/{}", self.account, self.invoice)
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

impl InvoiceName {
    pub(crate) fn parse(field: &'static str, name: &str) -> Result<Self, Failure> {
        let mut reader = Reader::new(field, name);
        let invoice = Self { account: reader.account()?, invoice: reader.id("invoices")? };
        reader.end(invoice)
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
    let (provider, account) = (reader.text("providers")?, reader.text("accounts")?);
    let filter = match (provider, account) {
        ("-", "-") => AccountFilter::All,
        (provider, "-") => AccountFilter::OfProvider(reader.parse(provider)?),
        (provider, account) => AccountFilter::One(reader.parse(provider)?, reader.parse(account)?),
    };
    reader.end(filter)
}

/// Which meters a list is over: those of an account, or of one of its points.
pub(crate) fn points(field: &'static str, parent: &str) -> Result<(AccountName, Option<SupplyPointId>), Failure> {
    let mut reader = Reader::new(field, parent);
    let account = reader.account()?;
    let point = match reader.parts.clone().next() {
        None => None,
        Some(_) => match reader.text("points")? {
            "-" => None,
            point => Some(reader.parse(point)?),
        },
    };
    reader.end((account, point))
}

#[cfg(test)]
mod tests {
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
        let invoice = InvoiceName { account: account.clone(), invoice: InvoiceId::new() };
        assert_eq!(InvoiceName::parse("name", &invoice.to_string()).unwrap(), invoice);
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
        assert_eq!(reason(InvoiceName::parse("name", &long)), Reason::InvalidFields);
    }
}

//! Ids of accounts and invoices: everything that has to be known to ask about them again.

use std::fmt;

use komunala_adapter_sdk::Error;

/// The longest id of an account, in bytes; an invoice's id holds it too.
const LONGEST_ACCOUNT: usize = 80;
/// The longest id of the contract, in bytes.
const LONGEST: usize = 128;

/// A payer and those of its metering points that the account shows.
///
/// Written `PAYER|POINT,POINT`, the points in their order, so that it is the same whichever of them was proved. A payer
/// with more points than an id can hold has an account per point instead: the one that was proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountKey {
    payer: String,
    points: Vec<String>,
}

impl AccountKey {
    /// The account of a payer with these points, of which one was proved.
    pub fn new(payer: &str, points: &[String], proved: &str) -> Result<Self, Error> {
        let mut points = points.to_vec();
        points.sort_unstable();
        points.dedup();
        let mut key = Self { payer: payer.to_owned(), points };
        if key.points.is_empty() || key.to_string().len() > LONGEST_ACCOUNT {
            key.points = vec![proved.to_owned()];
        }
        if payer.is_empty() || key.to_string().len() > LONGEST_ACCOUNT {
            return Err(Error::upstream("a payer without an id of a sensible length"));
        }
        Ok(key)
    }

    /// Reads an id; one that was never given out is [`Error::NotFound`].
    pub fn parse(id: &str) -> Result<Self, Error> {
        let (payer, points) = id.split_once('|').ok_or(Error::NotFound)?;
        let points: Vec<_> = points.split(',').map(unescaped).collect::<Option<_>>().ok_or(Error::NotFound)?;
        let payer = unescaped(payer).ok_or(Error::NotFound)?;
        if payer.is_empty() || points.iter().any(String::is_empty) {
            return Err(Error::NotFound);
        }
        Ok(Self { payer, points })
    }

    /// The payer.
    #[must_use]
    pub fn payer(&self) -> &str {
        &self.payer
    }

    /// The metering points.
    #[must_use]
    pub fn points(&self) -> &[String] {
        &self.points
    }

    /// The id of one of its points; [`Error::NotFound`] for one that is somebody else's.
    pub fn point(&self, id: &str) -> Result<&str, Error> {
        self.points.iter().find(|point| *point == id).map(String::as_str).ok_or(Error::NotFound)
    }
}

impl fmt::Display for AccountKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let points: Vec<_> = self.points.iter().map(|point| escaped(point)).collect();
        write!(out, "{}|{}", escaped(&self.payer), points.join(","))
    }
}

/// An invoice and the account that it was asked for: `INVOICE|PAYER|POINT,POINT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InvoiceKey {
    pub(crate) invoice: String,
    pub(crate) account: AccountKey,
}

impl InvoiceKey {
    /// The id of an invoice of an account.
    pub(crate) fn id(invoice: &str, account: &AccountKey) -> Result<String, Error> {
        let id = format!("{}|{account}", escaped(invoice));
        if id.len() <= LONGEST { Ok(id) } else { Err(Error::upstream("an invoice's id that is too long")) }
    }

    /// Reads an id; one that was never given out is [`Error::NotFound`].
    pub(crate) fn parse(id: &str) -> Result<Self, Error> {
        let (invoice, account) = id.split_once('|').ok_or(Error::NotFound)?;
        let invoice = unescaped(invoice).ok_or(Error::NotFound)?;
        Ok(Self { invoice, account: AccountKey::parse(account)? })
    }
}

/// What an id may hold of a name: neither what separates names nor what escapes.
fn escaped(name: &str) -> String {
    name.replace('%', "%25").replace('|', "%7C").replace(',', "%2C")
}

fn unescaped(name: &str) -> Option<String> {
    let mut parts = name.split('%');
    let mut plain = parts.next()?.to_owned();
    for part in parts {
        plain.push(match part.get(..2)? {
            "25" => '%',
            "7C" => '|',
            "2C" => ',',
            _ => return None,
        });
        plain.push_str(&part[2..]);
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(payer: &str, points: &[&str], proved: &str) -> AccountKey {
        let points: Vec<_> = points.iter().map(ToString::to_string).collect();
        AccountKey::new(payer, &points, proved).unwrap()
    }

    #[test]
    fn an_account_is_the_same_whichever_of_its_points_was_proved() {
        let one = key("K-100", &["6-123457", "6-123456"], "6-123457");
        assert_eq!(one, key("K-100", &["6-123456", "6-123457", "6-123456"], "6-123456"));
        assert_eq!(one.to_string(), "K-100|6-123456,6-123457");
        assert_eq!(AccountKey::parse(&one.to_string()), Ok(one.clone()));
        assert_eq!(one.point("6-123457"), Ok("6-123457"));
        assert_eq!(one.point("6-999999"), Err(Error::NotFound));
    }

    #[test]
    fn a_name_may_hold_what_separates_names() {
        let odd = key("a|b%", &["6,1", "č"], "č");
        assert_eq!(AccountKey::parse(&odd.to_string()), Ok(odd.clone()));
        let id = InvoiceKey::id("2024/07|1", &odd).unwrap();
        assert_eq!(InvoiceKey::parse(&id), Ok(InvoiceKey { invoice: "2024/07|1".into(), account: odd }));
    }

    #[test]
    fn a_payer_with_more_points_than_an_id_holds_has_an_account_per_point() {
        let points: Vec<String> = (0..20).map(|n| format!("6-1234{n:02}")).collect();
        let key = AccountKey::new("K-100", &points, "6-123407").unwrap();
        assert_eq!(key.to_string(), "K-100|6-123407");
        assert!(AccountKey::new(&"K".repeat(100), &points, "6-123407").is_err());
    }

    #[test]
    fn an_id_that_was_never_given_out_is_not_found() {
        for id in ["", "K-100", "|6-1", "K-100|", "K-100|6-1,", "K%|6-1", "K%9|6-1", "K%41|6-1"] {
            assert_eq!(AccountKey::parse(id), Err(Error::NotFound), "{id}");
        }
    }
}

//! Rows of values within one statement.

use komunala_domain::TenantId;
use sea_orm::Value;

/// How many rows one statement names; both databases bound the number of its values.
pub(crate) const CHUNK: usize = 500;

/// The rows behind a `VALUES`.
pub(crate) struct Lines {
    shared: String,
    values: Vec<Value>,
    text: String,
}

impl Lines {
    /// No row yet; each begins with `shared`, which the statement may name too, from `$1` on.
    pub(crate) fn beginning(shared: Vec<Value>) -> Self {
        Self { shared: places(1, shared.len()), values: shared, text: String::new() }
    }

    /// No row yet; the statement itself names `others`, from `$1` on.
    pub(crate) fn behind(others: Vec<Value>) -> Self {
        Self { shared: String::new(), values: others, text: String::new() }
    }

    /// One more row.
    pub(crate) fn add(&mut self, row: impl IntoIterator<Item = Value>) {
        let first = self.values.len() + 1;
        self.values.extend(row);
        let own = places(first, self.values.len() + 1 - first);
        let before = if self.text.is_empty() { "" } else { ", " };
        let between = if self.shared.is_empty() || own.is_empty() { "" } else { ", " };
        self.text.push_str(&format!("{before}({}{between}{own})", self.shared));
    }

    /// Whether there is no row.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The rows, and the values that they and the statement name.
    pub(crate) fn into_parts(self) -> (String, Vec<Value>) {
        (self.text, self.values)
    }
}

/// So many places of a statement, from one on.
pub(crate) fn places(first: usize, count: usize) -> String {
    let places: Vec<_> = (first..first + count).map(|place| format!("${place}")).collect();
    places.join(", ")
}

/// `$1` of a statement, the tenant, and from `$2` on what it is about.
pub(crate) fn of_tenant<V: Into<Value>>(tenant: &TenantId, others: impl IntoIterator<Item = V>) -> Vec<Value> {
    let mut values = vec![tenant.as_str().into()];
    values.extend(others.into_iter().map(Into::into));
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_name_what_they_share_and_their_own() {
        let mut lines = Lines::beginning(vec![1.into(), 2.into()]);
        assert!(lines.is_empty());
        lines.add([3.into()]);
        lines.add([4.into()]);
        assert_eq!(lines.into_parts(), ("($1, $2, $3), ($1, $2, $4)".into(), [1, 2, 3, 4].map(Value::from).to_vec()));
        let mut lines = Lines::behind(vec![1.into()]);
        lines.add([2.into(), 3.into()]);
        assert_eq!(lines.into_parts().0, "($2, $3)");
    }
}

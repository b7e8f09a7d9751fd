//! Whose documents are: the account that a document was fetched for first.

use std::collections::HashMap;

use komunala_app::ports::StoreError;
use komunala_domain::{Sha256, TenantId, ids::AccountId};
use sea_orm::{QueryResult, Value, prelude::Uuid};

use super::WHAT;
use crate::{
    columns::{column, uuid},
    database::{Failure, Tx},
};

/// The statement of the owners that are known.
pub(super) fn of(tenant: &TenantId, documents: &[(AccountId, Sha256)]) -> (String, Vec<Value>) {
    let places: Vec<_> = (2..documents.len() + 2).map(|place| format!("${place}")).collect();
    let sql = format!(
        "SELECT sha256, account_id FROM document_owners WHERE tenant = $1 AND sha256 IN ({})",
        places.join(", ")
    );
    let digests = documents.iter().map(|(_, document)| document.to_string().into());
    (sql, std::iter::once(tenant.as_str().into()).chain(digests).collect())
}

/// The rows of [`of`].
pub(super) fn read(rows: &[QueryResult]) -> Result<HashMap<String, Uuid>, StoreError> {
    rows.iter().map(|row| Ok((column(WHAT, row, 0)?, uuid(WHAT, row, 1)?))).collect()
}

/// Whether each document is its account's.
pub(super) fn are_own(documents: &[(AccountId, Sha256)], known: &HashMap<String, Uuid>) -> Vec<bool> {
    let is_own = |(account, document): &(AccountId, Sha256)| known.get(&document.to_string()) == Some(&account.uuid());
    documents.iter().map(is_own).collect()
}

/// Gives documents that are nobody's yet to the accounts that they were fetched for.
pub(super) async fn claim(tx: Tx, tenant: &TenantId, documents: &[(AccountId, Sha256)]) -> Result<Vec<bool>, Failure> {
    // in one order, so that two who claim the same do not wait for each other
    let mut order: Vec<usize> = (0..documents.len()).collect();
    order.sort_by_key(|at| documents[*at].1);
    let mut own = vec![false; documents.len()];
    for at in order {
        let (account, document) = documents[at];
        let digest: [Value; 2] = [tenant.as_str().into(), document.to_string().into()];
        let mut new = digest.to_vec();
        new.push(account.uuid().into());
        let sql = "INSERT INTO document_owners (tenant, sha256, account_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        own[at] = match tx.execute(sql, new).await? {
            0 => {
                let sql = "SELECT account_id FROM document_owners WHERE tenant = $1 AND sha256 = $2";
                let row = tx.row(sql, digest.to_vec()).await?;
                row.map(|row| uuid(WHAT, &row, 0)).transpose()? == Some(account.uuid())
            }
            _ => true,
        };
    }
    Ok(own)
}

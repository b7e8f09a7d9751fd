//! Whom an outage concerns.

use std::collections::BTreeSet;

use komunala_domain::{Outage, TenantId};
use sea_orm::{Value, prelude::Uuid};

use crate::database::{Failure, Tx};

/// How many supply points one statement names; both databases bound the number of its values.
const CHUNK: usize = 300;

/// Writes down whom an outage concerns now. Who is left out is remembered: they may have been told of it.
pub(super) async fn concern(tx: &Tx, tenant: &TenantId, id: Uuid, outage: &Outage) -> Result<(), Failure> {
    let leave_out = "UPDATE outage_points SET gone_in = $3 WHERE tenant = $1 AND outage_id = $2 AND gone_in IS NULL";
    tx.execute(leave_out, vec![tenant.as_str().into(), id.into(), i64::from(outage.revision).into()]).await?;
    let numbers: Vec<&str> =
        outage.point_numbers.iter().map(String::as_str).collect::<BTreeSet<_>>().into_iter().collect();
    for chunk in numbers.chunks(CHUNK) {
        let mut values: Vec<Value> = vec![id.into(), tenant.as_str().into()];
        let rows: Vec<String> = chunk
            .iter()
            .map(|number| {
                values.push((*number).into());
                format!("($1, ${}, $2)", values.len())
            })
            .collect();
        let sql = format!(
            "INSERT INTO outage_points (outage_id, point_number, tenant) VALUES {}
             ON CONFLICT (outage_id, point_number) DO UPDATE SET gone_in = NULL",
            rows.join(", ")
        );
        tx.execute(&sql, values).await?;
    }
    Ok(())
}

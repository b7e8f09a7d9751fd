//! The port of billing systems that exchange files, function by function.

use async_trait::async_trait;
use komunala_app::ports::{
    BillingError, Call, FileExchange,
    files::{FilePage, HandOver, ListedFile, Portion},
};
use komunala_domain::{Capability, Document, ExternalId, document::PDF};

use super::{
    Adapter, Operation, Tries, asking,
    billing_system::{ask, rows_of},
};
use crate::{answer, contract::v0_1::files::exports::komunala::adapter::files as wire};

/// Rows of a portion, those inside of rows included.
fn rows_in(portion: &wire::Portion) -> usize {
    let bills = portion.rows.iter().filter_map(|row| match row {
        wire::Row::Bill(bill) => Some(&bill.invoice),
        _ => None,
    });
    let others = portion.rows.iter().map(|row| match row {
        wire::Row::Customer(customer) => 1 + customer.account.supply_points.len(),
        wire::Row::Lines(lines) => 1 + lines.lines.len(),
        wire::Row::Payment(_) | wire::Row::Acknowledgement(_) => 1,
        wire::Row::Bill(_) => 0,
    });
    rows_of(bills) + others.sum::<usize>()
}

#[async_trait]
impl FileExchange for Adapter {
    async fn list_files(&self, call: Call, since: Option<&str>, size: u32) -> Result<FilePage, BillingError> {
        let (since, size) = (since.map(str::to_owned), asking::bulk_size(size));
        ask!(self, call, ListFiles: Files files.komunala_adapter_files.call_list_files(since.as_ref(), size)
            => |page| Ok(answer::file::page(page, size.into())?))
    }

    async fn read_file(
        &self,
        call: Call,
        file: &ListedFile,
        since: Option<&str>,
        size: u32,
    ) -> Result<Portion, BillingError> {
        let (id, since, size) = (asking::id(&file.id), since.map(str::to_owned), asking::portion_size(size));
        ask!(self, call, ReadFile: Files files.komunala_adapter_files
        .call_read_file(&id, &file.fingerprint, since.as_ref(), size)
        => |portion| {
            self.check_rows(rows_in(&portion))?;
            Ok(answer::file::portion(portion, file.content, size.into(), &self.expected)?)
        })
    }

    async fn read_document(&self, call: Call, invoice: &ExternalId, place: &str) -> Result<Document, BillingError> {
        ask!(self, call, ReadDocument: Files files.komunala_adapter_files
        .call_read_document(&asking::id(invoice), place)
        => |found| {
            let bytes = self.gate.grant.limits.document_bytes;
            Ok(answer::document::file(found.media_type, found.content, PDF, bytes)?)
        })
    }

    async fn hand_over(&self, call: Call) -> Result<HandOver, BillingError> {
        ask!(self, call, HandOver: Files files.komunala_adapter_files.call_hand_over()
            => |report| Ok(answer::file::hand_over(report)?))
    }
}

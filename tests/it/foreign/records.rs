//! Bills, readings and requests that are not the caller's.

use komunala_grpc::proto::{
    google::r#type::{Date, Decimal},
    v1,
};

use super::{
    cases::{Case, NOT_FOUND_OR_OFFERED, naming},
    town::Town,
};

/// Every method about them.
pub(super) fn all(town: &Town) -> Vec<Case> {
    let mut cases = of_accounts(town);
    cases.extend(support(town));
    cases
}

/// What is read and written of an account.
fn of_accounts(town: &Town) -> Vec<Case> {
    let reading = |parent| v1::SubmitReadingRequest {
        parent,
        reading_date: Some(Date { year: 2024, month: 8, day: 1 }),
        registers: vec![v1::RegisterValue { code: "TOTAL".into(), value: Some(Decimal { value: "1".into() }) }],
        request_id: uuid::Uuid::new_v4().to_string(),
        ..Default::default()
    };
    vec![
        naming(
            town,
            "/komunala.v1.InvoiceService/ListInvoices",
            |its| &its.account,
            |parent| v1::ListInvoicesRequest { parent, ..Default::default() },
        ),
        naming(
            town,
            "/komunala.v1.InvoiceService/GetInvoice",
            |its| &its.invoice,
            |name| v1::GetInvoiceRequest { name },
        ),
        naming(
            town,
            "/komunala.v1.InvoiceService/DownloadInvoice",
            |its| &its.invoice,
            |name| v1::DownloadInvoiceRequest { name, ..Default::default() },
        ),
        naming(
            town,
            "/komunala.v1.InvoiceService/GetPaymentCode",
            |its| &its.invoice,
            |name| v1::GetPaymentCodeRequest {
                name,
                format: v1::get_payment_code_request::Format::Svg.into(),
                ..Default::default()
            },
        ),
        naming(
            town,
            "/komunala.v1.InvoiceService/GetBalance",
            |its| &its.account,
            |name| v1::GetBalanceRequest { name },
        ),
        naming(
            town,
            "/komunala.v1.InvoiceService/ListLedgerEntries",
            |its| &its.account,
            |parent| v1::ListLedgerEntriesRequest { parent, ..Default::default() },
        ),
        naming(
            town,
            "/komunala.v1.InvoiceService/ListPaymentOptions",
            |its| &its.invoice,
            |name| v1::ListPaymentOptionsRequest { name, ..Default::default() },
        ),
        naming(
            town,
            "/komunala.v1.InvoiceService/ListPayments",
            |its| &its.account,
            |parent| v1::ListPaymentsRequest { parent, ..Default::default() },
        ),
        Case {
            is_harmless: false,
            ..naming(
                town,
                "/komunala.v1.InvoiceService/StartPayment",
                |its| &its.invoice,
                |name| v1::StartPaymentRequest {
                    name,
                    channel: "ipay".into(),
                    request_id: uuid::Uuid::new_v4().to_string(),
                    ..Default::default()
                },
            )
        },
        // whose payments nobody sees who does not have the account, another test says: here nobody has paid
        Case {
            is_harmless: false,
            ..naming(
                town,
                "/komunala.v1.InvoiceService/GetPayment",
                |its| &its.account,
                |account| v1::GetPaymentRequest { name: format!("{account}/payments/pay_{}", "0".repeat(32)) },
            )
        },
        naming(
            town,
            "/komunala.v1.ReadingService/ListMeters",
            |its| &its.point,
            |parent| v1::ListMetersRequest { parent, ..Default::default() },
        ),
        naming(
            town,
            "/komunala.v1.ReadingService/ListReadings",
            |its| &its.meter,
            |parent| v1::ListReadingsRequest { parent, ..Default::default() },
        ),
        naming(town, "/komunala.v1.ReadingService/SubmitReading", |its| &its.meter, reading),
        naming(
            town,
            "/komunala.v1.ReadingService/CheckReading",
            |its| &its.meter,
            |parent| {
                let v1::SubmitReadingRequest { parent, reading_date, registers, .. } = reading(parent);
                v1::CheckReadingRequest { parent, reading_date, registers }
            },
        ),
        Case {
            refusals: NOT_FOUND_OR_OFFERED,
            ..naming(
                town,
                "/komunala.v1.ReadingService/GetStatistics",
                |its| &its.point,
                |parent| v1::GetStatisticsRequest { parent, ..Default::default() },
            )
        },
        Case {
            refusals: NOT_FOUND_OR_OFFERED,
            ..naming(
                town,
                "/komunala.v1.ReadingService/ExportConsumption",
                |its| &its.point,
                |parent| v1::ExportConsumptionRequest { parent, ..Default::default() },
            )
        },
        Case {
            refusals: NOT_FOUND_OR_OFFERED,
            ..naming(
                town,
                "/komunala.v1.ReadingService/ListIntervals",
                |its| &its.point,
                |parent| v1::ListIntervalsRequest { parent, ..Default::default() },
            )
        },
        Case {
            refusals: NOT_FOUND_OR_OFFERED,
            ..naming(
                town,
                "/komunala.v1.NotificationService/ListOutages",
                |its| &its.account,
                |parent| v1::ListOutagesRequest { parent, ..Default::default() },
            )
        },
    ]
}

/// What is asked of the staff, and handed in with it.
fn support(town: &Town) -> Vec<Case> {
    let question = |parent: String, attachments: Vec<String>| v1::CreateRequestRequest {
        parent,
        kind: v1::RequestKind::Question.into(),
        subject: "When?".into(),
        text: "And why?".into(),
        attachments,
        request_id: uuid::Uuid::new_v4().to_string(),
        ..Default::default()
    };
    vec![
        naming(
            town,
            "/komunala.v1.AttachmentService/DownloadAttachment",
            |its| &its.attachment,
            |name| v1::DownloadAttachmentRequest { name },
        ),
        Case {
            is_harmless: false,
            ..naming(
                town,
                "/komunala.v1.SupportService/CreateRequest",
                |its| &its.account,
                |parent| question(parent, Vec::new()),
            )
        },
        // the caller's own requests about an account, also of one that was let go: there are none
        Case {
            refusals: &[],
            ..naming(
                town,
                "/komunala.v1.SupportService/ListRequests",
                |its| &its.account,
                |parent| v1::ListRequestsRequest { parent, ..Default::default() },
            )
        },
        naming(
            town,
            "/komunala.v1.SupportService/GetRequest",
            |its| &its.request,
            |name| v1::GetRequestRequest { name },
        ),
        Case {
            is_harmless: false,
            ..naming(
                town,
                "/komunala.v1.SupportService/ReplyToRequest",
                |its| &its.request,
                |name| v1::ReplyToRequestRequest {
                    name,
                    text: "And when then?".into(),
                    request_id: uuid::Uuid::new_v4().to_string(),
                    ..Default::default()
                },
            )
        },
    ]
}

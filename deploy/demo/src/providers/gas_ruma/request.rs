//! A change of premises data by the form, with a document; the desk reads and answers it.

use anyhow::{Context, ensure};
use komunala_grpc::proto::v1::{
    Account, CreateRequestRequest, FormValue, GetRequestRequest, RequestKind, RequestState, UploadAttachmentRequest,
};
use komunala_simulators::gas::GasSimulator;

use super::{registration::EMAIL, told};
use crate::{
    Customer, Inbox,
    desk::{Desk, SCANNED},
    story::{Teller, request_id},
};

pub(super) async fn tell(
    teller: &Teller<'_>,
    customer: &Customer,
    account: &Account,
    billing: &GasSimulator,
) -> anyhow::Result<()> {
    let acting = SCANNED.replace("/Pages 2 0 R", "/Pages 2 0 R/AA<</O 9 0 R>>");
    let named = |file_name: &str| UploadAttachmentRequest { file_name: file_name.into(), ..Default::default() };
    let refused = customer.upload(named("izjava.pdf"), acting.as_bytes()).await;
    ensure!(refused.is_err(), "a PDF that acts was taken");
    let document = customer.upload(named("izjava o članovima.pdf"), SCANNED.as_bytes()).await?;
    teller
        .holds("UploadAttachment", "a PDF that acts by itself is refused, the plain one kept under the customer's key");

    let request = CreateRequestRequest {
        parent: account.name.clone(),
        kind: RequestKind::DataChange.into(),
        subject: "Promena broja članova".into(),
        text: "Od marta nas je četvoro.".into(),
        fields: vec![FormValue { field: "occupants".into(), value: "4".into() }],
        attachments: vec![document.name.clone()],
        request_id: request_id(),
    };
    let made = customer.support().create_request(request.clone()).await?.into_inner();
    let again = customer.support().create_request(request).await?.into_inner();
    let filed = billing.filed_requests();
    ensure!(made.name == again.name && filed.len() == 1, "{} requests arrived instead of one", filed.len());
    ensure!(made.state() == RequestState::SentToBilling, "it is {:?}", made.state());
    ensure!(filed[0].text.starts_with("Broj članova domaćinstva: 4\n"), "the billing system reads {:?}", filed[0].text);
    teller.holds("CreateRequest", &format!("the billing system has the form once, as {}", made.billing_reference));

    let desk = Desk::open(teller.world).await?;
    let waiting = desk.waiting("gas-ruma").await?;
    let line = waiting.iter().filter_map(|line| line.request.as_ref()).find(|line| line.name == made.name);
    ensure!(line.context("the desk does not have it")?.subject.is_empty(), "the list opens what customers wrote");
    let (found, bytes) = desk.attachment("gas-ruma", &document.name).await?;
    ensure!(bytes == SCANNED.as_bytes() && found.file_name == document.file_name, "the document is another one");
    let mut watch = told::watch(customer).await?;
    desk.answer(&made.name, "Upisali smo četiri člana domaćinstva.").await?;
    teller
        .holds("AnswerRequest", "the operator read the form and its document, which the audit log tells, and answered");

    let mail = Inbox::of(&teller.world.region, EMAIL).text_about("stigao je odgovor").await?;
    ensure!(!mail.contains("četiri"), "the mail holds the answer");
    let thread = customer.support().get_request(GetRequestRequest { name: made.name.clone() }).await?.into_inner();
    let answer = thread.entries.last().context("nothing was said")?;
    ensure!(thread.state() == RequestState::Answered && answer.text.contains("četiri"), "there is no answer");
    teller
        .holds("The mail, GetRequest", "the mail says that there is an answer; what it is stands in the cabinet alone");
    told::tell(teller, customer, &mut watch, &made.name).await
}

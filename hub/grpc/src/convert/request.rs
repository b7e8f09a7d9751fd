//! What customers ask, and what was said about it.

use komunala_app::ports::service_requests::{Entry, ServiceRequest, Thread};
use komunala_domain::{
    form::FilledField,
    request::{Author, BillingProgress, RequestKind, RequestState},
};

use super::{attachment, moment};
use crate::{
    names::{AccountName, RequestName},
    proto::{operator::v1 as operator, v1},
};

pub(crate) fn thread(thread: Thread) -> v1::RequestThread {
    v1::RequestThread {
        subject: thread.subject,
        billing_reference: thread.billing_id.map(String::from).unwrap_or_default(),
        entries: thread.entries.iter().map(entry).collect(),
        ..head(&thread.request)
    }
}

/// A request as the desk reads it.
pub(crate) fn desk_thread(found: Thread) -> operator::DeskRequestThread {
    let assignee = found.request.assignee.clone().unwrap_or_default();
    operator::DeskRequestThread { request: Some(thread(found)), assignee }
}

/// A request as the desk lists it: nothing of it is opened.
pub(crate) fn desk_line(request: ServiceRequest) -> operator::DeskRequestThread {
    let request_head = head(&request);
    operator::DeskRequestThread { request: Some(request_head), assignee: request.assignee.unwrap_or_default() }
}

fn head(request: &ServiceRequest) -> v1::RequestThread {
    let account = AccountName { provider: request.provider.clone(), account: request.account };
    v1::RequestThread {
        name: RequestName { account, request: request.id }.to_string(),
        kind: kind(request.kind).into(),
        state: state(request.state).into(),
        billing_progress: progress(request.billing).into(),
        create_time: Some(moment(request.created_at)),
        update_time: Some(moment(request.updated_at)),
        ..Default::default()
    }
}

fn entry(entry: &Entry) -> v1::RequestEntry {
    let author = match entry.author {
        Author::Customer => v1::EntryAuthor::Customer,
        Author::Staff => v1::EntryAuthor::Staff,
        Author::Billing => v1::EntryAuthor::Billing,
    };
    let value = |filled: &FilledField| v1::FormValue { field: filled.field.clone(), value: filled.value.clone() };
    v1::RequestEntry {
        author: author.into(),
        text: entry.text.clone(),
        fields: entry.fields.iter().map(value).collect(),
        attachments: entry.attachments.iter().map(attachment).collect(),
        create_time: Some(moment(entry.at)),
    }
}

fn kind(kind: RequestKind) -> v1::RequestKind {
    match kind {
        RequestKind::Question => v1::RequestKind::Question,
        RequestKind::Feedback => v1::RequestKind::Feedback,
        RequestKind::Complaint => v1::RequestKind::Complaint,
        RequestKind::DataChange => v1::RequestKind::DataChange,
    }
}

fn state(state: RequestState) -> v1::RequestState {
    match state {
        RequestState::Received => v1::RequestState::Received,
        RequestState::SentToBilling => v1::RequestState::SentToBilling,
        RequestState::InProgress => v1::RequestState::InProgress,
        RequestState::Answered => v1::RequestState::Answered,
        RequestState::Closed => v1::RequestState::Closed,
    }
}

fn progress(progress: BillingProgress) -> v1::BillingProgress {
    match progress {
        BillingProgress::NotOffered => v1::BillingProgress::NotOffered,
        BillingProgress::Due => v1::BillingProgress::Due,
        BillingProgress::Sent => v1::BillingProgress::Sent,
        BillingProgress::Refused => v1::BillingProgress::Refused,
    }
}

/// The kind of a request, which was validated; `None` where nothing is said.
pub(crate) fn kind_of(kind: i32) -> Option<RequestKind> {
    match v1::RequestKind::try_from(kind).ok()? {
        v1::RequestKind::Unspecified => None,
        v1::RequestKind::Question => Some(RequestKind::Question),
        v1::RequestKind::Feedback => Some(RequestKind::Feedback),
        v1::RequestKind::Complaint => Some(RequestKind::Complaint),
        v1::RequestKind::DataChange => Some(RequestKind::DataChange),
    }
}

/// The state that a list is narrowed to; `None` where nothing is said.
pub(crate) fn state_of(state: i32) -> Option<RequestState> {
    match v1::RequestState::try_from(state).ok()? {
        v1::RequestState::Unspecified => None,
        v1::RequestState::Received => Some(RequestState::Received),
        v1::RequestState::SentToBilling => Some(RequestState::SentToBilling),
        v1::RequestState::InProgress => Some(RequestState::InProgress),
        v1::RequestState::Answered => Some(RequestState::Answered),
        v1::RequestState::Closed => Some(RequestState::Closed),
    }
}

pub(crate) fn filled(values: Vec<v1::FormValue>) -> Vec<FilledField> {
    values.into_iter().map(|v1::FormValue { field, value }| FilledField { field, value }).collect()
}

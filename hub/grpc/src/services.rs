//! The services: decode, validate, ask a use case with the caller's scope, encode. A method or two per file.

mod account;
mod asked;
mod attachment;
mod invoice;
mod notification;
mod operator;
mod pieces;
mod provider;
mod reading;
#[cfg(test)]
mod strangers;
mod support;

use komunala_app::{Hub, Operations};
use tonic::service::Routes;

use crate::{
    proto::operator::v1::{
        adapter_service_server::AdapterServiceServer, audit_service_server::AuditServiceServer,
        bill_run_service_server::BillRunServiceServer, message_service_server::MessageServiceServer,
        outage_service_server::OutageServiceServer, provider_admin_service_server::ProviderAdminServiceServer,
        request_desk_service_server::RequestDeskServiceServer, tenant_service_server::TenantServiceServer,
    },
    proto::v1::{
        account_service_server::AccountServiceServer, attachment_service_server::AttachmentServiceServer,
        invoice_service_server::InvoiceServiceServer, notification_service_server::NotificationServiceServer,
        provider_service_server::ProviderServiceServer, reading_service_server::ReadingServiceServer,
        support_service_server::SupportServiceServer,
    },
    server::Settings,
};

/// The services of the public listener.
pub fn services(hub: &Hub, settings: &Settings) -> Routes {
    let largest = settings.largest_request;
    Routes::default()
        .add_service(
            AccountServiceServer::new(account::Accounts { hub: hub.clone() }).max_decoding_message_size(largest),
        )
        .add_service(
            AttachmentServiceServer::new(attachment::Attachments { hub: hub.clone() })
                .max_decoding_message_size(largest),
        )
        .add_service(
            SupportServiceServer::new(support::Support { hub: hub.clone() }).max_decoding_message_size(largest),
        )
        .add_service(
            InvoiceServiceServer::new(invoice::Invoices { hub: hub.clone() }).max_decoding_message_size(largest),
        )
        .add_service(
            ReadingServiceServer::new(reading::Readings { hub: hub.clone() }).max_decoding_message_size(largest),
        )
        .add_service(
            NotificationServiceServer::new(notification::Notifications { hub: hub.clone() })
                .max_decoding_message_size(largest),
        )
        .add_service(
            ProviderServiceServer::new(provider::Providers { hub: hub.clone() }).max_decoding_message_size(largest),
        )
}

/// The services of the operators' listener.
pub fn operator_services(operations: &Operations, settings: &Settings) -> Routes {
    let largest = settings.largest_request;
    let [adapters, audits, desk, messages, outages, providers, runs, tenants] =
        std::array::from_fn(|_| operations.clone());
    Routes::default()
        .add_service(
            AdapterServiceServer::new(operator::Adapters { operations: adapters }).max_decoding_message_size(largest),
        )
        .add_service(
            AuditServiceServer::new(operator::Audits { operations: audits }).max_decoding_message_size(largest),
        )
        .add_service(
            RequestDeskServiceServer::new(operator::Desk { operations: desk }).max_decoding_message_size(largest),
        )
        .add_service(
            BillRunServiceServer::new(operator::BillRuns { operations: runs }).max_decoding_message_size(largest),
        )
        .add_service(
            MessageServiceServer::new(operator::Mail { operations: messages }).max_decoding_message_size(largest),
        )
        .add_service(
            OutageServiceServer::new(operator::Outages { operations: outages }).max_decoding_message_size(largest),
        )
        .add_service(
            ProviderAdminServiceServer::new(operator::Providers { operations: providers })
                .max_decoding_message_size(largest),
        )
        .add_service(
            TenantServiceServer::new(operator::Tenants { operations: tenants }).max_decoding_message_size(largest),
        )
}

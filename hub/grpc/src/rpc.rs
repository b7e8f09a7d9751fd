//! The methods that the server answers, and who may call them.

use komunala_app::operator::Role;

/// What a caller must show to call a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing.
    Open,
    /// The portal's key or certificate.
    Portal,
    /// The same; whoever shows a user's access token besides is that user.
    Visitor,
    /// The portal's, and a user's access token.
    User,
    /// What proves an operator who was granted this role, or one that includes it.
    Operator(Role),
}

/// How a method answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// With one message.
    Unary,
    /// With one message, once all of a stream was read, which takes as long as the caller's line does.
    Upload,
    /// With a stream that ends by itself.
    Stream,
    /// With a stream that goes on until the caller leaves.
    Watch,
}

/// A method. Static, so that spans, metrics and quotas name it without allocating, and callers cannot invent names.
#[derive(Debug, PartialEq, Eq)]
pub struct Rpc {
    /// Its path in HTTP: `/komunala.v1.InvoiceService/ListInvoices`.
    pub path: &'static str,
    /// What a caller must show.
    pub access: Access,
    /// How it answers.
    pub shape: Shape,
}

/// Who a listener is for. Each has methods of its own: what one answers the other has never heard of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Portals, and the people behind them.
    Portals,
    /// Operators.
    Operators,
}

impl Audience {
    /// The method with this path.
    pub(crate) fn method(self, path: &str) -> &'static Rpc {
        let methods: &'static [Rpc] = match self {
            Self::Portals => &PORTALS,
            Self::Operators => &OPERATORS,
        };
        match methods.binary_search_by(|rpc| rpc.path.cmp(path)) {
            Ok(index) => &methods[index],
            Err(_) => &UNKNOWN,
        }
    }
}

impl Rpc {
    /// What stands for a method that the listener does not have.
    pub(crate) fn unknown() -> &'static Self {
        &UNKNOWN
    }

    /// Whether the server has this method.
    pub fn is_known(&self) -> bool {
        *self != UNKNOWN
    }

    /// The service: `komunala.v1.InvoiceService`.
    pub fn service(&self) -> &'static str {
        self.path[1..].split_once('/').map_or("", |(service, _)| service)
    }

    /// The method: `ListInvoices`.
    pub fn method(&self) -> &'static str {
        self.path[1..].split_once('/').map_or("", |(_, method)| method)
    }
}

/// Stands for whatever else is called. It is answered without asking who calls: there is nothing to protect.
static UNKNOWN: Rpc = Rpc { path: "/_/_", access: Access::Open, shape: Shape::Unary };

const fn rpc(path: &'static str, access: Access, shape: Shape) -> Rpc {
    Rpc { path, access, shape }
}

/// What portals call, in the order of the paths.
static PORTALS: [Rpc; 64] = {
    use Access::{Open, Portal, User, Visitor};
    use Shape::{Stream, Unary, Upload, Watch};
    [
        rpc("/grpc.health.v1.Health/Check", Open, Unary),
        rpc("/grpc.health.v1.Health/Watch", Open, Watch),
        rpc("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Open, Watch),
        rpc("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", Open, Watch),
        rpc("/komunala.v1.AccountService/ChangeEmail", User, Unary),
        rpc("/komunala.v1.AccountService/ChangePassword", User, Unary),
        rpc("/komunala.v1.AccountService/ConfirmEmailChange", User, Unary),
        rpc("/komunala.v1.AccountService/DeleteProfile", User, Unary),
        rpc("/komunala.v1.AccountService/ExportProfile", User, Stream),
        rpc("/komunala.v1.AccountService/GetAccount", User, Unary),
        rpc("/komunala.v1.AccountService/GetProfile", User, Unary),
        rpc("/komunala.v1.AccountService/GiveConsent", User, Unary),
        rpc("/komunala.v1.AccountService/LinkAccount", User, Unary),
        rpc("/komunala.v1.AccountService/ListAccounts", User, Unary),
        rpc("/komunala.v1.AccountService/ListConsents", User, Unary),
        rpc("/komunala.v1.AccountService/ListSessions", User, Unary),
        rpc("/komunala.v1.AccountService/RefreshSession", Portal, Unary),
        rpc("/komunala.v1.AccountService/Register", Portal, Unary),
        rpc("/komunala.v1.AccountService/RequestPasswordReset", Portal, Unary),
        rpc("/komunala.v1.AccountService/ResendVerification", Portal, Unary),
        rpc("/komunala.v1.AccountService/ResetPassword", Portal, Unary),
        rpc("/komunala.v1.AccountService/RevokeSession", User, Unary),
        rpc("/komunala.v1.AccountService/SetBillDelivery", User, Unary),
        rpc("/komunala.v1.AccountService/SignIn", Portal, Unary),
        rpc("/komunala.v1.AccountService/SignOut", User, Unary),
        rpc("/komunala.v1.AccountService/UnlinkAccount", User, Unary),
        rpc("/komunala.v1.AccountService/UpdateProfile", User, Unary),
        rpc("/komunala.v1.AccountService/VerifyEmail", Portal, Unary),
        rpc("/komunala.v1.AttachmentService/DownloadAttachment", User, Stream),
        rpc("/komunala.v1.AttachmentService/UploadAttachment", User, Upload),
        rpc("/komunala.v1.InvoiceService/DownloadInvoice", User, Stream),
        rpc("/komunala.v1.InvoiceService/GetBalance", User, Unary),
        rpc("/komunala.v1.InvoiceService/GetInvoice", User, Unary),
        rpc("/komunala.v1.InvoiceService/GetPayment", User, Unary),
        rpc("/komunala.v1.InvoiceService/GetPaymentCode", User, Unary),
        rpc("/komunala.v1.InvoiceService/ListInvoices", User, Unary),
        rpc("/komunala.v1.InvoiceService/ListLedgerEntries", User, Unary),
        rpc("/komunala.v1.InvoiceService/ListPaymentOptions", User, Unary),
        rpc("/komunala.v1.InvoiceService/ListPayments", User, Unary),
        rpc("/komunala.v1.InvoiceService/StartPayment", User, Unary),
        rpc("/komunala.v1.NotificationService/ConfirmSubscription", Portal, Unary),
        rpc("/komunala.v1.NotificationService/GetPreferences", User, Unary),
        rpc("/komunala.v1.NotificationService/ListNotifications", User, Unary),
        rpc("/komunala.v1.NotificationService/ListOutages", User, Unary),
        rpc("/komunala.v1.NotificationService/ListSubscriptions", User, Unary),
        rpc("/komunala.v1.NotificationService/MarkNotificationsRead", User, Unary),
        rpc("/komunala.v1.NotificationService/Subscribe", Visitor, Unary),
        rpc("/komunala.v1.NotificationService/Unsubscribe", Visitor, Unary),
        rpc("/komunala.v1.NotificationService/UpdatePreferences", User, Unary),
        rpc("/komunala.v1.NotificationService/WatchNotifications", User, Watch),
        rpc("/komunala.v1.ProviderService/GetProvider", Portal, Unary),
        rpc("/komunala.v1.ProviderService/ListProviders", Portal, Unary),
        rpc("/komunala.v1.ReadingService/CheckReading", User, Unary),
        rpc("/komunala.v1.ReadingService/ExportConsumption", User, Stream),
        rpc("/komunala.v1.ReadingService/GetReadingWindow", User, Unary),
        rpc("/komunala.v1.ReadingService/GetStatistics", User, Unary),
        rpc("/komunala.v1.ReadingService/ListIntervals", User, Unary),
        rpc("/komunala.v1.ReadingService/ListMeters", User, Unary),
        rpc("/komunala.v1.ReadingService/ListReadings", User, Unary),
        rpc("/komunala.v1.ReadingService/SubmitReading", User, Unary),
        rpc("/komunala.v1.SupportService/CreateRequest", User, Unary),
        rpc("/komunala.v1.SupportService/GetRequest", User, Unary),
        rpc("/komunala.v1.SupportService/ListRequests", User, Unary),
        rpc("/komunala.v1.SupportService/ReplyToRequest", User, Unary),
    ]
};

/// What operators call, in the order of the paths, and the role that each asks for.
static OPERATORS: [Rpc; 56] = {
    use Access::{Open, Operator};
    use Role::{Admin, Billing, Desk, Read};
    use Shape::{Stream, Unary, Watch};
    [
        rpc("/grpc.health.v1.Health/Check", Open, Unary),
        rpc("/grpc.health.v1.Health/Watch", Open, Watch),
        rpc("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Open, Watch),
        rpc("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", Open, Watch),
        rpc("/komunala.operator.v1.AdapterService/DisableAdapter", Operator(Admin), Unary),
        rpc("/komunala.operator.v1.AdapterService/EnableAdapter", Operator(Admin), Unary),
        rpc("/komunala.operator.v1.AdapterService/GetAdapter", Operator(Read), Unary),
        rpc("/komunala.operator.v1.AdapterService/InstallAdapter", Operator(Admin), Unary),
        rpc("/komunala.operator.v1.AdapterService/ListAdapters", Operator(Read), Unary),
        rpc("/komunala.operator.v1.AdapterService/ListComponents", Operator(Read), Unary),
        rpc("/komunala.operator.v1.AdapterService/RollBackAdapter", Operator(Admin), Unary),
        // it says what people did
        rpc("/komunala.operator.v1.AuditService/ListAuditEvents", Operator(Admin), Unary),
        rpc("/komunala.operator.v1.BillRunService/CancelBillRun", Operator(Billing), Unary),
        rpc("/komunala.operator.v1.BillRunService/GetBillRun", Operator(Read), Unary),
        // it names customers
        rpc("/komunala.operator.v1.BillRunService/ListPaperBills", Operator(Billing), Unary),
        rpc("/komunala.operator.v1.BillRunService/ListUnknownDeliveries", Operator(Read), Unary),
        rpc("/komunala.operator.v1.BillRunService/PauseBillRun", Operator(Billing), Unary),
        rpc("/komunala.operator.v1.BillRunService/ResolveUnknownDelivery", Operator(Billing), Unary),
        rpc("/komunala.operator.v1.BillRunService/ResumeBillRun", Operator(Billing), Unary),
        rpc("/komunala.operator.v1.BillRunService/StartBillRun", Operator(Billing), Unary),
        rpc("/komunala.operator.v1.BillRunService/WatchBillRun", Operator(Read), Watch),
        rpc("/komunala.operator.v1.MessageService/GetDelivery", Operator(Read), Unary),
        rpc("/komunala.operator.v1.MessageService/LiftSuppression", Operator(Admin), Unary),
        rpc("/komunala.operator.v1.MessageService/ListMessages", Operator(Read), Unary),
        rpc("/komunala.operator.v1.MessageService/ListSuppressions", Operator(Read), Unary),
        rpc("/komunala.operator.v1.MessageService/ReleaseDelivery", Operator(Admin), Unary),
        rpc("/komunala.operator.v1.MessageService/ResolveUnknown", Operator(Admin), Unary),
        rpc("/komunala.operator.v1.OutageService/CancelOutage", Operator(Desk), Unary),
        rpc("/komunala.operator.v1.OutageService/ChangeOutage", Operator(Desk), Unary),
        rpc("/komunala.operator.v1.OutageService/GetOutage", Operator(Read), Unary),
        rpc("/komunala.operator.v1.OutageService/ListOutages", Operator(Read), Unary),
        rpc("/komunala.operator.v1.OutageService/PreviewOutage", Operator(Desk), Unary),
        rpc("/komunala.operator.v1.OutageService/PublishOutage", Operator(Desk), Unary),
        rpc("/komunala.operator.v1.ProviderAdminService/ApplyPortals", Operator(Admin), Unary),
        rpc("/komunala.operator.v1.ProviderAdminService/ApplyProvider", Operator(Admin), Unary),
        rpc("/komunala.operator.v1.ProviderAdminService/DisableProvider", Operator(Admin), Unary),
        rpc("/komunala.operator.v1.ProviderAdminService/EnableProvider", Operator(Admin), Unary),
        rpc("/komunala.operator.v1.ProviderAdminService/GetProvider", Operator(Read), Unary),
        rpc("/komunala.operator.v1.ProviderAdminService/ListProviders", Operator(Read), Unary),
        rpc("/komunala.operator.v1.RequestDeskService/AnswerRequest", Operator(Desk), Unary),
        rpc("/komunala.operator.v1.RequestDeskService/CloseRequest", Operator(Desk), Unary),
        rpc("/komunala.operator.v1.RequestDeskService/DownloadDeskAttachment", Operator(Desk), Stream),
        rpc("/komunala.operator.v1.RequestDeskService/EnterReading", Operator(Desk), Unary),
        rpc("/komunala.operator.v1.RequestDeskService/GetDeskRequest", Operator(Desk), Unary),
        rpc("/komunala.operator.v1.RequestDeskService/ListDeskReadings", Operator(Desk), Unary),
        rpc("/komunala.operator.v1.RequestDeskService/ListDeskRequests", Operator(Desk), Unary),
        rpc("/komunala.operator.v1.RequestDeskService/TakeRequest", Operator(Desk), Unary),
        rpc("/komunala.operator.v1.TenantService/CreatePortalKey", Operator(Admin), Unary),
        rpc("/komunala.operator.v1.TenantService/CreateTenant", Operator(Admin), Unary),
        rpc("/komunala.operator.v1.TenantService/GetPortal", Operator(Read), Unary),
        rpc("/komunala.operator.v1.TenantService/GetTenant", Operator(Read), Unary),
        rpc("/komunala.operator.v1.TenantService/ListPortalKeys", Operator(Read), Unary),
        rpc("/komunala.operator.v1.TenantService/ListPortals", Operator(Read), Unary),
        rpc("/komunala.operator.v1.TenantService/ListTenants", Operator(Read), Unary),
        rpc("/komunala.operator.v1.TenantService/RevokePortalKey", Operator(Admin), Unary),
        rpc("/komunala.operator.v1.TenantService/UpdateTenant", Operator(Admin), Unary),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message;

    /// The methods of the house in a set of descriptors, and whether they answer with a stream.
    fn declared(descriptors: &[u8]) -> Vec<(String, bool)> {
        let files = prost_types::FileDescriptorSet::decode(descriptors).unwrap();
        let mut declared: Vec<(String, bool)> = files
            .file
            .iter()
            .flat_map(|file| file.service.iter().map(move |service| (file.package(), service)))
            .flat_map(|(package, service)| {
                service.method.iter().map(move |method| {
                    (format!("/{package}.{}/{}", service.name(), method.name()), method.server_streaming())
                })
            })
            .collect();
        declared.sort();
        declared
    }

    fn listed(methods: &[Rpc]) -> Vec<(String, bool)> {
        let own = methods.iter().filter(|rpc| rpc.path.starts_with("/komunala."));
        own.map(|rpc| (rpc.path.to_owned(), !matches!(rpc.shape, Shape::Unary | Shape::Upload))).collect()
    }

    #[test]
    fn every_method_of_the_proto_files_has_its_access_written_down() {
        assert_eq!(listed(&PORTALS), declared(crate::proto::DESCRIPTORS));
        assert_eq!(listed(&OPERATORS), declared(crate::proto::OPERATOR_DESCRIPTORS));
    }

    #[test]
    fn nothing_of_the_operators_is_open_to_anybody_else() {
        let own = OPERATORS.iter().filter(|rpc| rpc.path.starts_with("/komunala."));
        let is_operators = |rpc: &Rpc| matches!(rpc.access, Access::Operator(_));
        assert!(own.clone().count() > 0 && own.clone().all(is_operators));
        assert!(!PORTALS.iter().any(is_operators));
    }

    #[test]
    fn desk_work_is_the_desks_bills_are_billings_what_shows_something_is_for_all_and_the_rest_an_admins() {
        let own = OPERATORS.iter().filter(|rpc| rpc.path.starts_with("/komunala."));
        for rpc in own {
            let shows = rpc.method().starts_with("Get") || rpc.method().starts_with("List");
            let expected = match rpc.service() {
                "komunala.operator.v1.AuditService" => Role::Admin,
                "komunala.operator.v1.RequestDeskService" => Role::Desk,
                "komunala.operator.v1.BillRunService" => match rpc.method() {
                    "GetBillRun" | "WatchBillRun" | "ListUnknownDeliveries" => Role::Read,
                    _ => Role::Billing,
                },
                _ if shows => Role::Read,
                "komunala.operator.v1.OutageService" => Role::Desk,
                _ => Role::Admin,
            };
            assert_eq!(rpc.access, Access::Operator(expected), "{}", rpc.path);
        }
    }

    #[test]
    fn a_path_finds_its_method_and_nothing_else_does() {
        assert!(PORTALS.is_sorted_by_key(|rpc| rpc.path) && OPERATORS.is_sorted_by_key(|rpc| rpc.path));
        let rpc = Audience::Portals.method("/komunala.v1.ReadingService/SubmitReading");
        assert_eq!((rpc.service(), rpc.method()), ("komunala.v1.ReadingService", "SubmitReading"));
        assert!(!Audience::Operators.method(rpc.path).is_known());
        assert!(!Audience::Portals.method("/komunala.operator.v1.AdapterService/InstallAdapter").is_known());
        assert!(!Audience::Portals.method("/komunala.v1.ReadingService/DropTables").is_known());
        assert!(!Audience::Portals.method("").is_known());
    }
}

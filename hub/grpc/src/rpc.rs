//! The methods that the server answers, and who may call them.

/// What a caller must show to call a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing.
    Open,
    /// The portal's key.
    Portal,
    /// The portal's key and a user's access token.
    User,
}

/// How a method answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// With one message.
    Unary,
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

impl Rpc {
    /// The method with this path.
    pub fn of(path: &str) -> &'static Self {
        match RPCS.binary_search_by(|rpc| rpc.path.cmp(path)) {
            Ok(index) => &RPCS[index],
            Err(_) => &UNKNOWN,
        }
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

/// In the order of their paths.
static RPCS: [Rpc; 28] = {
    use Access::{Open, Portal, User};
    use Shape::{Stream, Unary, Watch};
    [
        rpc("/grpc.health.v1.Health/Check", Open, Unary),
        rpc("/grpc.health.v1.Health/Watch", Open, Watch),
        rpc("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Open, Watch),
        rpc("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", Open, Watch),
        rpc("/komunala.v1.AccountService/GetAccount", User, Unary),
        rpc("/komunala.v1.AccountService/GetProfile", User, Unary),
        rpc("/komunala.v1.AccountService/LinkAccount", User, Unary),
        rpc("/komunala.v1.AccountService/ListAccounts", User, Unary),
        rpc("/komunala.v1.AccountService/RefreshSession", Portal, Unary),
        rpc("/komunala.v1.AccountService/Register", Portal, Unary),
        rpc("/komunala.v1.AccountService/ResendVerification", Portal, Unary),
        rpc("/komunala.v1.AccountService/SetBillDelivery", User, Unary),
        rpc("/komunala.v1.AccountService/SignIn", Portal, Unary),
        rpc("/komunala.v1.AccountService/SignOut", User, Unary),
        rpc("/komunala.v1.AccountService/UnlinkAccount", User, Unary),
        rpc("/komunala.v1.AccountService/VerifyEmail", Portal, Unary),
        rpc("/komunala.v1.InvoiceService/DownloadInvoice", User, Stream),
        rpc("/komunala.v1.InvoiceService/GetBalance", User, Unary),
        rpc("/komunala.v1.InvoiceService/GetInvoice", User, Unary),
        rpc("/komunala.v1.InvoiceService/ListInvoices", User, Unary),
        rpc("/komunala.v1.InvoiceService/ListLedgerEntries", User, Unary),
        rpc("/komunala.v1.NotificationService/ListOutages", User, Unary),
        rpc("/komunala.v1.ProviderService/GetProvider", Portal, Unary),
        rpc("/komunala.v1.ProviderService/ListProviders", Portal, Unary),
        rpc("/komunala.v1.ReadingService/ListIntervals", User, Unary),
        rpc("/komunala.v1.ReadingService/ListMeters", User, Unary),
        rpc("/komunala.v1.ReadingService/ListReadings", User, Unary),
        rpc("/komunala.v1.ReadingService/SubmitReading", User, Unary),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message;

    #[test]
    fn every_method_of_the_proto_files_has_its_access_written_down() {
        let files = prost_types::FileDescriptorSet::decode(crate::proto::DESCRIPTORS).unwrap();
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
        let listed: Vec<(String, bool)> = RPCS
            .iter()
            .filter(|rpc| rpc.path.starts_with("/komunala."))
            .map(|rpc| (rpc.path.to_owned(), rpc.shape != Shape::Unary))
            .collect();
        assert_eq!(listed, declared);
    }

    #[test]
    fn a_path_finds_its_method_and_nothing_else_does() {
        assert!(RPCS.is_sorted_by_key(|rpc| rpc.path));
        let rpc = Rpc::of("/komunala.v1.ReadingService/SubmitReading");
        assert_eq!((rpc.service(), rpc.method()), ("komunala.v1.ReadingService", "SubmitReading"));
        assert!(!Rpc::of("/komunala.v1.ReadingService/DropTables").is_known());
        assert!(!Rpc::of("").is_known());
    }
}

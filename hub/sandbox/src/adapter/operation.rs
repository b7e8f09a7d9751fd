//! What an adapter is asked to do: each has a breaker of its own and a name in metrics and traces.

macro_rules! operations {
    ($( $(#[$doc:meta])* $operation:ident = $name:literal, )*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Operation {
            $( $(#[$doc])* $operation, )*
        }

        impl Operation {
            pub(super) const COUNT: usize = Self::ALL.len();
            pub(super) const ALL: &[Self] = &[$(Self::$operation),*];

            pub(super) fn name(self) -> &'static str {
                match self { $( Self::$operation => $name, )* }
            }
        }
    };
}

operations! {
    /// Being instantiated, and nothing else.
    Start = "start",
    Verify = "verify",
    Account = "account",
    Invoices = "invoices",
    Invoice = "invoice",
    Document = "document",
    Ledger = "ledger",
    Balance = "balance",
    Readings = "readings",
    SubmitReading = "submit_reading",
    ReadingReceipt = "reading_receipt",
    Delivery = "delivery",
    SetDelivery = "set_delivery",
    CreateRequest = "create_request",
    RecordPayment = "record_payment",
    Changes = "changes",
    Intervals = "intervals",
    Outages = "outages",
    ListFiles = "list_files",
    ReadFile = "read_file",
    ReadDocument = "read_document",
    HandOver = "hand_over",
}

impl Operation {
    /// Whether nobody waits for it, and it may go through everything that a billing system has.
    pub(super) fn is_bulk(self) -> bool {
        matches!(self, Self::Changes | Self::ListFiles | Self::ReadFile | Self::HandOver)
    }

    /// Whether it changes something.
    pub(super) fn is_write(self) -> bool {
        matches!(
            self,
            Self::SubmitReading | Self::SetDelivery | Self::CreateRequest | Self::RecordPayment | Self::HandOver
        )
    }

    /// Whether it answers a document, which has a limit of its own.
    pub(super) fn is_document(self) -> bool {
        matches!(self, Self::Document | Self::ReadDocument)
    }
}

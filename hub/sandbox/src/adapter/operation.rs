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

impl Operation {
    /// Whether it changes something.
    pub(super) fn is_write(self) -> bool {
        matches!(self, Self::SubmitReading | Self::SetDelivery | Self::CreateRequest | Self::RecordPayment)
    }
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
}

//! How bills come.

use komunala_app::ports::accounts::PaperCause;
use komunala_domain::BillDelivery;

use crate::proto::v1;

pub(super) fn delivery(choice: BillDelivery) -> v1::BillDelivery {
    match choice {
        BillDelivery::Email => v1::BillDelivery::Email,
        BillDelivery::Paper => v1::BillDelivery::Paper,
        BillDelivery::EmailAndPaper => v1::BillDelivery::EmailAndPaper,
    }
}

/// Why bills come by post again.
pub(super) fn cause(cause: Option<PaperCause>) -> v1::BillDeliveryCause {
    match cause {
        None => v1::BillDeliveryCause::Unspecified,
        Some(PaperCause::Bounced) => v1::BillDeliveryCause::Bounced,
        Some(PaperCause::Unsubscribed) => v1::BillDeliveryCause::Unsubscribed,
    }
}

/// The choice of a request; `None` where it leaves it open.
pub(crate) fn delivery_of(choice: v1::BillDelivery) -> Option<BillDelivery> {
    match choice {
        v1::BillDelivery::Unspecified => None,
        v1::BillDelivery::Email => Some(BillDelivery::Email),
        v1::BillDelivery::Paper => Some(BillDelivery::Paper),
        v1::BillDelivery::EmailAndPaper => Some(BillDelivery::EmailAndPaper),
    }
}

//! Where a test can end the process in the middle of a payment, as `kill -9` would.
//!
//! Built with the feature `failpoints`, `FAILPOINTS="store::payment_paid=return"` ends it there and then. Without the
//! feature nothing of this is compiled.

use komunala_domain::payment::PaymentStep;

use crate::columns::Word;

/// Something is durable.
pub(super) fn reach(point: &'static str) {
    fail::fail_point!(point, |_| std::process::abort());
    let _ = point;
}

/// Something was learned: whoever was asked has answered, and nothing of it is durable (`store::before_payment_paid`).
pub(super) fn before(step: Option<PaymentStep>) {
    fail::fail_point!(&named("store::before_payment_", step), |_| std::process::abort());
    let _ = (step, named);
}

/// What was learned is durable (`store::payment_paid`).
pub(super) fn after(step: Option<PaymentStep>) {
    fail::fail_point!(&named("store::payment_", step), |_| std::process::abort());
    let _ = step;
}

fn named(point: &str, step: Option<PaymentStep>) -> String {
    format!("{point}{}", step.map_or("kept", PaymentStep::word))
}

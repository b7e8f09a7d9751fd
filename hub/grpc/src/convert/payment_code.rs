//! Payment codes.

use komunala_app::invoice::DrawnCode;
use komunala_domain::payment_code::Scheme;

use super::{date::day, money::money};
use crate::proto::v1;

pub(crate) fn payment_code(drawn: DrawnCode) -> v1::PaymentCode {
    v1::PaymentCode {
        payload: drawn.code.payload,
        image: drawn.image,
        media_type: drawn.media_type.to_owned(),
        scheme: scheme(drawn.code.scheme).into(),
        amount: Some(money(drawn.payable.amount)),
        amount_until_date: drawn.payable.until.map(day),
    }
}

fn scheme(scheme: Scheme) -> v1::PaymentScheme {
    match scheme {
        Scheme::NbsIps => v1::PaymentScheme::NbsIps,
        Scheme::UpnQr => v1::PaymentScheme::UpnQr,
        Scheme::Nbu003 => v1::PaymentScheme::Nbu003,
        Scheme::Nbu002 => v1::PaymentScheme::Nbu002,
        Scheme::Epc06912 => v1::PaymentScheme::Epc06912,
    }
}

/// The scheme that a request names; `None` where it leaves the choice to the provider.
pub(crate) fn scheme_of(message: v1::PaymentScheme) -> Option<Scheme> {
    Scheme::ALL.into_iter().find(|known| scheme(*known) == message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_has_one_name_in_the_api() {
        for known in Scheme::ALL {
            assert_eq!(scheme_of(scheme(known)), Some(known));
        }
        assert_eq!(scheme_of(v1::PaymentScheme::Unspecified), None);
    }
}

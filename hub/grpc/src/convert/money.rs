//! Amounts as `google.type.Money`: whole units and billionths, of one sign.

use komunala_domain::Money;

use crate::proto::google::r#type as google;

pub(super) fn money(amount: Money) -> google::Money {
    let exponent = amount.currency.exponent();
    let unit = 10_i64.pow(exponent);
    let part = i32::try_from(amount.minor % unit).expect("smaller than a unit of at most four decimals");
    google::Money {
        currency_code: amount.currency.code().to_owned(),
        units: amount.minor / unit,
        nanos: part * 10_i32.pow(9 - exponent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_keeps_every_minor_unit_and_its_sign() {
        let parts = |minor, code: &str| {
            let money = money(Money { minor, currency: code.parse().unwrap() });
            (money.units, money.nanos)
        };
        assert_eq!(parts(431_207, "RSD"), (4312, 70_000_000));
        assert_eq!(parts(-5, "EUR"), (0, -50_000_000));
        assert_eq!(parts(-100, "UAH"), (-1, 0));
        assert_eq!(parts(1_005, "KWD"), (1, 5_000_000));
        assert_eq!(parts(120, "JPY"), (120, 0));
        assert_eq!(parts(i64::MIN, "RSD"), (-92_233_720_368_547_758, -80_000_000));
    }
}

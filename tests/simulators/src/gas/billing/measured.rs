//! What the meters measured in a month, in cubic metres and as energy.

use crate::amount::{Decimal, divide_rounded};
use crate::draw::Draw;
use crate::gas::invoice::Read;
use crate::gas::point::Point;
use crate::gas::usage::{EPOCH, Flow};
use crate::month::Month;

/// From cubic metres to energy.
pub(super) struct Conversion {
    /// Correction for pressure and temperature, in ten-thousandths.
    correction: i64,
    /// Gross calorific value, in thousandths of a kWh per cubic metre.
    calorific: i64,
}

impl Conversion {
    pub(super) fn of(point: Point, period: Month) -> Self {
        let seed = point.customer.seed;
        let month = u64::from(period.since(EPOCH).unsigned_abs());
        Self {
            correction: Draw::new(seed, "correction", point.key()).between(10_050, 10_250),
            calorific: Draw::new(seed, "calorific", month).between(10_300, 10_700),
        }
    }

    /// Hundredths of a kWh.
    pub(super) fn energy(&self, flow: &Flow) -> i64 {
        let product = i128::from(flow.volume) * i128::from(self.correction) * i128::from(self.calorific);
        divide_rounded(product, 100_000 * 10_i128.pow(u32::from(flow.meter.decimals)))
    }

    /// Hundredths of a cubic metre at reference conditions.
    pub(super) fn volume(&self, flow: &Flow) -> i64 {
        let product = i128::from(flow.volume) * i128::from(self.correction);
        divide_rounded(product, 100 * 10_i128.pow(u32::from(flow.meter.decimals)))
    }

    /// What one meter measured, as it stands on the bill.
    pub(super) fn read(&self, point: Point, flow: &Flow) -> Read {
        let decimal = |scaled, decimals| Decimal { scaled, decimals }.to_string();
        let decimals = flow.meter.decimals;
        Read {
            point_id: point.id(),
            serial: flow.meter.serial.clone(),
            from: decimal(flow.from, decimals),
            to: decimal(flow.to, decimals),
            m3: decimal(flow.volume, decimals),
            k: decimal(self.correction, 4),
            gcv_kwh_m3: decimal(self.calorific, 3),
            kwh: decimal(self.energy(flow), 2),
        }
    }
}

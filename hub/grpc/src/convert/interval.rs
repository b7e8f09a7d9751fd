//! Measured values.

use komunala_app::reading::IntervalItem;
use komunala_domain::interval::{Direction, Measure, Quality, Selection};

use super::{date::moment, decimal::decimal};
use crate::proto::v1;

pub(crate) fn interval(item: IntervalItem) -> v1::Interval {
    v1::Interval {
        start_time: Some(moment(item.start)),
        end_time: Some(moment(item.value.end)),
        value: Some(decimal(item.value.value)),
        unit: item.unit,
        quality: quality(item.value.quality).into(),
        quality_codes: item.value.codes,
        register: item.register,
        serial_number: item.serial_number,
        as_of_time: Some(moment(item.as_of)),
    }
}

fn quality(quality: Quality) -> v1::IntervalQuality {
    match quality {
        Quality::Valid => v1::IntervalQuality::Valid,
        Quality::Estimated => v1::IntervalQuality::Estimated,
        Quality::Edited => v1::IntervalQuality::Edited,
        Quality::Questionable => v1::IntervalQuality::Questionable,
    }
}

/// Which series a request means. What it does not say is what most ask for: amounts that were consumed.
pub(crate) fn selection_of(measure: v1::IntervalMeasure, direction: v1::FlowDirection) -> Selection {
    Selection {
        measure: match measure {
            v1::IntervalMeasure::Unspecified | v1::IntervalMeasure::Amount => Measure::Amount,
            v1::IntervalMeasure::State => Measure::State,
        },
        direction: match direction {
            v1::FlowDirection::Unspecified | v1::FlowDirection::Consumed => Direction::Consumed,
            v1::FlowDirection::Produced => Direction::Produced,
        },
    }
}

//! Readings as JSON.

use serde_json::{Value, json};

use super::{Answer, kilowatt_hours};

pub(super) fn write(answer: &Answer<'_>) -> String {
    let blocks: Vec<Value> = answer
        .blocks
        .iter()
        .map(|block| {
            let readings = block.readings.iter().map(|reading| {
                let mut written =
                    json!({"timestamp": answer.moment.written(reading.at), "value": kilowatt_hours(reading.value)});
                if let Some(code) = reading.quality {
                    written["readingQualities"] = json!([{"readingQualityType": code}]);
                }
                written
            });
            let readings: Vec<Value> = readings.collect();
            json!({"readingType": block.kind.code(), "stevec": block.serial, "intervalReadings": readings})
        })
        .collect();
    let created = answer.moment.written(answer.moment.now());
    json!({"usagePoint": answer.point.number(), "messageCreated": created, "intervalBlocks": blocks}).to_string()
}

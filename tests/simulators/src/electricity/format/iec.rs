//! Readings as IEC 61968-9 `MeterReadings`, with a prefix of its own.

use std::fmt::Write as _;

use super::{Answer, kilowatt_hours};

pub(super) fn write(answer: &Answer<'_>) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <m:MeterReadings xmlns:m=\"http://iec.ch/TC57/2011/MeterReadings#\">",
    );
    let mut put = |text: std::fmt::Arguments<'_>| xml.write_fmt(text).expect("writing to a string does not fail");
    for block in answer.blocks {
        put(format_args!("<m:MeterReading><m:IntervalBlocks>"));
        for reading in &block.readings {
            let (at, value) = (answer.moment.written(reading.at), kilowatt_hours(reading.value));
            put(format_args!("<m:IntervalReadings><m:timeStamp>{at}</m:timeStamp><m:value>{value}</m:value>"));
            if let Some(code) = reading.quality {
                put(format_args!("<m:ReadingQualities><m:ReadingQualityType ref=\"{code}\"/></m:ReadingQualities>"));
            }
            put(format_args!("</m:IntervalReadings>"));
        }
        put(format_args!("<m:ReadingType ref=\"{}\"/></m:IntervalBlocks>", block.kind.code()));
        put(format_args!("<m:Meter><m:Names><m:name>{}</m:name></m:Names></m:Meter>", block.serial));
        let number = answer.point.number();
        put(format_args!("<m:UsagePoint><m:Names><m:name>{number}</m:name></m:Names></m:UsagePoint></m:MeterReading>"));
    }
    put(format_args!("</m:MeterReadings>\n"));
    xml
}

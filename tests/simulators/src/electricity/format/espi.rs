//! Readings as NAESB ESPI, which is Green Button: an Atom feed whose entries point to one another.

use std::fmt::Write as _;

use super::Answer;
use crate::electricity::series::{Block, ESTIMATED, ReadingType, WITHOUT_VOLTAGE};
use crate::electricity::usage::{Flow, QUARTER};

const NAMESPACE: &str = "http://naesb.org/espi";

pub(super) fn write(answer: &Answer<'_>) -> String {
    let mut feed = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <feed xmlns=\"http://www.w3.org/2005/Atom\"><id>urn:uuid:0</id><title>Green Button</title>",
    );
    let point = format!("/espi/UsagePoint/{}", answer.point.number());
    entry(
        &mut feed,
        "",
        &[("self", &point)],
        &format!("<UsagePoint xmlns=\"{NAMESPACE}\"><ServiceCategory><kind>0</kind></ServiceCategory></UsagePoint>"),
    );
    for (number, block) in answer.blocks.iter().enumerate() {
        let reading = format!("{point}/MeterReading/{number}");
        let blocks = format!("{reading}/IntervalBlock");
        let kind = format!("/espi/ReadingType/{number}");
        // the block first: nothing says that what points to it comes before
        entry(&mut feed, "", &[("self", &format!("{blocks}/1")), ("up", &blocks)], &interval_block(block));
        let links = [("self", reading.as_str()), ("related", &blocks), ("related", &kind)];
        entry(&mut feed, &block.serial, &links, &format!("<MeterReading xmlns=\"{NAMESPACE}\"/>"));
        entry(&mut feed, "", &[("self", &kind)], &reading_type(block.kind));
    }
    feed.push_str("</feed>\n");
    feed
}

fn entry(feed: &mut String, title: &str, links: &[(&str, &str)], content: &str) {
    let links: String = links.iter().map(|(rel, href)| format!("<link rel=\"{rel}\" href=\"{href}\"/>")).collect();
    write!(feed, "<entry>{links}<title>{title}</title><content>{content}</content></entry>")
        .expect("writing to a string does not fail");
}

fn reading_type(kind: ReadingType) -> String {
    let (behaviour, length) = if kind.is_state { (1, 0) } else { (4, QUARTER) };
    let direction = if kind.flow == Flow::Consumed { 1 } else { 19 };
    format!(
        "<ReadingType xmlns=\"{NAMESPACE}\"><accumulationBehaviour>{behaviour}</accumulationBehaviour>\
         <commodity>1</commodity><flowDirection>{direction}</flowDirection><intervalLength>{length}</intervalLength>\
         <kind>12</kind><powerOfTenMultiplier>0</powerOfTenMultiplier><uom>72</uom><tou>{}</tou></ReadingType>",
        kind.tariff
    )
}

fn interval_block(block: &Block) -> String {
    let length = if block.kind.is_state { 0 } else { QUARTER };
    let mut xml = format!("<IntervalBlock xmlns=\"{NAMESPACE}\">");
    for reading in &block.readings {
        let quality = match reading.quality {
            None => "",
            Some(ESTIMATED) => "<ReadingQuality><quality>8</quality></ReadingQuality>",
            Some(WITHOUT_VOLTAGE) | Some(_) => "<ReadingQuality><quality>16</quality></ReadingQuality>",
        };
        let start = reading.at.as_second() - length;
        write!(
            xml,
            "<IntervalReading>{quality}<timePeriod><duration>{length}</duration><start>{start}</start></timePeriod>\
             <value>{}</value></IntervalReading>",
            reading.value
        )
        .expect("writing to a string does not fail");
    }
    xml.push_str("</IntervalBlock>");
    xml
}

//! Series, in the three formats they come in.

use komunala_adapter_electricity::Format;
use komunala_adapter_sdk::{
    Error,
    http::{Recorded, Response},
    intervals::{Direction, IntervalPage, Measure, Quality, Selection},
    types::Instant,
};

use crate::recorded::{ACCOUNT, Distributor};

const AMOUNTS: Selection = Selection { measure: Measure::Amount, direction: Direction::Consumed };
const STATES: Selection = Selection { measure: Measure::State, direction: Direction::Consumed };
const DAY: i64 = 86_400;

/// Midnight of the 31st of March 2024, when the clock goes forward.
const MIDNIGHT: i64 = 1_711_839_600;

fn at(seconds: i64) -> Instant {
    Instant { seconds, nanoseconds: 0 }
}

fn intervals(recorded: &Recorded, format: Format, selection: Selection, span: (i64, i64)) -> IntervalPage {
    let span = (at(span.0), at(span.1));
    recorded.speaking(format).intervals(ACCOUNT, "6-123456", selection, span, None).unwrap()
}

/// Quarter-hours of a meter, then of its successor: 0.125 kWh, estimated ones, one without voltage.
fn samples() -> [(Format, String); 3] {
    let readings = [
        ("01:45:00+01:00", "0.125", None),
        ("03:00:00+02:00", "0.250", Some("2.8.1")),
        ("03:15:00+02:00", "0.000", Some("1.2.32")),
    ];
    let kind = "32.0.2.4.1.2.12.0.0.0.0.0.0.0.0.3.72.0";
    let json = readings.map(|(time, value, code)| {
        let codes =
            code.map_or(String::new(), |code| format!(r#","readingQualities":[{{"readingQualityType":"{code}"}}]"#));
        format!(r#"{{"timestamp":"2024-03-31T{time}","value":"{value}"{codes}}}"#)
    });
    let json_block = |meter: &str, readings: &[String]| {
        format!(r#"{{"readingType":"{kind}","stevec":"{meter}","intervalReadings":[{}]}}"#, readings.join(","))
    };
    let json = format!(
        r#"{{"usagePoint":"6-123456","messageCreated":"2024-04-01T08:00:00+02:00","intervalBlocks":[{},{}]}}"#,
        json_block("E1", &json[..2]),
        json_block("E2", &json[2..])
    );
    let iec = readings.map(|(time, value, code)| {
        let codes = code.map_or(String::new(), |code| {
            format!("<x:ReadingQualities><x:ReadingQualityType ref='{code}'/></x:ReadingQualities>")
        });
        format!("<x:IntervalReadings><x:timeStamp>2024-03-31T{time}</x:timeStamp><x:value>{value}</x:value>{codes}</x:IntervalReadings>")
    });
    let iec_reading = |meter: &str, readings: &[String]| {
        format!(
            "<x:MeterReading><x:Meter><x:Names><x:name>{meter}</x:name></x:Names></x:Meter>\
             <x:UsagePoint><x:Names><x:name>6-123456</x:name></x:Names></x:UsagePoint>\
             <x:IntervalBlocks><x:ReadingType ref='{kind}'/>{}</x:IntervalBlocks></x:MeterReading>",
            readings.concat()
        )
    };
    let iec = format!(
        "<x:MeterReadings xmlns:x='http://iec.ch/TC57/2011/MeterReadings#'>{}{}</x:MeterReadings>",
        iec_reading("E1", &iec[..2]),
        iec_reading("E2", &iec[2..])
    );
    let espi = [(MIDNIGHT + 6300, 125, None), (MIDNIGHT + 7200, 250, Some(8)), (MIDNIGHT + 8100, 0, Some(16))].map(
        |(end, value, code)| {
            let codes = code.map_or(String::new(), |code| format!("<ReadingQuality><quality>{code}</quality></ReadingQuality>"));
            let start = end - 900;
            format!("<IntervalReading>{codes}<timePeriod><duration>900</duration><start>{start}</start></timePeriod><value>{value}</value></IntervalReading>")
        },
    );
    let espi_entries = |number: u8, meter: &str, readings: &[String]| {
        format!(
            "<entry><link rel='self' href='/MeterReading/{number}/IntervalBlock/1'/><link rel='up' href='/MeterReading/{number}/IntervalBlock'/>\
             <content><IntervalBlock xmlns='http://naesb.org/espi'>{}</IntervalBlock></content></entry>\
             <entry><link rel='self' href='/MeterReading/{number}'/><link rel='related' href='/MeterReading/{number}/IntervalBlock'/>\
             <link rel='related' href='/ReadingType/1'/><title>{meter}</title><content><MeterReading xmlns='http://naesb.org/espi'/></content></entry>",
            readings.concat()
        )
    };
    let espi = format!(
        "<feed xmlns='http://www.w3.org/2005/Atom'>{}{}<entry><link rel='self' href='/ReadingType/1'/><content>\
         <ReadingType xmlns='http://naesb.org/espi'><accumulationBehaviour>4</accumulationBehaviour><flowDirection>1</flowDirection>\
         <powerOfTenMultiplier>0</powerOfTenMultiplier><uom>72</uom></ReadingType></content></entry></feed>",
        espi_entries(1, "E1", &espi[..2]),
        espi_entries(2, "E2", &espi[2..])
    );
    [(Format::Json, json), (Format::Iec, iec), (Format::Espi, espi)]
}

#[test]
fn all_three_formats_give_the_same_series() {
    let read = samples().map(|(format, body)| {
        let recorded = Recorded::new([Response::of(200, body)]);
        let page = intervals(&recorded, format, AMOUNTS, (MIDNIGHT, MIDNIGHT + DAY - 3600));
        assert_eq!(recorded.asked()[0].header("accept"), Some(format.media_type()));
        page
    });
    let [json, iec, mut espi] = read;
    assert_eq!(json, iec);
    let first = &json.items[0];
    assert_eq!(
        (first.meter.as_str(), first.register.as_str(), first.length, first.unit.as_str()),
        ("E1", "total", 900, "kWh")
    );
    let qualities: Vec<_> = json.items.iter().flat_map(|series| &series.values).map(|value| value.quality).collect();
    assert_eq!(qualities, [Quality::Valid, Quality::Estimated, Quality::Questionable]);
    assert_eq!(json.items[1].values[0].codes, ["1.2.32"]);
    // three quarter-hours in a row, though the clock says otherwise
    assert_eq!(first.values[1].end.seconds - first.values[0].end.seconds, 900);
    assert_eq!((first.values[0].end.seconds, first.values[0].start.seconds), (MIDNIGHT + 6300, MIDNIGHT + 5400));
    // the standards have codes of their own
    for (series, of) in espi.items.iter_mut().zip(&json.items) {
        for (value, of) in series.values.iter_mut().zip(&of.values) {
            value.codes.clone_from(&of.codes);
        }
    }
    assert_eq!(json, espi);
}

#[test]
fn a_span_is_walked_in_pieces_with_a_cursor() {
    let empty = r#"{"usagePoint":"6-123456","messageCreated":"x","intervalBlocks":[]}"#;
    let recorded = Recorded::new((0..5).map(|_| Response::of(200, empty)));
    let (first, last) = (at(MIDNIGHT), at(MIDNIGHT + 400 * DAY));
    let (mut cursor, mut pages) = (None, 0);
    loop {
        let page = recorded.system().intervals(ACCOUNT, "6-123456", AMOUNTS, (first, last), cursor.as_deref()).unwrap();
        pages += 1;
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(pages, 5);
    let lines = recorded.lines();
    assert!(
        lines[0].contains("startTime=2024-03-30T23%3A00%3A00%2B00%3A00&endTime=2024-06-28T23%3A00%3A00%2B00%3A00"),
        "{}",
        lines[0]
    );
    assert!(lines[4].contains("startTime=2025-03-25T23%3A00%3A00%2B00%3A00&endTime=2025-05-04"), "{}", lines[4]);
}

#[test]
fn more_than_400_days_and_somebody_elses_point_are_never_asked_for() {
    let recorded = Recorded::new([]);
    let ask = |point: &str, days: i64| {
        recorded.system().intervals(ACCOUNT, point, AMOUNTS, (at(MIDNIGHT), at(MIDNIGHT + days * DAY)), None)
    };
    assert!(matches!(ask("6-123456", 401), Err(Error::Rejected(_))));
    assert!(matches!(ask("6-123456", 0), Err(Error::Rejected(_))));
    assert_eq!(ask("6-999999", 1), Err(Error::NotFound));
    assert!(recorded.asked().is_empty());
}

#[test]
fn what_was_not_asked_for_is_refused_and_a_quota_says_how_long_to_wait() {
    let ask = |body: &str| {
        let span = (at(MIDNIGHT), at(MIDNIGHT + DAY));
        Recorded::new([Response::of(200, body)]).system().intervals(ACCOUNT, "6-123456", STATES, span, None)
    };
    let other_type = r#"{"usagePoint":"6-123456","intervalBlocks":[{"readingType":"32.0.2.4.1.2.12.0.0.0.0.0.0.0.0.3.72.0","stevec":"E1","intervalReadings":[]}]}"#;
    assert!(matches!(ask(other_type), Err(Error::Upstream(_))));
    assert!(matches!(ask(r#"{"usagePoint":"6-999999","intervalBlocks":[]}"#), Err(Error::Upstream(_))));
    let quota = Ok(Response { status: 429, retry_after: Some("60".into()), ..Response::default() });
    let span = (at(MIDNIGHT), at(MIDNIGHT + DAY));
    let refused = Recorded::new([quota]).system().intervals(ACCOUNT, "6-123456", AMOUNTS, span, None);
    assert_eq!(refused, Err(Error::RateLimited(Some(60_000))));
    let unacceptable = Recorded::new([Response::of(406, "")]);
    let refused = unacceptable.speaking(Format::Iec).intervals(ACCOUNT, "6-123456", AMOUNTS, span, None);
    assert!(matches!(refused, Err(Error::Config(_))), "{refused:?}");
}

#[test]
fn broken_xml_is_the_billing_systems_fault() {
    for (format, body) in [
        (Format::Iec, "<html>"),
        (Format::Iec, "{}"),
        (Format::Espi, "<feed xmlns='http://www.w3.org/2005/Atom'><entry>"),
        (
            Format::Espi,
            "<!DOCTYPE feed [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><feed xmlns='http://www.w3.org/2005/Atom'/>",
        ),
    ] {
        let span = (at(MIDNIGHT), at(MIDNIGHT + DAY));
        let recorded = Recorded::new([Response::of(200, body)]);
        let refused = recorded.speaking(format).intervals(ACCOUNT, "6-123456", AMOUNTS, span, None);
        assert!(matches!(refused, Err(Error::Upstream(_))), "{body}: {refused:?}");
    }
}

const POINT: &str = r#"{"merilnoMesto":"6-123456","stevec":"E9","stevilke":6,"tarife":2}"#;

#[test]
fn green_button_files_of_other_makers_are_read() {
    let one_day = include_str!("samples/green_button_one_day.xml");
    let recorded = Recorded::new([Response::of(200, one_day), Response::of(200, POINT)]);
    let page = intervals(&recorded, Format::Espi, AMOUNTS, (1_330_578_000, 1_330_578_000 + DAY));
    let series = &page.items[0];
    // they name no meter, so it is the one in place
    assert_eq!((page.items.len(), series.meter.as_str(), series.length, series.values.len()), (1, "E9", 900, 6));
    assert_eq!(
        (series.values[0].start.seconds, series.values[0].value.to_string()),
        (1_330_578_000, "0.282".to_owned())
    );
    let qualities: Vec<_> = series.values.iter().map(|value| value.quality).collect();
    assert_eq!(qualities[..3], [Quality::Estimated, Quality::Edited, Quality::Valid]);

    let several = include_str!("samples/green_button_several_days.xml");
    let recorded = Recorded::new([Response::of(200, several), Response::of(200, POINT)]);
    let page = intervals(&recorded, Format::Espi, AMOUNTS, (1_330_578_000, 1_330_578_000 + 5 * DAY));
    assert_eq!((page.items.len(), page.items[0].values.len()), (1, 6));
    let ends: Vec<_> = page.items[0].values.iter().map(|value| value.end.seconds).collect();
    assert!(ends.is_sorted() && ends[5] - ends[0] > DAY / 2, "{ends:?}");
}

#[test]
fn states_of_espi_have_no_duration_and_its_multiplier_counts() {
    let feed = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><link rel='self' href='/ReadingType/1'/><content>\
        <e:ReadingType xmlns:e='http://naesb.org/espi'><e:accumulationBehaviour>1</e:accumulationBehaviour><e:flowDirection>1</e:flowDirection>\
        <e:powerOfTenMultiplier>3</e:powerOfTenMultiplier><e:uom>72</e:uom><e:tou>1</e:tou></e:ReadingType></content></entry>\
        <entry><link rel='self' href='/b'/><title/><content><e:IntervalBlock xmlns:e='http://naesb.org/espi'><e:IntervalReading>\
        <e:timePeriod><e:duration>0</e:duration><e:start>1711839600</e:start></e:timePeriod><e:value>1234</e:value></e:IntervalReading>\
        </e:IntervalBlock></content></entry></feed>";
    let recorded = Recorded::new([Response::of(200, feed), Response::of(200, POINT)]);
    let page = intervals(&recorded, Format::Espi, STATES, (MIDNIGHT, MIDNIGHT + DAY));
    let series = &page.items[0];
    assert_eq!((series.register.as_str(), series.length), ("high", 0));
    assert_eq!((series.values[0].start, series.values[0].end), (at(MIDNIGHT), at(MIDNIGHT)));
    assert_eq!(series.values[0].value.to_string(), "1234");
}

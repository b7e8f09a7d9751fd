//! Asking billing systems for days of series.

use futures::FutureExt;
use jiff::civil::Date;
use komunala_domain::{Capability, interval::Series};

use super::{Calendar, Place};
use crate::{
    Hub,
    ports::Call,
    refresh::{Heard, PATIENCE, RefreshError, Subject, all_parts, log, wait_for},
    scope::{TenantScope, UserScope},
};

/// The days of a supply point that are asked for.
#[derive(Debug)]
struct Errand {
    place: Place,
    calendar: Calendar,
    run: (Date, Date),
}

impl Hub {
    /// Asks for runs of days one after the other, each once for everybody who waits. What was kept before the first
    /// failure stays.
    pub(super) async fn refresh_days(
        &self,
        scope: &UserScope,
        call: Call,
        place: &Place,
        calendar: &Calendar,
        runs: Vec<(Date, Date)>,
    ) -> Result<(), RefreshError> {
        let until = self.longest_wait(call);
        for run in runs {
            let errand = Errand { place: place.clone(), calendar: calendar.clone(), run };
            let (hub, scope) = (self.clone(), scope.tenant().clone());
            let subject = Subject::Intervals(place.point_id, calendar.selection, run.0, run.1);
            let running = self.refreshes.join(subject, || async move {
                let result = hub.ask_for_days(&scope, &errand).await;
                log(&errand.place.provider, &"intervals", &result);
                result
            });
            wait_for(running, until).await?;
        }
        Ok(())
    }

    async fn ask_for_days(&self, scope: &TenantScope, errand: &Errand) -> Result<Heard, RefreshError> {
        let billing = self.asked(&errand.place.provider, Capability::Intervals)?;
        let (call, selection) = (Call::within(PATIENCE), errand.calendar.selection);
        let span = errand.calendar.span_of(errand.run);
        // what is read now was so at the latest when it was asked for
        let as_of = self.clock.now();
        let series = all_parts(|cursor| {
            let (billing, place) = (&billing, &errand.place);
            async move {
                billing
                    .intervals(call, &place.account, &place.point.external_id, selection, span, cursor.as_deref())
                    .await
            }
            .boxed()
        })
        .await?;
        let days = errand.calendar.sort(errand.run, united(series), as_of);
        let (account, point) = (errand.place.account_id, errand.place.point_id);
        self.intervals.keep_days(scope, account, point, selection, &days).await?;
        Ok(Heard::News)
    }
}

/// Puts together what came in several parts: each moment of a series once, by time, the later word counts.
fn united(parts: Vec<Series>) -> Vec<Series> {
    let mut whole: Vec<Series> = Vec::new();
    for part in parts {
        let is_same = |one: &Series| one.serial_number == part.serial_number && one.register == part.register;
        match whole.iter_mut().find(|one| is_same(one)) {
            Some(one) => one.values.extend(part.values),
            None => whole.push(part),
        }
    }
    for series in &mut whole {
        // a stable sort leaves the later word last
        series.values.sort_by_key(|value| value.end);
        series.values.reverse();
        series.values.dedup_by_key(|value| value.end);
        series.values.reverse();
    }
    whole
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use komunala_domain::interval::{IntervalValue, Quality};
    use rust_decimal::Decimal;

    use super::*;

    #[test]
    fn a_series_that_goes_on_in_a_later_part_is_one_and_the_later_word_counts() {
        let part = |values: &[(i64, i64)]| Series {
            serial_number: "M-1".into(),
            register: "total".into(),
            unit: "kWh".into(),
            length: 900,
            values: values
                .iter()
                .map(|(end, value)| IntervalValue {
                    end: Timestamp::from_second(*end).unwrap(),
                    value: Decimal::from(*value),
                    quality: Quality::Valid,
                    codes: vec![],
                })
                .collect(),
        };
        let parts = vec![part(&[(900, 1), (1800, 2)]), part(&[(1800, 3), (2700, 4)])];
        assert_eq!(united(parts), [part(&[(900, 1), (1800, 3), (2700, 4)])]);
    }
}

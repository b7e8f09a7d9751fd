//! Interruptions of supply. They come by cursor: one that breaks the contract is put aside, and the rest is taken.

use komunala_app::ports::{billing::BadRecord, outages::OutagePage};
use komunala_domain::{Outage, outage::OutageState};

use super::{
    At, Checked, external_id,
    failure::shown,
    invalid, list,
    value::{instant, optional_text, word},
};
use crate::contract::v0_1::outages::exports::komunala::adapter::outages as wire;

/// The most supply points of an outage.
const POINTS: usize = 50_000;
/// The longest reason, in characters.
const REASON: usize = 500;

/// A page of at most `size` outages.
pub(crate) fn page(page: wire::OutagePage, size: usize) -> Checked<OutagePage> {
    if page.items.len() > size {
        return invalid("is longer than was asked for").at("items");
    }
    let (mut outages, mut problems) = (Vec::with_capacity(page.items.len()), Vec::new());
    for item in page.items {
        let id = shown(&item.id).chars().take(128).collect();
        match outage(item) {
            Ok(outage) => outages.push(outage),
            Err(wrong) => problems.push(BadRecord {
                external_id: Some(id),
                field: wrong.field,
                problem: wrong.problem.to_owned(),
            }),
        }
    }
    Ok(OutagePage { outages, problems, next: word(page.next, 1024).at("next")?, at_end: page.at_end })
}

fn outage(outage: wire::Outage) -> Checked<Outage> {
    let start = instant(outage.start).at("start")?;
    let end = outage.end.map(instant).transpose().at("end")?;
    if end.is_some_and(|end| end <= start) {
        return invalid("is not after the start").at("end");
    }
    Ok(Outage {
        external_id: external_id(outage.id).at("id")?,
        revision: outage.revision,
        state: match outage.state {
            wire::OutageState::Announced => OutageState::Announced,
            wire::OutageState::Changed => OutageState::Changed,
            wire::OutageState::Cancelled => OutageState::Cancelled,
        },
        start,
        end,
        reason: optional_text(outage.reason, REASON).at("reason")?,
        point_numbers: list(outage.point_numbers, POINTS, |number| word(number, 32)).at("point-numbers")?,
        changed: instant(outage.changed).at("changed")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::v0_1::types;

    fn outage(id: &str) -> wire::Outage {
        let at = |seconds| types::Instant { seconds, nanoseconds: 0 };
        wire::Outage {
            id: id.into(),
            revision: 1,
            state: wire::OutageState::Announced,
            start: at(7200),
            end: Some(at(14_400)),
            reason: Some("Vzdrževanje".into()),
            point_numbers: vec!["6-123456".into()],
            changed: at(0),
        }
    }

    fn page(items: Vec<wire::Outage>) -> Checked<OutagePage> {
        super::page(wire::OutagePage { items, next: "c".into(), at_end: true }, 10)
    }

    #[test]
    fn an_outage_that_breaks_the_contract_is_put_aside() {
        let mut bad = [outage("b"), outage("c"), outage("d"), outage("")];
        bad[0].end = Some(bad[0].start);
        bad[1].reason = Some("a\nb".into());
        bad[2].point_numbers = vec!["6-123456".into(); POINTS + 1];
        let page = page([vec![outage("a")], bad.to_vec()].concat()).unwrap();
        assert_eq!(page.outages.len(), 1);
        let fields: Vec<_> = page.problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["end", "reason", "point-numbers", "id"]);
    }

    #[test]
    fn a_page_longer_than_was_asked_for_is_refused() {
        assert_eq!(page(vec![outage("a"); 11]).unwrap_err().field, "items");
    }
}

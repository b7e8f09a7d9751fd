//! Everything that can be wrong with a night.

use komunala_app::ports::{BillingError, FileExchange as _};
use komunala_simulators::heating::{FileKind, Flaw, Night};

use super::exchange::{DAY, Exchange, patiently};

/// What becomes of the file that a flaw is in.
enum Fate {
    Refused(&'static str),
    /// so many rows are put aside
    Aside(usize),
    Fine,
}

async fn meets(kind: FileKind, flaw: Flaw, fate: Fate) {
    let night = Night::first(DAY, 1).flawed(kind, flaw);
    let exchange = Exchange::with(60, &night);
    // a refused line file refuses its bills
    let id = if kind == FileKind::Lines { night.stem(FileKind::Bills) } else { night.stem(kind) };
    let read = exchange.rows(&id, 50).await;
    match (fate, read) {
        (Fate::Refused(why), Err(BillingError::Rejected { fields })) => {
            let said = format!("{fields:?}");
            assert!(said.contains(why), "{kind:?} {flaw:?}: {said}");
        }
        (Fate::Aside(count), Ok((rows, problems))) => {
            assert!(!rows.is_empty());
            assert_eq!(problems.len(), count, "{kind:?} {flaw:?}: {problems:?}");
        }
        (Fate::Fine, Ok((rows, problems))) => assert!(!rows.is_empty() && problems.is_empty(), "{problems:?}"),
        (_, other) => panic!("{kind:?} {flaw:?}: {:?}", other.map(|(rows, problems)| (rows.len(), problems))),
    }
    // the other files of the set go on
    for other in FileKind::ALL {
        let is_same = other == kind || (other == FileKind::Bills && kind == FileKind::Lines);
        if other != FileKind::Lines && !is_same {
            exchange.rows(&night.stem(other), 50).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_flaw_refuses_its_file_whole_and_says_where() {
    use FileKind::{Bills, Customers, Lines, Payments};
    for kind in [Customers, Bills] {
        meets(kind, Flaw::NoTrailer, Fate::Refused("no trailer")).await;
        meets(kind, Flaw::WrongCount, Fate::Refused("the count does not fit")).await;
        meets(kind, Flaw::WrongSum, Fate::Refused("the sum does not fit")).await;
        meets(kind, Flaw::WrongWidth, Fate::Refused("line 4")).await;
        meets(kind, Flaw::WrongHead, Fate::Refused("line 1")).await;
    }
    for kind in FileKind::ALL {
        meets(kind, Flaw::WrongOk, Fate::Refused("digest")).await;
        meets(kind, Flaw::WrongSize, Fate::Refused("bytes")).await;
        meets(kind, Flaw::BareLineFeeds, Fate::Refused("CRLF")).await;
    }
    for kind in [Customers, Bills, Lines] {
        meets(kind, Flaw::BadByte, Fate::Refused("line 4: a byte that Windows-1250 does not have")).await;
    }
    for kind in [Lines, Payments] {
        meets(kind, Flaw::NoHeader, Fate::Refused("the first line is not")).await;
    }
    meets(Lines, Flaw::ExtraField, Fate::Refused("line 4")).await;
}

#[tokio::test]
async fn a_bad_row_is_put_aside_and_its_file_goes_on() {
    meets(FileKind::Customers, Flaw::MalformedRow, Fate::Aside(1)).await;
    meets(FileKind::Bills, Flaw::MalformedRow, Fate::Aside(1)).await;
    meets(FileKind::Bills, Flaw::WrongTotal, Fate::Aside(1)).await;
    // the line that cannot be read takes its bill along
    meets(FileKind::Lines, Flaw::MalformedRow, Fate::Aside(1)).await;
}

#[tokio::test]
async fn rows_that_are_there_twice_are_no_flaw() {
    for kind in FileKind::ALL {
        if kind != FileKind::Payments {
            meets(kind, Flaw::Duplicates, Fate::Fine).await;
        }
    }
}

#[tokio::test]
async fn a_late_ok_brings_its_file_in_its_place() {
    let exchange = Exchange::with(60, &Night::first(DAY, 1).flawed(FileKind::Bills, Flaw::LateOk));
    exchange.simulator.write(&Night::nightly(DAY, 2)).unwrap();
    let before = ["KOR_20240815_001", "UPL_20240815_001", "KOR_20240815_002", "RAC_20240815_002", "UPL_20240815_002"];
    assert_eq!(exchange.ids().await, before);
    assert!(exchange.problems().await[0].contains("RAC_20240815_001.txt waits for its .ok"));
    exchange.simulator.seal("RAC_20240815_001.txt").unwrap();
    assert_eq!(exchange.ids().await[1], "RAC_20240815_001");
    assert!(exchange.problems().await.is_empty());
}

#[tokio::test]
async fn a_gap_holds_the_sets_behind_it_until_it_is_filled() {
    let exchange = Exchange::with(60, &Night::first(DAY, 1));
    exchange.simulator.write(&Night::nightly(DAY, 3)).unwrap();
    exchange.simulator.write(&Night::nightly(DAY.tomorrow().unwrap(), 1)).unwrap();
    assert_eq!(exchange.ids().await.len(), 3);
    assert_eq!(exchange.problems().await, ["set 20240815_002 is missing: 2 sets behind it wait"]);
    exchange.simulator.write(&Night::nightly(DAY, 2)).unwrap();
    let order: Vec<u64> = exchange.files().await.iter().map(|file| file.sequence).collect();
    assert_eq!(order.len(), 12);
    assert!(order.is_sorted());
}

#[tokio::test]
async fn a_set_that_is_sent_again_has_another_fingerprint() {
    let exchange = Exchange::with(250, &Night::nightly(DAY, 1));
    let before = exchange.file("RAC_20240815_001").await;
    exchange.simulator.write(&Night::nightly(DAY, 1).revision(2)).unwrap();
    let after = exchange.file("RAC_20240815_001").await;
    assert_ne!(before.fingerprint, after.fingerprint);
    let stale = exchange.adapter.read_file(patiently(), &before, None, 10).await.unwrap_err();
    assert!(matches!(stale, BillingError::Conflict { .. }), "{stale:?}");
}

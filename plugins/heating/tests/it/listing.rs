//! Which files count, and in which order.

use std::fs;

use komunala_adapter_sdk::files::Content;

use crate::folder::{Folder, customer, customers};

fn payments(folder: &Folder, place: &str) {
    folder.put(&format!("out/UPL_{place}.csv"), "id;korisnik;datum;iznos;poziv;kanal\r\n");
}

#[test]
fn sets_come_by_day_and_number_whatever_order_they_were_written_in() {
    let folder = Folder::new();
    for place in ["20240702_001", "20240701_002", "20240701_001"] {
        payments(&folder, place);
    }
    folder.put("out/KOR_20240701_002.txt", &customers("20240701002", &[customer("0100000001")]));
    let page = folder.exchange.list_files(None, 100).unwrap();
    let listed: Vec<(&str, u64)> = page.items.iter().map(|file| (file.id.as_str(), file.sequence)).collect();
    assert_eq!(
        listed,
        [
            ("UPL_20240701_001", 20_240_701_001),
            ("KOR_20240701_002", 20_240_701_002),
            ("UPL_20240701_002", 20_240_701_002),
            ("UPL_20240702_001", 20_240_702_001)
        ]
    );
    assert_eq!((page.items[1].content, page.items[1].full, page.items[1].size), (Content::Customers, true, 1206));
    assert!(page.problems.is_empty() && page.next.is_none());
}

#[test]
fn pages_hold_as_many_as_asked_for_and_lead_to_one_another() {
    let folder = Folder::new();
    (1..=5).for_each(|number| payments(&folder, &format!("20240701_{number:03}")));
    let (mut ids, mut since) = (Vec::new(), None);
    loop {
        let page = folder.exchange.list_files(since.as_deref(), 2).unwrap();
        ids.extend(page.items.into_iter().map(|file| file.id));
        since = page.next;
        if since.is_none() {
            break;
        }
    }
    assert_eq!(ids, folder.ids());
    assert_eq!(ids.len(), 5);
}

#[test]
fn a_gap_holds_everything_behind_it_and_is_named() {
    let folder = Folder::new();
    for place in ["20240701_001", "20240701_003", "20240702_001"] {
        payments(&folder, place);
    }
    assert_eq!(folder.ids(), ["UPL_20240701_001"]);
    assert_eq!(folder.problems(), ["set 20240701_002 is missing: 2 sets behind it wait"]);
    payments(&folder, "20240701_002");
    assert_eq!(folder.ids().len(), 4);
    assert!(folder.problems().is_empty());
    // a day that does not begin with 001 has a gap as well
    payments(&folder, "20240703_002");
    assert_eq!(folder.problems(), ["set 20240703_001 is missing: 1 sets behind it wait"]);
}

#[test]
fn a_file_without_its_ok_does_not_count_and_comes_late_in_its_place() {
    let folder = Folder::new();
    payments(&folder, "20240701_001");
    folder.write("out/KOR_20240701_001.txt", &customers("20240701001", &[]));
    assert_eq!(folder.ids(), ["UPL_20240701_001"]);
    assert!(folder.problems().is_empty(), "whoever is still writing is not late");
    payments(&folder, "20240701_002");
    assert_eq!(folder.problems(), ["KOR_20240701_001.txt waits for its .ok"]);
    folder.seal("out/KOR_20240701_001.txt");
    assert_eq!(folder.ids(), ["KOR_20240701_001", "UPL_20240701_001", "UPL_20240701_002"]);
}

#[test]
fn a_set_of_which_nothing_is_complete_is_a_gap() {
    let folder = Folder::new();
    payments(&folder, "20240701_001");
    payments(&folder, "20240701_002");
    fs::remove_file(folder.path("out/UPL_20240701_001.ok")).unwrap();
    assert!(folder.ids().is_empty());
    assert_eq!(folder.problems(), ["set 20240701_001 has no file with its .ok: 1 sets behind it wait"]);
}

#[test]
fn foreign_names_are_ignored_with_a_reason() {
    let folder = Folder::new();
    payments(&folder, "20240701_001");
    for name in ["out/KOR_20240701_01.txt", "out/readme.txt", "out/RAC_20240732_001.txt", "out/DOST_20240701_001.csv"] {
        folder.write(name, "");
    }
    folder.write("out/KOR_20240701_001.ok", "1;2");
    assert_eq!(folder.ids(), ["UPL_20240701_001"]);
    let problems = folder.problems();
    assert_eq!(problems.iter().filter(|problem| problem.ends_with("is no name of this exchange: ignored")).count(), 4);
    assert!(problems.contains(&"KOR_20240701_001.ok stands there without its file".to_owned()));
}

#[test]
fn a_delta_is_not_full() {
    let folder = Folder::new();
    folder.put("out/KOR_20240701_001.txt", &customers("20240701001", &[]).replacen("001F", "001D", 1));
    assert!(!folder.exchange.list_files(None, 10).unwrap().items[0].full);
}

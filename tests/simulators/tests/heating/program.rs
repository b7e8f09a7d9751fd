//! The simulator as a program.

use std::process::Command;

use tempfile::TempDir;

#[test]
fn nights_are_written_and_customers_listed() {
    let folder = TempDir::new().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_heating-simulator"));
    command.arg(folder.path()).args(["--customers", "40", "--nights", "3", "--first", "2024-08-15", "--list", "2"]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let listed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(listed.lines().map(str::len).collect::<Vec<_>>(), [15, 15]);
    for name in ["KOR_20240815_001.ok", "KOR_20240817_001.ok", "UPL_20240816_001.ok", "PDF_202406_011_001.ok"] {
        assert!(folder.path().join("out").join(name).is_file(), "{name}");
    }
}

//! The simulator as a program.

use std::process::Command;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::wire::{Program, help};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gas-simulator");

#[tokio::test]
async fn the_first_line_is_the_address_and_customers_follow() {
    let switches = r#"{"paging":"LATE_ITEMS"}"#;
    let arguments = ["--customers", "20", "--list", "2", "--today", "2024-08-15", "--switches", switches];
    let mut program = Program::start(PROGRAM, &arguments);
    let (address, customer) = (program.line(), program.line());
    assert_eq!((customer.split(' ').next(), customer.len()), (Some("0100001"), 12));
    let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
    stream.write_all(b"GET /_switches HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("LATE_ITEMS"), "{answer}");
}

#[test]
fn the_help_explains_the_switches() {
    let help = help(PROGRAM);
    for explained in ["--customers", "--seed", "--listen", "TIMEOUT_AFTER_WRITE", "openFrom", "/_switches"] {
        assert!(help.contains(explained), "{explained}");
    }
}

#[test]
fn a_wrong_switch_is_named() {
    let output = Command::new(PROGRAM).args(["--switches", r#"{"sabotage":1}"#]).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("sabotage"));
}

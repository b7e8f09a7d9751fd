//! The simulator as a program.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// The program, killed when the test is over.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself, then there is nothing to kill.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn the_first_line_is_the_address_and_customers_follow() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gas-simulator"));
    command.args([
        "--customers",
        "20",
        "--list",
        "2",
        "--today",
        "2024-08-15",
        "--switches",
        r#"{"paging":"LATE_ITEMS"}"#,
    ]);
    let mut program = Program(command.stdout(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(program.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let address = lines.next().unwrap();
    let customer = lines.next().unwrap();
    assert_eq!((customer.split(' ').next(), customer.len()), (Some("0100001"), 12));
    let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
    stream.write_all(b"GET /_switches HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("LATE_ITEMS"), "{answer}");
}

#[test]
fn the_help_explains_the_switches() {
    let help = Command::new(env!("CARGO_BIN_EXE_gas-simulator")).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    for explained in ["--customers", "--seed", "--listen", "TIMEOUT_AFTER_WRITE", "openFrom", "/_switches"] {
        assert!(help.contains(explained), "{explained}");
    }
}

#[test]
fn a_wrong_switch_is_named() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_gas-simulator")).args(["--switches", r#"{"sabotage":1}"#]).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("sabotage"));
}

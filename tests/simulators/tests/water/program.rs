//! The simulator as a program.

use crate::wire::{Program, help};

const PROGRAM: &str = env!("CARGO_BIN_EXE_water-simulator");

#[test]
fn the_first_line_is_the_address_and_customers_follow() {
    let mut program = Program::start(PROGRAM, &["--customers", "20", "--list", "2", "--today", "2024-08-15"]);
    std::net::TcpStream::connect(program.line()).expect("somebody listens");
    let customer = program.line();
    let (number, pin) = customer.split_once(' ').unwrap();
    assert_eq!((number.len(), pin.len()), (6, 4), "{customer}");
}

#[test]
fn the_help_says_what_it_simulates_and_how_it_is_made_to_fail() {
    let help = help(PROGRAM);
    for explained in ["SOAP", "--customers", "--seed", "--listen", "TIMEOUT_AFTER_WRITE", "busy", "/_switches"] {
        assert!(help.contains(explained), "{explained}: {help}");
    }
}

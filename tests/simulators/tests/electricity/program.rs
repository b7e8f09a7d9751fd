//! The simulator as a program.

use crate::wire::{Program, help};

const PROGRAM: &str = env!("CARGO_BIN_EXE_electricity-simulator");

#[test]
fn the_first_line_is_the_address_and_payers_follow() {
    let mut program = Program::start(PROGRAM, &["--customers", "20", "--list", "2"]);
    std::net::TcpStream::connect(program.line()).expect("somebody listens");
    let payer = program.line();
    let (number, pin) = payer.split_once(' ').unwrap();
    assert_eq!((number.len(), pin.len()), (8, 4), "{payer}");
}

#[test]
fn the_help_says_what_it_simulates_and_how_it_is_made_to_fail() {
    let help = help(PROGRAM);
    for explained in ["electricity", "--customers", "--seed", "--listen", "--now", "--quota", "/_switches"] {
        assert!(help.contains(explained), "{explained}: {help}");
    }
}

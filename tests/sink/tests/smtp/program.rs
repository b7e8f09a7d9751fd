//! The sink as a program.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use crate::client::{Client, MESSAGE};

/// The program, killed when the test is over.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself, then there is nothing to kill.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_smtp-sink"))
}

#[tokio::test]
async fn it_prints_its_address_takes_mail_and_fails_as_told() {
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("authority.pem");
    let mut command = program();
    command.arg("--dir").arg(folder.path().join("mails")).arg("--authority").arg(&authority);
    command.args(["--fault", "connect:421:every=2"]).stdout(Stdio::piped());
    let mut program = Program(command.spawn().unwrap());
    let mut line = String::new();
    BufReader::new(program.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let addr = line.trim_end().parse().unwrap();
    assert_eq!(Client::deliver(addr, "ana@example.org", MESSAGE).await.unwrap().code, 250);
    assert_eq!(Client::connect(addr).await.reply().await.unwrap().code, 421);
    assert!(folder.path().join("mails/00000001-ana@example.org.eml").exists());
    assert!(std::fs::read_to_string(authority).unwrap().starts_with("-----BEGIN CERTIFICATE-----"));
}

#[test]
fn the_help_explains_the_faults_and_a_wrong_one_is_named() {
    let help = program().arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    for explained in ["--listen", "--dir", "recorded", "endless-reply", "every=N", "ana+rcpt-450"] {
        assert!(help.contains(explained), "{explained}");
    }
    let wrong = program().args(["--fault", "nowhere:drop"]).output().unwrap();
    assert!(!wrong.status.success() && String::from_utf8_lossy(&wrong.stderr).contains("nowhere"));
}

//! The billing system that the template is recorded against, as a program: it prints its address and serves until it is
//! told to stop.

use std::io;

use komunala_simulators::WasteSimulator;

#[tokio::main]
async fn main() -> io::Result<()> {
    let simulator = WasteSimulator::start().await?;
    // not print!, which a workspace of servers has little use for
    io::Write::write_fmt(&mut io::stdout(), format_args!("{}\n", simulator.url()))?;
    tokio::signal::ctrl_c().await
}

//! The first thing that a new user sees: a guest that blinks a simulated lamp.

use std::process::{Command, Stdio};

use crate::build;
use crate::workspace::{Architecture, Workspace, succeed};

/// Blinks ten times, half a second each.
const BLINK: [&str; 6] = ["run", "target/guests/blink.elf", "--sim", "--", "500", "10"];

const NEXT: &str = "
What to do next:
  target/release/andon devices                  what this machine has to offer a guest
  target/release/andon explain target/guests/blink.elf
                                                what blink asks for, and what it would get
  target/release/andon run target/guests/blink.elf --device led=gpio:CHIP/LINE -- 500 10
                                                the same guest on a real lamp
  target/release/andon new lamp && target/release/andon run lamp --sim
                                                a guest of your own";

/// Builds, runs the demo and says what to do next.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let monitor = build::all(workspace, Architecture::host()?)?;
    succeed(
        Command::new(monitor)
            .current_dir(workspace.path(""))
            .stdin(Stdio::null())
            .args(BLINK),
    )?;
    println!("{NEXT}");
    Ok(())
}

//! First process of an emulated board.
//!
//! It mounts the kernel's file systems, loads the modules that it finds, and starts itself
//! once more to serve the bench; the first process then only collects orphans. What the
//! bench wants of it stands in the environment, which the kernel takes from its command
//! line: `BOARD_CHANNEL` is the serial line, `BOARD_TIME` the time in seconds since 1970.

mod boot;
mod programs;

use std::error::Error;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::sync::Arc;

use board_agent::{Event, Request};
use rustix::process::{WaitOptions, wait};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

use crate::programs::{Outlet, Programs};

fn main() -> Result<(), Box<dyn Error>> {
    if std::process::id() != 1 {
        return serve();
    }
    boot::mount()?;
    boot::load_modules()?;
    boot::set_clock()?;
    std::process::Command::new("/proc/self/exe").spawn()?;
    while wait(WaitOptions::empty()).is_ok() {}
    Err("the agent has ended".into())
}

/// Carries out requests until the channel closes.
fn serve() -> Result<(), Box<dyn Error>> {
    let channel = open_channel()?;
    let outlet = Arc::new(Outlet::new(channel.try_clone()?));
    let mut programs = Programs::new(outlet.clone());
    outlet.send(&Event::Ready);
    for line in BufReader::new(channel).lines() {
        match Request::parse(&line?) {
            Some(Request::Start { id, command }) => programs.start(id, &command),
            Some(Request::Signal { id, signal }) => programs.signal(id, signal),
            None => {}
        }
    }
    Ok(())
}

/// Opens the serial line so that bytes pass as they are.
fn open_channel() -> Result<File, Box<dyn Error>> {
    let name = std::env::var("BOARD_CHANNEL")?;
    let mut channel = OpenOptions::new()
        .read(true)
        .write(true)
        .open(format!("/dev/{name}"))?;
    let mut settings = tcgetattr(&channel)?;
    settings.make_raw();
    tcsetattr(&channel, OptionalActions::Flush, &settings)?;
    // The kernel's probe may have left the beginning of a line.
    channel.write_all(b"\n")?;
    Ok(channel)
}

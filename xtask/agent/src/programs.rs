//! Programs that the bench has started, and what is told about them.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use board_agent::{End, Event};
use rustix::process::{Pid, Signal, kill_process};

/// The agent's side of the channel, for all threads.
pub(crate) struct Outlet(Mutex<File>);

impl Outlet {
    pub(crate) fn new(channel: File) -> Self {
        Self(Mutex::new(channel))
    }

    /// Tells the bench. A channel that is gone takes the board with it, so there is nobody
    /// to tell of a failure.
    pub(crate) fn send(&self, event: &Event) {
        let line = format!("{event}\n");
        let mut channel = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = channel.write_all(line.as_bytes());
    }
}

/// The programs by the bench's numbers.
pub(crate) struct Programs {
    outlet: Arc<Outlet>,
    started: HashMap<u32, Pid>,
}

impl Programs {
    pub(crate) fn new(outlet: Arc<Outlet>) -> Self {
        Self {
            outlet,
            started: HashMap::new(),
        }
    }

    /// Starts a program and threads that tell what becomes of it.
    pub(crate) fn start(&mut self, id: u32, command: &[String]) {
        let [program, arguments @ ..] = command else {
            return self.fail(id, "no program was named");
        };
        let child = Command::new(program)
            .args(arguments)
            .env_clear()
            .env("PATH", "/bin")
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        match child {
            Ok(child) => self.watch(id, child),
            Err(error) => self.fail(id, &format!("cannot start {program}: {error}")),
        }
    }

    /// Sends a signal to a program.
    pub(crate) fn signal(&self, id: u32, signal: i32) {
        let sent = self.started.get(&id).zip(Signal::from_named_raw(signal));
        match sent.map(|(&pid, signal)| kill_process(pid, signal)) {
            Some(Ok(())) => {}
            Some(Err(error)) => self.fail(id, &format!("cannot send signal {signal}: {error}")),
            None => self.fail(id, "there is no such program or signal"),
        }
    }

    fn fail(&self, id: u32, reason: &str) {
        self.outlet.send(&Event::Failed {
            id,
            reason: reason.to_owned(),
        });
    }

    fn watch(&mut self, id: u32, mut child: Child) {
        self.started.insert(id, Pid::from_child(&child));
        let (output, error) = (child.stdout.take(), child.stderr.take());
        let outlet = self.outlet.clone();
        std::thread::spawn(move || {
            std::thread::scope(|scope| {
                scope.spawn(|| output.map(|pipe| relay(&outlet, id, false, pipe)));
                scope.spawn(|| error.map(|pipe| relay(&outlet, id, true, pipe)));
                outlet.send(&Event::Ended {
                    id,
                    end: end(&mut child),
                });
            });
            outlet.send(&Event::Closed { id });
        });
    }
}

/// Passes on each line that a program writes, as soon as it is whole.
fn relay(outlet: &Outlet, id: u32, error: bool, pipe: impl Read) {
    let lines = BufReader::new(pipe).split(b'\n').map_while(Result::ok);
    for line in lines {
        outlet.send(&Event::Line {
            id,
            error,
            text: String::from_utf8_lossy(&line).into_owned(),
        });
    }
}

/// Waits for a program's end. One that cannot be waited for counts as killed.
fn end(child: &mut Child) -> End {
    match child.wait() {
        Ok(status) => status.code().map_or_else(
            || End::Signal(status.signal().unwrap_or_default()),
            End::Exit,
        ),
        Err(_) => End::Signal(Signal::KILL.as_raw()),
    }
}

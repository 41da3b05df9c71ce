//! Programs inside an emulated board: starts them, signals them and collects what they do.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail, ensure};
use board_agent::{End, Event, Request};

const SIGKILL: i32 = 9;

/// The bench's side of the channel to the agent.
pub(crate) struct Programs {
    channel: UnixStream,
    events: Receiver<Event>,
    ready: bool,
    started: HashMap<u32, Record>,
}

/// A program that was started on the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Program(u32);

/// What is known of a program.
#[derive(Clone, Debug, Default)]
struct Record {
    output: String,
    error: String,
    end: Option<End>,
    closed: bool,
    failed: Option<String>,
}

impl Record {
    /// The last lines that the program wrote to each stream.
    fn last_words(&self) -> String {
        let last = |text: &str| text.lines().last().unwrap_or_default().to_owned();
        format!(
            "it wrote last: {} {}",
            last(&self.output),
            last(&self.error)
        )
    }
}

/// A program that has ended.
#[derive(Clone, Debug)]
pub(crate) struct Finished {
    /// How it ended.
    pub(crate) end: End,
    /// What it wrote to its standard output.
    pub(crate) output: String,
    /// What it wrote to its standard error.
    pub(crate) error: String,
}

impl Finished {
    /// Its standard output, where it ended well.
    pub(crate) fn success(self) -> anyhow::Result<String> {
        ensure!(
            self.end == End::Exit(0),
            "a program ended with {}: {}{}",
            self.end,
            self.output,
            self.error
        );
        Ok(self.output)
    }
}

impl Programs {
    pub(crate) fn new(channel: UnixStream) -> anyhow::Result<Self> {
        let reader = channel.try_clone().context("cannot share the channel")?;
        let (sender, events) = mpsc::channel();
        std::thread::spawn(move || {
            // The line may carry anything before the agent has it, so it need not be text.
            let lines = BufReader::new(reader).split(b'\n').map_while(Result::ok);
            let texts = lines.filter_map(|line| String::from_utf8(line).ok());
            for event in texts.filter_map(|text| Event::parse(text.trim_end())) {
                if sender.send(event).is_err() {
                    break;
                }
            }
        });
        Ok(Self {
            channel,
            events,
            ready: false,
            started: HashMap::new(),
        })
    }

    /// Waits until the board takes programs.
    pub(crate) fn wait_ready(&mut self, limit: Duration) -> anyhow::Result<()> {
        self.wait_until(limit, |programs| programs.ready)
            .context("the board does not start")
    }

    /// Starts a program with these arguments.
    pub(crate) fn start(&mut self, command: &[&str]) -> anyhow::Result<Program> {
        let id = u32::try_from(self.started.len()).context("too many programs")?;
        self.started.insert(id, Record::default());
        self.send(&Request::Start {
            id,
            command: command.iter().map(|&word| word.to_owned()).collect(),
        })?;
        Ok(Program(id))
    }

    /// Sends a signal to a program, by its number.
    pub(crate) fn signal(&mut self, program: Program, signal: i32) -> anyhow::Result<()> {
        self.send(&Request::Signal {
            id: program.0,
            signal,
        })
    }

    /// Ends whatever still runs; for after a test that failed half-way.
    pub(crate) fn kill_all(&mut self) -> anyhow::Result<()> {
        let runs = |record: &&Record| record.end.is_none() && record.failed.is_none();
        let running = self.started.iter().filter(|(_, record)| runs(record));
        for id in running.map(|(&id, _)| id).collect::<Vec<_>>() {
            self.send(&Request::Signal {
                id,
                signal: SIGKILL,
            })?;
        }
        Ok(())
    }

    /// Waits until a program has written `text`, to either stream.
    pub(crate) fn wait_text(
        &mut self,
        program: Program,
        text: &str,
        limit: Duration,
    ) -> anyhow::Result<()> {
        let written = |record: &Record| record.output.contains(text) || record.error.contains(text);
        self.wait_until(limit, |programs| {
            let record = &programs.started[&program.0];
            written(record) || record.closed || record.failed.is_some()
        })?;
        let record = &self.started[&program.0];
        ensure!(
            written(record),
            "no {text:?} in {}{}",
            record.output,
            record.error
        );
        Ok(())
    }

    /// Waits until a program has ended, whoever still holds its output.
    pub(crate) fn wait_end(&mut self, program: Program, limit: Duration) -> anyhow::Result<End> {
        self.wait_until(limit, |programs| {
            let record = &programs.started[&program.0];
            record.end.is_some() || record.failed.is_some()
        })?;
        self.end(program)
    }

    /// Waits until a program has ended and all that it wrote is known.
    pub(crate) fn finish(&mut self, program: Program, limit: Duration) -> anyhow::Result<Finished> {
        self.wait_until(limit, |programs| {
            let record = &programs.started[&program.0];
            record.closed || record.failed.is_some()
        })
        .with_context(|| self.started[&program.0].last_words())?;
        let end = self.end(program)?;
        let record = self.started[&program.0].clone();
        Ok(Finished {
            end,
            output: record.output,
            error: record.error,
        })
    }

    /// Runs a program to its end.
    pub(crate) fn run(&mut self, command: &[&str], limit: Duration) -> anyhow::Result<Finished> {
        let program = self.start(command)?;
        self.finish(program, limit)
            .with_context(|| command.join(" "))
    }

    fn end(&self, program: Program) -> anyhow::Result<End> {
        let record = &self.started[&program.0];
        record
            .end
            .ok_or_else(|| anyhow!(record.failed.clone().unwrap_or_default()))
    }

    fn send(&mut self, request: &Request) -> anyhow::Result<()> {
        self.channel
            .write_all(format!("{request}\n").as_bytes())
            .context("the board takes no requests any more")
    }

    /// Takes events until a condition holds.
    fn wait_until(&mut self, limit: Duration, holds: impl Fn(&Self) -> bool) -> anyhow::Result<()> {
        let deadline = Instant::now() + limit;
        while !holds(self) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(left) {
                Ok(event) => self.note(event),
                Err(RecvTimeoutError::Timeout) => bail!("nothing within {limit:?}"),
                Err(RecvTimeoutError::Disconnected) => bail!("the emulator has ended"),
            }
        }
        Ok(())
    }

    fn note(&mut self, event: Event) {
        let id = match &event {
            Event::Ready => {
                self.ready = true;
                return;
            }
            Event::Line { id, .. }
            | Event::Ended { id, .. }
            | Event::Closed { id }
            | Event::Failed { id, .. } => *id,
        };
        let record = self.started.entry(id).or_default();
        match event {
            Event::Line { error, text, .. } => {
                let stream = if error {
                    &mut record.error
                } else {
                    &mut record.output
                };
                stream.push_str(&text);
                stream.push('\n');
            }
            Event::Ended { end, .. } => record.end = Some(end),
            Event::Closed { .. } => record.closed = true,
            Event::Failed { reason, .. } => record.failed = Some(reason),
            Event::Ready => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::unix::net::UnixStream;
    use std::time::Duration;

    use super::{End, Programs};

    const SOON: Duration = Duration::from_secs(5);

    fn programs() -> (Programs, UnixStream) {
        let (near, far) = UnixStream::pair().unwrap();
        (Programs::new(near).unwrap(), far)
    }

    #[test]
    fn a_program_is_finished_when_its_output_is_closed() {
        let (mut programs, mut far) = programs();
        far.write_all(b"ended 0 exit 3\nout 0 last words\nclosed 0\n")
            .unwrap();
        let finished = programs.run(&["/bin/true"], SOON).unwrap();
        assert_eq!(finished.end, End::Exit(3));
        assert_eq!(finished.output, "last words\n");
        assert!(finished.success().is_err());
    }

    #[test]
    fn a_program_that_does_not_start_is_an_error() {
        let (mut programs, mut far) = programs();
        far.write_all(b"failed 0 cannot start /none\n").unwrap();
        let error = programs.run(&["/none"], SOON).unwrap_err();
        assert_eq!(error.root_cause().to_string(), "cannot start /none");
    }

    #[test]
    fn noise_before_the_first_message_is_ignored() {
        let (mut programs, mut far) = programs();
        far.write_all(b"X\xff\n[ 0.1] kvm\nready\r\n").unwrap();
        programs.wait_ready(SOON).unwrap();
    }

    #[test]
    fn an_emulator_that_ended_is_an_error() {
        let (mut programs, far) = programs();
        drop(far);
        assert!(programs.wait_ready(SOON).is_err());
    }
}

//! A record of every device operation, written to a file while the guest runs.
//!
//! The format goes by the file's extension: `.vcd` is a Value Change Dump, which GTKWave
//! and PulseView open; every other is JSON lines. A file that cannot be written any more
//! does not stop the guest: the first error is kept and comes out of [`Trace::finish`].

mod json_lines;
mod value_changes;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use thiserror::Error;

use crate::device::{Observer, Record};
use json_lines::JsonLines;
use value_changes::ValueChanges;

/// Longest time, in the guest's run, that a record waits in the buffer while others come.
const FLUSH_INTERVAL: Duration = Duration::from_millis(100);

/// A device as a trace shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// Name of the device in the guest's manifest.
    pub name: String,
    /// Number of its lines, 1 to 64.
    pub lines: u32,
}

/// How a trace is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line for every operation.
    JsonLines,
    /// Value Change Dump, IEEE 1364-2005 clause 18, in nanoseconds, one wire for every line.
    ValueChanges,
}

impl Format {
    /// The format that a file of this name gets.
    pub fn of(path: &Path) -> Self {
        match path.extension() {
            Some(extension) if extension.eq_ignore_ascii_case("vcd") => Self::ValueChanges,
            _ => Self::JsonLines,
        }
    }
}

/// Why a trace is not there or not complete.
#[derive(Debug, Error)]
pub enum TraceError {
    /// The file could not be made.
    #[error("cannot create the trace: {0}")]
    Create(io::Error),
    /// The file could not be written to its end.
    #[error("the trace is incomplete: {0}")]
    Write(io::Error),
}

/// A trace that is being written.
pub struct Trace {
    recording: Arc<Mutex<Recording>>,
}

impl Trace {
    /// Makes the file and writes what stands before the first operation. An existing file is
    /// replaced.
    ///
    /// # Errors
    /// Where the file cannot be made or written.
    pub fn create(path: &Path, signals: &[Signal]) -> Result<Self, TraceError> {
        let file = File::create(path).map_err(TraceError::Create)?;
        Self::over(Box::new(file), Format::of(path), signals)
    }

    /// As [`Self::create`], over any writer.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn over(
        writer: Box<dyn Write + Send>,
        format: Format,
        signals: &[Signal],
    ) -> Result<Self, TraceError> {
        let recording = Recording::begin(writer, format, signals).map_err(TraceError::Write)?;
        Ok(Self {
            recording: Arc::new(Mutex::new(recording)),
        })
    }

    /// What is to be told of the operations.
    pub fn observer(&self) -> Box<dyn Observer> {
        Box::new(Recorder(Arc::clone(&self.recording)))
    }

    /// Writes what is still buffered. `end` is the time of the guest's end since its start,
    /// so that the last level has a length.
    ///
    /// # Errors
    /// The first error since the trace began, or that of the last write.
    pub fn finish(self, end: Duration) -> Result<(), TraceError> {
        lock(&self.recording).end(end).map_err(TraceError::Write)
    }
}

/// The observer of a trace.
struct Recorder(Arc<Mutex<Recording>>);

impl Observer for Recorder {
    fn operation(&mut self, record: &Record<'_>) {
        lock(&self.0).record(record);
    }
}

/// A panic elsewhere does not make the records unusable.
fn lock(recording: &Mutex<Recording>) -> MutexGuard<'_, Recording> {
    recording.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Recording {
    writer: BufWriter<Box<dyn Write + Send>>,
    encoder: Encoder,
    flushed: Duration,
    failure: Option<io::Error>,
}

enum Encoder {
    JsonLines(JsonLines),
    ValueChanges(ValueChanges),
}

impl Recording {
    fn begin(
        writer: Box<dyn Write + Send>,
        format: Format,
        signals: &[Signal],
    ) -> io::Result<Self> {
        let mut writer = BufWriter::new(writer);
        let encoder = match format {
            Format::JsonLines => Encoder::JsonLines(JsonLines),
            Format::ValueChanges => {
                Encoder::ValueChanges(ValueChanges::begin(&mut writer, signals)?)
            }
        };
        writer.flush()?;
        Ok(Self {
            writer,
            encoder,
            flushed: Duration::ZERO,
            failure: None,
        })
    }

    fn record(&mut self, record: &Record<'_>) {
        if self.failure.is_none() {
            self.failure = self.encode(record).err();
        }
    }

    fn encode(&mut self, record: &Record<'_>) -> io::Result<()> {
        match &mut self.encoder {
            Encoder::JsonLines(lines) => lines.record(&mut self.writer, record),
            Encoder::ValueChanges(dump) => dump.record(&mut self.writer, record),
        }?;
        if record.time.saturating_sub(self.flushed) >= FLUSH_INTERVAL {
            self.flushed = record.time;
            self.writer.flush()?;
        }
        Ok(())
    }

    fn end(&mut self, end: Duration) -> io::Result<()> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        if let Encoder::ValueChanges(dump) = &mut self.encoder {
            dump.end(&mut self.writer, end)?;
        }
        self.writer.flush()
    }
}

/// A length of time in whole nanoseconds; the largest number after 584 years.
fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::io::{self, ErrorKind, Write};
    use std::path::Path;
    use std::time::Duration;

    use super::{Format, Signal, Trace, TraceError};
    use crate::device::{Operation, Record, Reply, gpio};

    struct FullDisk;

    impl Write for FullDisk {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::Error::from(ErrorKind::StorageFull))
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn a_read_at(time: Duration) -> Record<'static> {
        Record {
            time,
            device: "button",
            operation: &Operation::Gpio(gpio::Operation::Get { mask: 1 }),
            result: Ok(Reply::Levels(1)),
        }
    }

    #[test]
    fn a_vcd_extension_in_any_case_selects_value_changes() {
        assert_eq!(Format::of(Path::new("a/run.VCD")), Format::ValueChanges);
        assert_eq!(Format::of(Path::new("vcd")), Format::JsonLines);
        assert_eq!(Format::of(Path::new("run.jsonl")), Format::JsonLines);
    }

    #[test]
    fn a_full_disk_is_reported_at_the_end() {
        let trace = Trace::over(Box::new(FullDisk), Format::JsonLines, &[]).expect("no head");
        let mut observer = trace.observer();
        observer.operation(&a_read_at(Duration::from_secs(1)));
        observer.operation(&a_read_at(Duration::from_secs(2)));

        let error = trace
            .finish(Duration::from_secs(3))
            .expect_err("it is full");

        assert_eq!(
            error.to_string(),
            "the trace is incomplete: no storage space"
        );
    }

    #[test]
    fn a_record_reaches_the_file_while_the_guest_still_runs() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("trace.jsonl");
        let trace = Trace::create(&path, &[]).expect("a trace");

        trace
            .observer()
            .operation(&a_read_at(Duration::from_millis(150)));

        assert_eq!(
            std::fs::read_to_string(&path)
                .expect("it is there")
                .lines()
                .count(),
            1
        );
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let signals = [Signal {
            name: "led".into(),
            lines: 1,
        }];
        let result = Trace::create(Path::new("/nonexistent/run.vcd"), &signals);
        assert!(matches!(result, Err(TraceError::Create(_))));
    }
}

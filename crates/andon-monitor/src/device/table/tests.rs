use std::sync::{Arc, Mutex};

use andon_abi::Status;
use rustix::io::Errno;

use super::Devices;
use crate::device::{
    Device, Failure, FlushError, Observer, Operation, Properties, Record, Reply, SafeStateError,
    block, gpio,
};

/// A device that answers every operation with the same.
struct Fixed(Result<Reply, Failure>);

impl Device for Fixed {
    fn check(&self, _: &Operation<'_>) -> Result<(), Status> {
        Ok(())
    }

    fn perform(&mut self, operation: &mut Operation<'_>) -> Result<Reply, Failure> {
        if let Operation::Block(block::Operation::Read { into, .. }) = operation {
            into.fill(7);
        }
        self.0
    }

    fn properties(&self) -> Option<Properties> {
        Some(Properties::Block {
            capacity: 1024,
            sector_size: 512,
        })
    }

    fn flush(&mut self) -> Result<(), FlushError> {
        Err(FlushError(Errno::IO))
    }

    fn make_safe(&mut self) -> Result<(), SafeStateError> {
        Ok(())
    }

    fn moves_something(&self) -> bool {
        false
    }
}

/// Keeps what it was told, as text.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Observer for Notes {
    fn operation(&mut self, record: &Record<'_>) {
        let Record {
            device,
            operation,
            result,
            ..
        } = record;
        let note = format!("{device} {operation:?} {result:?}");
        self.0.lock().unwrap().push(note);
    }
}

const GET: Operation<'_> = Operation::Gpio(gpio::Operation::Get { mask: 1 });

fn devices(result: Result<Reply, Failure>) -> Devices {
    let mut devices = Devices::default();
    devices.push("absent".into(), None);
    devices.push("fixed".into(), Some(Box::new(Fixed(result))));
    devices
}

#[test]
fn handles_count_from_one_in_the_order_of_the_devices() {
    let mut devices = devices(Ok(Reply::Levels(1)));
    assert_eq!(devices.perform(2, &mut { GET }), Ok(Reply::Levels(1)));
}

#[test]
fn a_device_that_was_not_granted_says_so() {
    let mut devices = devices(Ok(Reply::Done));
    let refused = Err(Status::NotGranted.into());
    assert_eq!(devices.perform(1, &mut { GET }), refused);
}

#[test]
fn the_reserved_handle_and_those_beyond_the_last_are_bad_arguments() {
    let mut devices = devices(Ok(Reply::Done));
    let refused = Err(Status::BadArgument.into());
    assert_eq!(devices.perform(0, &mut { GET }), refused);
    assert_eq!(devices.perform(3, &mut { GET }), refused);
    assert_eq!(devices.perform(u64::MAX, &mut { GET }), refused);
}

#[test]
fn an_observer_sees_what_was_read_and_why_not() {
    let failure = Failure {
        status: Status::IoError,
        cause: Some(Errno::IO),
    };
    let mut devices = devices(Err(failure));
    let notes = Notes::default();
    devices.observe(Box::new(notes.clone()));
    let (offset, into) = (512, &mut [0; 2][..]);
    let read = &mut Operation::Block(block::Operation::Read { offset, into });
    assert_eq!(devices.perform(2, read), Err(failure));
    let expected = format!(
        "fixed Block(Read {{ offset: 512, into: [7, 7] }}) {:?}",
        Err::<Reply, _>(failure)
    );
    assert_eq!(*notes.0.lock().unwrap(), [expected]);
}

#[test]
fn properties_are_told_of_what_is_attached() {
    let properties = devices(Ok(Reply::Done)).properties();
    assert_eq!(properties[0], None);
    assert!(matches!(properties[1], Some(Properties::Block { .. })));
}

#[test]
fn a_flush_that_fails_names_the_device() {
    let failed = devices(Ok(Reply::Done)).flush().unwrap_err();
    let texts: Vec<_> = failed
        .iter()
        .map(|(name, e)| format!("{name}: {e}"))
        .collect();
    // What the error is called is the C library's matter.
    let error = std::io::Error::from(rustix::io::Errno::IO);
    assert_eq!(texts, [format!("fixed: cannot flush it: {error}")]);
}

#[test]
fn a_failure_shows_the_host_s_error_where_there_is_one() {
    let failure = Failure {
        status: Status::IoError,
        cause: Some(Errno::NOSPC),
    };
    assert_eq!(failure.to_string(), "No space left on device (os error 28)");
    assert_eq!(Failure::from(Status::NotGranted).to_string(), "not granted");
}

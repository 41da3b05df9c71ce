use std::time::Duration;

use super::{End, Ending, Run};
use crate::device::{Devices, Operation, Record, Reply, gpio};
use crate::sim::case::LineName;
use crate::sim::recording::Recording;
use crate::trace::Signal;

pub(super) const fn ms(time: u64) -> Duration {
    Duration::from_millis(time)
}

pub(super) fn line(device: &str) -> LineName {
    LineName {
        device: device.into(),
        line: 0,
    }
}

/// A run of 100 ms in which `led` goes on and off at these milliseconds by turns.
pub(super) fn run(times: &[u64]) -> Run {
    let signal = Signal {
        name: "led".into(),
        lines: 1,
    };
    let recording = Recording::new(vec![signal], &Devices::default());
    let mut observer = recording.observer();
    for (time, levels) in times.iter().zip([1, 0].into_iter().cycle()) {
        observer.operation(&Record {
            time: ms(*time),
            device: "led",
            operation: &Operation::Gpio(gpio::Operation::Set { mask: 1, levels }),
            result: Ok(Reply::Done),
        });
    }
    Run {
        end: End::Exited(0),
        time: ms(100),
        recording,
        samples: Vec::new(),
        console: String::new(),
    }
}

#[test]
fn a_run_ends_as_it_is_expected_to() {
    assert_eq!(Ending::Exit(0).check(&run(&[])), None);
    let fault = Run {
        end: End::Fault("it read 0x0".into()),
        ..run(&[])
    };
    assert_eq!(Ending::Fault.check(&fault), None);
    let mismatch = Ending::Timeout.check(&fault).unwrap();
    assert_eq!(mismatch.actual, "fault: it read 0x0");
}

use std::time::Duration;

use super::{LineTrace, Recording};
use crate::device::{Devices, Operation, Record, Reply, gpio};
use crate::trace::Signal;

const fn ms(time: u64) -> Duration {
    Duration::from_millis(time)
}

fn trace(start: bool, times: &[u64]) -> LineTrace {
    let levels = [!start, start].into_iter().cycle();
    LineTrace {
        start,
        changes: times.iter().map(|time| ms(*time)).zip(levels).collect(),
    }
}

#[test]
fn a_line_is_recorded_as_the_guest_sets_it() {
    let signal = Signal {
        name: "bar".into(),
        lines: 2,
    };
    let recording = Recording::new(vec![signal], &Devices::default());
    let mut observer = recording.observer();
    for (time, levels) in [(1, 0b10), (2, 0b10), (3, 0b01)] {
        observer.operation(&Record {
            time: ms(time),
            device: "bar",
            operation: &Operation::Gpio(gpio::Operation::Set { mask: 0b11, levels }),
            result: Ok(Reply::Done),
        });
    }
    assert_eq!(recording.line("bar", 1), trace(false, &[1, 3]));
    assert_eq!(recording.line("bar", 0), trace(false, &[3]));
}

#[test]
fn a_level_holds_until_the_next_change() {
    let trace = trace(true, &[10, 20]);
    assert_eq!(
        [9, 10, 19, 20].map(|time| trace.at(ms(time))),
        [true, false, false, true]
    );
    assert_eq!(trace.last_change(ms(9)), None);
    assert_eq!(trace.last_change(ms(15)), Some(ms(10)));
}

#[test]
fn the_first_time_of_a_level_is_found_in_a_span() {
    let trace = trace(false, &[10, 20]);
    assert_eq!(trace.first(true, ms(0), ms(30)), Some(ms(10)));
    assert_eq!(trace.first(true, ms(15), ms(30)), Some(ms(15)));
    assert_eq!(trace.first(true, ms(0), ms(9)), None);
}

#[test]
fn pulses_that_are_cut_off_do_not_count() {
    let trace = trace(false, &[10, 20, 30, 50, 60]);
    let all = trace.pulses(true, ms(0), ms(100));
    assert_eq!(all, [(ms(10), ms(20)), (ms(30), ms(50))]);
    assert_eq!(trace.pulses(true, ms(15), ms(100)), [(ms(30), ms(50))]);
    assert_eq!(trace.pulses(true, ms(0), ms(40)), [(ms(10), ms(20))]);
    let inactive = trace.pulses(false, ms(0), ms(100));
    assert_eq!(inactive, [(ms(20), ms(30)), (ms(50), ms(60))]);
}

//! Fronts over simulated channels.

use andon_abi::Status;

use super::sim::Channel;
use super::{Bounds, Change, Duty, Failure, Front, Operation, Output, Provider, Rest, Safe, Spec};
use crate::device::{self, Device, Reply};

/// A channel that remembers what it was told.
#[derive(Clone, Default)]
struct Told {
    channel: Channel,
    steps: std::sync::Arc<std::sync::Mutex<Vec<String>>>,
}

impl Told {
    fn tell(&self, step: String) {
        self.steps.lock().unwrap().push(step);
        let Output { period, duty, .. } = self.channel.output();
        assert!(duty <= period, "{duty} of {period}");
    }

    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut *self.steps.lock().unwrap())
    }
}

impl Provider for Told {
    fn output(&mut self) -> Result<Output, Failure> {
        Ok(self.channel.output())
    }

    fn set_period(&mut self, period: u64) -> Result<(), Failure> {
        self.channel.set_period(period)?;
        self.tell(format!("period {period}"));
        Ok(())
    }

    fn set_duty(&mut self, duty: u64) -> Result<(), Failure> {
        self.channel.set_duty(duty)?;
        self.tell(format!("duty {duty}"));
        Ok(())
    }

    fn set_enabled(&mut self, enabled: bool) -> Result<(), Failure> {
        self.channel.set_enabled(enabled)?;
        self.tell(format!("enabled {enabled}"));
        Ok(())
    }
}

/// A channel under the bounds of a binding, with period 1000.
fn front(options: &str) -> (Front, Told) {
    let spec: Spec = format!("pwm-sim{options}").parse().unwrap();
    let rest = Rest {
        bounds: spec.bounds,
        safe: spec.safe,
    };
    let told = Told::default();
    let front = Front::new(Box::new(told.clone()), Some(1000), rest).unwrap();
    told.taken();
    (front, told)
}

fn serve(front: &mut Front, change: Change) -> Result<Reply, Status> {
    let result = front.serve(&mut device::Operation::Pwm(Operation::Set(change)));
    result.map_err(|failure| failure.status)
}

fn set(period: u64, duty: u64, enabled: bool) -> Change {
    Change {
        period: Some(period),
        duty: Some(Duty::Time(duty)),
        enabled: Some(enabled),
    }
}

const WIDE: &str = ",period=1ns-1s";

#[test]
fn a_channel_begins_off_with_the_smallest_duty() {
    let (_front, told) = front(",period=1us,duty=25-50%");
    let expected = Output {
        period: 1000,
        duty: 250,
        enabled: false,
    };
    assert_eq!(told.channel.output(), expected);
}

#[test]
fn a_channel_that_nobody_asked_of_keeps_a_period_that_is_allowed() {
    let kept = |period| {
        let mut channel = Channel::default();
        channel.set_period(period).unwrap();
        let rest = Rest {
            bounds: Bounds::default(),
            safe: Safe::Off,
        };
        let _front = Front::new(Box::new(channel.clone()), None, rest).unwrap();
        channel.output().period
    };
    assert_eq!([kept(5000), kept(0)], [5000, 1000]);
}

#[test]
fn a_channel_goes_on_last_and_off_first() {
    let (mut front, told) = front(WIDE);
    assert_eq!(serve(&mut front, set(2000, 500, true)), Ok(Reply::Done));
    assert_eq!(told.taken(), ["period 2000", "duty 500", "enabled true"]);
    assert_eq!(serve(&mut front, set(100, 50, false)), Ok(Reply::Done));
    assert_eq!(told.taken(), ["enabled false", "duty 50", "period 100"]);
}

#[test]
fn a_ratio_is_of_the_period_that_is_set_with_it() {
    let (mut front, told) = front(WIDE);
    let change = Change {
        period: Some(3000),
        duty: Some(Duty::Ratio(20_000)),
        enabled: None,
    };
    assert_eq!(serve(&mut front, change), Ok(Reply::Done));
    assert_eq!(told.channel.output().duty, 1000);
}

#[test]
fn what_is_put_out_is_told() {
    let (mut front, _) = front(WIDE);
    serve(&mut front, set(2000, 500, true)).unwrap();
    let reply = front.serve(&mut device::Operation::Pwm(Operation::Get));
    let expected = Output {
        period: 2000,
        duty: 500,
        enabled: true,
    };
    assert_eq!(reply, Ok(Reply::Pwm(expected)));
}

#[test]
fn a_period_out_of_bounds_is_refused() {
    let (mut front, told) = front(",period=1us-2us");
    let periods = [999, 2001, u64::MAX].map(|period| serve(&mut front, set(period, 0, true)));
    assert_eq!(periods, [Err(Status::OutOfBounds); 3]);
    assert_eq!(told.taken(), [""; 0]);
}

#[test]
fn a_duty_out_of_bounds_is_refused() {
    let (mut front, told) = front(",period=1us,duty=10-50%");
    let duties = [99, 501].map(|duty| serve(&mut front, set(1000, duty, true)));
    assert_eq!(duties, [Err(Status::OutOfBounds); 2]);
    assert_eq!(told.taken(), [""; 0]);
}

#[test]
fn a_period_that_makes_the_duty_too_large_is_refused() {
    let (mut front, _) = front(",period=1ns-1s,duty=0-50%");
    serve(&mut front, set(1000, 500, true)).unwrap();
    let shorter = Change {
        period: Some(900),
        ..Change::default()
    };
    assert_eq!(serve(&mut front, shorter), Err(Status::OutOfBounds));
}

#[test]
fn a_duty_beyond_the_period_is_a_bad_argument() {
    let (mut front, _) = front(WIDE);
    let change = |duty| Change {
        duty: Some(duty),
        ..Change::default()
    };
    let duties = [Duty::Time(1001), Duty::Ratio(60_001), Duty::Ratio(u64::MAX)];
    let results = duties.map(|duty| serve(&mut front, change(duty)));
    assert_eq!(results, [Err(Status::BadArgument); 3]);
}

#[test]
fn the_safe_state_is_off_without_duty() {
    let (mut front, told) = front(WIDE);
    serve(&mut front, set(1000, 500, true)).unwrap();
    told.taken();
    front.make_safe().unwrap();
    assert_eq!(told.taken(), ["duty 0", "enabled false"]);
}

#[test]
fn the_safe_state_may_be_a_duty() {
    let (mut front, told) = front(",period=1ns-1s,safe=7.5%");
    serve(&mut front, set(2000, 500, false)).unwrap();
    told.taken();
    drop(front);
    assert_eq!(told.taken(), ["duty 150", "enabled true"]);
}

#[test]
fn the_safe_state_may_be_what_was_there() {
    let (mut front, told) = front(",period=1ns-1s,safe=keep");
    serve(&mut front, set(2000, 500, true)).unwrap();
    told.taken();
    drop(front);
    assert_eq!(told.taken(), [""; 0]);
}

#[test]
fn nothing_is_performed_after_the_safe_state() {
    let (mut front, _) = front(WIDE);
    front.make_safe().unwrap();
    assert_eq!(
        serve(&mut front, set(1000, 500, true)),
        Err(Status::DeviceGone)
    );
}

#[test]
fn a_request_of_another_class_is_refused() {
    let (mut front, _) = front(WIDE);
    let get = device::gpio::Operation::Get { mask: 1 };
    let result = front.serve(&mut device::Operation::Gpio(get));
    assert_eq!(result, Err(Status::BadArgument.into()));
}

#[test]
fn only_real_channels_move_something() {
    let (front, _) = front(WIDE);
    let rest = Rest {
        bounds: Bounds::default(),
        safe: Safe::Off,
    };
    let simulated = Front::new(Box::new(Channel::default()), None, rest).unwrap();
    assert_eq!(
        (front.moves_something(), simulated.moves_something()),
        (true, false)
    );
}

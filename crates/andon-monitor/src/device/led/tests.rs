//! Fronts over simulated LEDs.

use andon_abi::Status;

use super::sim::Lamp;
use super::{Front, Light, Operation, Safe};
use crate::device::{self, Device, Reply};

fn front(safe: Safe) -> (Front, Lamp) {
    let lamp = Lamp::default();
    (Front::new(Box::new(lamp.clone()), 100, safe), lamp)
}

fn serve(front: &mut Front, operation: Operation) -> Result<Reply, Status> {
    let result = front.serve(&mut device::Operation::Led(operation));
    result.map_err(|failure| failure.status)
}

fn set(front: &mut Front, brightness: u32) -> Result<Reply, Status> {
    serve(front, Operation::Set { brightness })
}

#[test]
fn a_brightness_is_set_and_told_with_the_limit() {
    let (mut front, lamp) = front(Safe::Before);
    assert_eq!(set(&mut front, 100), Ok(Reply::Done));
    assert_eq!(lamp.brightness(), 100);
    let light = Light {
        brightness: 100,
        most: 100,
    };
    assert_eq!(serve(&mut front, Operation::Get), Ok(Reply::Light(light)));
}

#[test]
fn a_brightness_beyond_the_limit_is_refused() {
    let (mut front, lamp) = front(Safe::Before);
    assert_eq!(set(&mut front, 101), Err(Status::OutOfBounds));
    assert_eq!(lamp.brightness(), 0);
}

#[test]
fn the_safe_state_is_what_was_before_or_a_brightness() {
    let ended = |safe| {
        let (mut front, lamp) = front(safe);
        set(&mut front, 50).unwrap();
        drop(front);
        lamp.brightness()
    };
    assert_eq!([Safe::Before, Safe::Brightness(3)].map(ended), [0, 3]);
}

#[test]
fn nothing_is_performed_after_the_safe_state() {
    let (mut front, _) = front(Safe::Before);
    front.make_safe().unwrap();
    assert_eq!(set(&mut front, 1), Err(Status::DeviceGone));
}

#[test]
fn a_request_of_another_class_is_refused() {
    let (mut front, _) = front(Safe::Before);
    let get = device::gpio::Operation::Get { mask: 1 };
    let result = front.serve(&mut device::Operation::Gpio(get));
    assert_eq!(result, Err(Status::BadArgument.into()));
}

#[test]
fn a_simulated_led_moves_nothing() {
    assert!(!front(Safe::Before).0.moves_something());
}

//! A device as the monitor opens it.

use andon_abi::Status;
use andon_monitor::device::gpio::{Ask, Direction, Edges, Front, Host, Operation, Resolved, Spec};
use andon_monitor::device::{Device, Operation as Any, Reply};

/// Resolves a spec for a guest that asks for as many lines as it names.
pub(crate) fn resolve(spec: &str, direction: Direction) -> Result<Resolved, String> {
    let spec: Spec = spec.parse().expect("it is a spec");
    let lines = spec.target.lines().expect("it names lines") as u32;
    spec.resolve(
        Ask {
            direction,
            lines,
            edges: Edges::NONE,
        },
        &Host::default(),
    )
    .map_err(|error| error.to_string())
}

pub(crate) fn open(spec: &str, direction: Direction) -> Result<Front, String> {
    let opened = resolve(spec, direction)?.open("led", &Host::default());
    opened
        .map(|opened| opened.device)
        .map_err(|error| error.to_string())
}

pub(crate) fn output(spec: &str) -> Front {
    open(spec, Direction::Out).expect("the lines are free")
}

pub(crate) fn input(spec: &str) -> Front {
    open(spec, Direction::In).expect("the lines are free")
}

pub(crate) fn set(device: &mut Front, mask: u64, levels: u64) -> Result<Reply, Status> {
    perform(device, Operation::Set { mask, levels })
}

pub(crate) fn get(device: &mut Front, mask: u64) -> Result<Reply, Status> {
    perform(device, Operation::Get { mask })
}

fn perform(device: &mut Front, operation: Operation) -> Result<Reply, Status> {
    let reply = device.serve(&mut Any::Gpio(operation));
    reply.map_err(|failure| failure.status)
}

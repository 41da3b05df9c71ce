//! The front over the board, and over hosts that misbehave.

use std::time::Duration;

use andon_abi::Status;

use super::{Direction, Edge, Edges, Front, Levels, Operation, Provider, sim};
use crate::clock::{Time, VirtualClock};
use crate::device::{self, Device, Reply};

const SAFE: Levels = Levels {
    mask: 0b011,
    levels: 0b001,
};

fn front(direction: Direction, board: &sim::Board) -> Front {
    Front::new(Box::new(board.provider()), direction, 3, SAFE)
}

fn get(front: &mut Front, mask: u64) -> Result<Reply, Status> {
    perform(front, Operation::Get { mask })
}

fn set(front: &mut Front, mask: u64, levels: u64) -> Result<Reply, Status> {
    perform(front, Operation::Set { mask, levels })
}

fn perform(front: &mut Front, operation: Operation) -> Result<Reply, Status> {
    let reply = front.serve(&mut device::Operation::Gpio(operation));
    reply.map_err(|failure| failure.status)
}

/// A host whose lines fail.
struct Unplugged;

impl Provider for Unplugged {
    fn levels(&mut self, _: u64) -> Result<u64, Status> {
        Err(Status::DeviceGone)
    }
    fn set_levels(&mut self, _: u64, _: u64) -> Result<(), Status> {
        Err(Status::DeviceGone)
    }
}

/// A host that says more than it was asked.
struct Talkative;

impl Provider for Talkative {
    fn levels(&mut self, _: u64) -> Result<u64, Status> {
        Ok(u64::MAX)
    }
    fn set_levels(&mut self, _: u64, _: u64) -> Result<(), Status> {
        Ok(())
    }
}

#[test]
fn only_the_lines_of_the_mask_are_set() {
    let board = sim::Board::default();
    board.drive(0b101, 0b100);
    let mut front = front(Direction::Out, &board);
    assert_eq!(set(&mut front, 0b011, 0b010), Ok(Reply::Done));
    assert_eq!(board.levels(), 0b110);
}

#[test]
fn an_output_reads_back() {
    let mut front = front(Direction::Out, &sim::Board::default());
    assert_eq!(set(&mut front, 0b111, 0b101), Ok(Reply::Done));
    assert_eq!(get(&mut front, 0b110), Ok(Reply::Levels(0b100)));
}

#[test]
fn an_input_follows_the_output_that_it_is_wired_to() {
    let board = sim::Board::default();
    let mut output = front(Direction::Out, &board);
    let mut input = front(Direction::In, &board);
    assert_eq!(set(&mut output, 0b010, 0b010), Ok(Reply::Done));
    assert_eq!(get(&mut input, 0b111), Ok(Reply::Levels(0b010)));
}

#[test]
fn setting_an_input_is_refused_and_sets_nothing() {
    let board = sim::Board::default();
    let mut front = front(Direction::In, &board);
    assert_eq!(set(&mut front, 1, 1), Err(Status::WrongDirection));
    assert_eq!(board.levels(), 0);
}

#[test]
fn an_empty_mask_is_refused() {
    let mut front = front(Direction::Out, &sim::Board::default());
    assert_eq!(get(&mut front, 0), Err(Status::BadArgument));
    assert_eq!(set(&mut front, 0, 0), Err(Status::BadArgument));
}

#[test]
fn a_mask_beyond_the_last_line_is_refused() {
    let mut front = front(Direction::Out, &sim::Board::default());
    assert_eq!(get(&mut front, 0b1000), Err(Status::BadArgument));
    assert_eq!(set(&mut front, 0b1001, 0b0001), Err(Status::BadArgument));
}

#[test]
fn levels_outside_the_mask_are_refused_and_set_nothing() {
    let board = sim::Board::default();
    let mut front = front(Direction::Out, &board);
    assert_eq!(set(&mut front, 0b001, 0b011), Err(Status::BadArgument));
    assert_eq!(board.levels(), 0);
}

#[test]
fn a_device_may_have_64_lines() {
    let board = sim::Board::default();
    let mut front = Front::new(Box::new(board.provider()), Direction::Out, 64, Levels::NONE);
    assert_eq!(set(&mut front, u64::MAX, u64::MAX), Ok(Reply::Done));
    assert_eq!(board.levels(), u64::MAX);
}

#[test]
fn what_was_not_asked_is_not_told() {
    let mut front = Front::new(Box::new(Talkative), Direction::In, 64, Levels::NONE);
    assert_eq!(get(&mut front, 0b10), Ok(Reply::Levels(0b10)));
}

#[test]
fn a_failing_host_is_told_to_the_guest() {
    let mut front = Front::new(Box::new(Unplugged), Direction::Out, 3, SAFE);
    assert_eq!(get(&mut front, 1), Err(Status::DeviceGone));
    assert_eq!(set(&mut front, 1, 1), Err(Status::DeviceGone));
}

#[test]
fn the_safe_state_leaves_alone_what_is_kept() {
    let board = sim::Board::default();
    let mut front = front(Direction::Out, &board);
    assert_eq!(set(&mut front, 0b110, 0b110), Ok(Reply::Done));
    assert!(front.make_safe().is_ok());
    assert_eq!(board.levels(), 0b101);
}

#[test]
fn a_safe_device_performs_nothing() {
    let board = sim::Board::default();
    let mut front = front(Direction::Out, &board);
    assert!(front.make_safe().is_ok());
    assert_eq!(set(&mut front, 0b010, 0b010), Err(Status::DeviceGone));
    assert_eq!(board.levels(), 0b001);
}

#[test]
fn a_safe_state_that_the_host_refuses_is_an_error() {
    let mut front = Front::new(Box::new(Unplugged), Direction::Out, 3, SAFE);
    assert_eq!(
        front.make_safe().expect_err("the host refuses").to_string(),
        "cannot put it into its safe state: device gone"
    );
}

#[test]
fn an_input_is_safe_as_it_is() {
    let board = sim::Board::default();
    assert!(front(Direction::In, &board).make_safe().is_ok());
    assert_eq!(board.levels(), 0);
}

#[test]
fn a_device_that_is_dropped_is_made_safe() {
    let board = sim::Board::default();
    drop(front(Direction::Out, &board));
    assert_eq!(board.levels(), 0b001);
}

#[test]
fn only_an_output_of_the_host_s_moves_something() {
    let host = |direction| Front::new(Box::new(Talkative), direction, 3, SAFE);
    assert!(host(Direction::Out).moves_something());
    assert!(!host(Direction::In).moves_something());
    assert!(!front(Direction::Out, &sim::Board::default()).moves_something());
}

fn watching(board: &sim::Board) -> Front {
    let provider = board.watching_provider(3, Edges::BOTH).unwrap();
    Front::new(Box::new(provider), Direction::In, 3, Levels::NONE)
}

/// The oldest change, whenever it was.
fn event(front: &mut Front) -> Result<Option<Edge>, Status> {
    match perform(front, Operation::Event)? {
        Reply::Edge { edge, .. } => Ok(edge),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_change_is_told_once() {
    let board = sim::Board::default();
    let mut front = watching(&board);
    board.drive(0b100, 0b100);
    let edge = Edge {
        time: Duration::ZERO,
        line: 2,
        active: true,
        sequence: 1,
        lost: 0,
    };
    assert_eq!(event(&mut front), Ok(Some(edge)));
    assert_eq!(event(&mut front), Ok(None));
}

#[test]
fn changes_have_the_time_of_the_guest_s_clock() {
    let board = sim::Board::default();
    let mut front = watching(&board);
    let clock = VirtualClock::default();
    front.begin(&Time::Virtual(clock.clone()));
    clock.go_on_to(Duration::from_secs(3));
    board.drive(1, 1);
    clock.go_on_to(Duration::from_secs(5));
    let reply = perform(&mut front, Operation::Event).unwrap();
    let Reply::Edge { edge, now } = reply else {
        panic!("{reply:?}");
    };
    let times = (edge.map(|edge| edge.time), now);
    assert_eq!(
        times,
        (Some(Duration::from_secs(3)), Duration::from_secs(5))
    );
}

#[test]
fn changes_of_an_input_that_was_not_asked_for_any_are_refused() {
    let mut front = front(Direction::In, &sim::Board::default());
    assert_eq!(event(&mut front), Err(Status::Unsupported));
    assert!(front.readiness().is_none());
}

#[test]
fn changes_of_an_output_are_refused() {
    let mut front = front(Direction::Out, &sim::Board::default());
    assert_eq!(event(&mut front), Err(Status::WrongDirection));
}

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::{Board, Edges, Provider, Sim};

fn watching(board: &Board, edges: Edges) -> Sim {
    board.watching_provider(2, edges).unwrap()
}

/// Line, level, number and how many were lost, of the oldest change.
fn take(sim: &mut Sim) -> Option<(u32, bool, u32, u32)> {
    let edge = sim.take_edge().unwrap()?;
    Some((edge.line, edge.active, edge.sequence, edge.lost))
}

fn is_ready(sim: &Sim) -> bool {
    let mut files = [PollFd::from_borrowed_fd(
        sim.readiness().unwrap(),
        PollFlags::IN,
    )];
    poll(&mut files, Some(&Timespec::default())).unwrap() == 1
}

#[test]
fn a_line_that_is_driven_is_read() {
    let board = Board::default();
    board.drive(0b10, 0b10);
    assert_eq!(board.provider().levels(0b11), Ok(0b10));
}

#[test]
fn lines_that_are_not_driven_keep_their_level() {
    let board = Board::default();
    board.drive(u64::MAX, 0b101);
    board.drive(0b011, 0b010);
    assert_eq!(board.levels(), 0b110);
}

#[test]
fn a_clone_is_the_same_board() {
    let board = Board::default();
    assert_eq!(board.clone().provider().set_levels(1, 1), Ok(()));
    assert_eq!(board.levels(), 1);
}

#[test]
fn changes_are_told_in_their_order() {
    let board = Board::default();
    let mut sim = watching(&board, Edges::BOTH);
    board.drive(0b11, 0b10);
    board.drive(0b11, 0b01);
    let told = [(); 4].map(|()| take(&mut sim));
    assert_eq!(
        told,
        [
            Some((1, true, 1, 0)),
            Some((0, true, 2, 0)),
            Some((1, false, 3, 0)),
            None
        ]
    );
}

#[test]
fn a_line_that_is_driven_to_its_level_does_not_change() {
    let board = Board::default();
    let mut sim = watching(&board, Edges::BOTH);
    board.drive(0b01, 0b00);
    assert_eq!(take(&mut sim), None);
}

#[test]
fn a_line_beyond_those_of_the_device_is_not_told() {
    let board = Board::default();
    let mut sim = watching(&board, Edges::BOTH);
    board.drive(0b100, 0b100);
    assert_eq!(take(&mut sim), None);
}

#[test]
fn it_is_ready_while_there_are_changes() {
    let board = Board::default();
    let mut sim = watching(&board, Edges::BOTH);
    let before = is_ready(&sim);
    board.drive(0b11, 0b11);
    let full = is_ready(&sim);
    take(&mut sim);
    let half = is_ready(&sim);
    take(&mut sim);
    assert_eq!(
        [before, full, half, is_ready(&sim)],
        [false, true, true, false]
    );
}

#[test]
fn the_oldest_changes_are_lost_and_counted() {
    let board = Board::default();
    let mut sim = watching(&board, Edges::BOTH);
    for level in 1..36 {
        board.drive(0b1, level & 1);
    }
    assert_eq!(take(&mut sim), Some((0, false, 4, 3)));
    assert_eq!(take(&mut sim), Some((0, true, 5, 0)));
}

#[test]
fn without_edges_nothing_is_told() {
    let board = Board::default();
    let mut sim = board.provider();
    assert!(sim.readiness().is_none());
    assert_eq!(sim.take_edge(), Err(super::Status::Unsupported));
}

use std::path::Path;
use std::time::Duration;

use super::{Board, Devices, Plan, Stimuli};
use crate::clock::Agenda;
use crate::device::class::Class as _;
use crate::device::gpio::{Ask, Class, Direction, Edges, Operation};
use crate::device::{Host, Reply};
use crate::sim::part::Shown;

const BOARD: &str = "[sim.door]\npart = 'button'\ncontact = 'door'\n\
                     [sim.red]\npart = 'led'\nanode = 'red[1]'\n";

fn devices() -> Devices {
    let mut devices = Devices::default();
    for (name, direction, lines) in [("door", Direction::In, 1), ("red", Direction::Out, 2)] {
        let host = Host::default();
        let resolved = Class::simulate(
            Ask {
                direction,
                lines,
                edges: Edges::NONE,
            },
            &host,
        )
        .unwrap();
        let device = Class::open(resolved, name, &host).unwrap();
        devices.push(name.into(), Some(device));
    }
    devices
}

fn board(plan: &str, stimuli: &str, devices: &Devices) -> Result<Board, String> {
    let plan = Plan::parse(plan, Path::new("/")).unwrap();
    let stimuli = Stimuli::parse(stimuli, &plan).unwrap();
    Board::new(&plan, stimuli, devices).map_err(|error| error.to_string())
}

/// Level of the door's line.
fn door(devices: &mut Devices) -> u64 {
    let get = Operation::Get { mask: 1 };
    match devices.perform(1, &mut get.into()) {
        Ok(Reply::Levels(levels)) => levels,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_stimulus_reaches_the_guest_at_its_time() {
    let mut devices = devices();
    let mut board = board(BOARD, "1s door.pressed = on", &devices).unwrap();
    assert_eq!(board.next(), Some(Duration::from_secs(1)));
    board.advance(Duration::from_millis(999));
    assert_eq!(door(&mut devices), 0);
    board.advance(Duration::from_secs(1));
    assert_eq!((door(&mut devices), board.next()), (1, None));
}

#[test]
fn a_lamp_shows_what_the_guest_drives() {
    let mut devices = devices();
    let board = board(BOARD, "", &devices).unwrap();
    devices.observe(board.observer());
    let set = Operation::Set {
        mask: 0b11,
        levels: 0b10,
    };
    assert_eq!(devices.perform(2, &mut set.into()), Ok(Reply::Done));
    let red = &board.states()[1];
    assert_eq!((red.name.as_str(), red.kind), ("red", "led"));
    assert_eq!(red.readings[0].shown, Shown::Light(1.0));
}

#[test]
fn an_input_is_set_from_outside_too() {
    let mut devices = devices();
    let board = board(BOARD, "", &devices).unwrap();
    board.set(0, 0, 1.0);
    assert_eq!(door(&mut devices), 1);
}

#[test]
fn a_part_on_a_device_that_is_not_there_is_refused() {
    let plan = "[sim.red]\npart = 'led'\nanode = 'rde'\n";
    assert_eq!(
        board(plan, "", &devices()).err(),
        Some("line 3: `red` is wired to `rde`, which is no simulated device of the guest".into())
    );
}

#[test]
fn a_part_on_a_line_that_is_not_there_is_refused() {
    let plan = "[sim.red]\npart = 'led'\nanode = 'red[2]'\n";
    assert_eq!(
        board(plan, "", &devices()).err(),
        Some("line 3: `red` is wired to `red`, which has no line 2: it has 2".into())
    );
}

#[test]
fn a_part_on_a_line_that_goes_the_other_way_is_refused() {
    let plan = "[sim.red]\npart = 'led'\nanode = 'door'\n";
    let expected =
        "line 3: `red` is wired to `door`, an input of the guest's, where it needs an output";
    assert_eq!(board(plan, "", &devices()).err(), Some(expected.into()));
}

#[test]
fn what_parts_show_is_kept_at_its_time() {
    let mut board = board(BOARD, "1s door.pressed = on", &devices()).unwrap();
    board.sample_at([1500, 500].map(Duration::from_millis).to_vec());
    assert_eq!(board.next(), Some(Duration::from_millis(500)));
    board.advance(Duration::from_secs(2));
    let samples = board.samples();
    let pressed = samples.iter().map(|sample| {
        let door = &sample.parts[0];
        (
            sample.time.as_millis(),
            door.readings[0].shown.clone(),
            door.inputs[0],
        )
    });
    let expected = [
        (500, Shown::Switch(false), 0.0),
        (1500, Shown::Switch(true), 1.0),
    ];
    assert_eq!(pressed.collect::<Vec<_>>(), expected);
}

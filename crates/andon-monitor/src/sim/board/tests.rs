use std::path::Path;
use std::time::Duration;

use super::{Board, Devices, Plan, Stimuli};
use crate::clock::{Agenda, Time};
use crate::device::class;
use crate::device::gpio::{self, Ask, Direction, Edges, Operation};
use crate::device::{Host, Reply, adc, i2c, pwm, spi};
use crate::sim::part::Shown;

const BOARD: &str = "[sim.door]\npart = 'button'\ncontact = 'door'\n\
                     [sim.red]\npart = 'led'\nanode = 'red[1]'\n";

fn line(direction: Direction, lines: u32) -> Ask {
    Ask {
        direction,
        lines,
        edges: Edges::NONE,
    }
}

fn add<C: class::Class>(devices: &mut Devices, name: &str, ask: C::Ask) {
    let host = Host::default();
    let device = C::simulate(ask, &host).ok();
    let device = device.and_then(|resolved| C::open(resolved, name, &host).ok());
    devices.push(name.into(), Some(device.unwrap()));
}

fn devices() -> Devices {
    let mut devices = Devices::default();
    add::<gpio::Class>(&mut devices, "door", line(Direction::In, 1));
    add::<gpio::Class>(&mut devices, "red", line(Direction::Out, 2));
    add::<pwm::Class>(&mut devices, "fan", pwm::Ask { period: None });
    add::<adc::Class>(&mut devices, "input", adc::Ask);
    let (speed, bits) = (Some(2_000_000), spi::WordBits::BYTE);
    add::<spi::Class>(&mut devices, "chip", spi::Ask { speed, bits });
    let bits = spi::WordBits::new(12).unwrap();
    add::<spi::Class>(&mut devices, "wide", spi::Ask { speed, bits });
    devices
}

fn board(plan: &str, stimuli: &str, devices: &Devices) -> Result<Board, String> {
    let plan = Plan::parse(plan, Path::new("/")).unwrap();
    let stimuli = Stimuli::parse(stimuli, &plan).unwrap();
    Board::new(&plan, stimuli, devices, &Time::default()).map_err(|error| error.to_string())
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
        Some(
            "line 3: `red` is wired to `rde`, which is no simulated line or PWM channel of the \
             guest"
                .into()
        )
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
fn a_lamp_on_a_channel_is_as_bright_as_its_duty() {
    let mut devices = devices();
    let plan = "[sim.glow]\npart = 'led'\nanode = 'fan'\n";
    let board = board(plan, "", &devices).unwrap();
    devices.observe(board.observer());
    let change = pwm::Change {
        period: Some(1_000_000),
        duty: Some(pwm::Duty::Time(250_000)),
        enabled: Some(true),
    };
    let mut set = pwm::Operation::Set(change).into();
    assert_eq!(devices.perform(3, &mut set), Ok(Reply::Done));
    assert_eq!(board.states()[0].readings[0].shown, Shown::Light(0.25));
}

#[test]
fn a_voltage_reaches_the_guest_at_its_time() {
    let mut devices = devices();
    let plan = "[sim.knob]\npart = 'potentiometer'\nwiper = 'input'\nsupply = 2\n";
    let mut board = board(plan, "1s knob.position = 0.125", &devices).unwrap();
    let mut read = || devices.perform(4, &mut adc::Operation::Read.into());
    assert_eq!(read(), Ok(Reply::Number(1_000_000)));
    board.advance(Duration::from_secs(1));
    assert_eq!(read(), Ok(Reply::Number(250_000)));
}

#[test]
fn a_converter_sees_a_knob_until_it_is_set_itself() {
    let mut devices = devices();
    let mut addresses = i2c::Addresses::default();
    assert!(addresses.add(i2c::Address::Seven(0x48)));
    let speed = None;
    add::<i2c::Class>(&mut devices, "bus", i2c::Ask { addresses, speed });
    let plan = "[sim.eye]\npart = 'ads1115'\nbus = 'bus'\na1 = { from = 'knob.wiper' }\n\
                [sim.knob]\npart = 'potentiometer'\nsupply = 8\n";
    let stimuli = "1s knob.position = 1\n2s eye.a1 = 3\n3s knob.position = 0\n";
    let mut board = board(plan, stimuli, &devices).unwrap();
    let volts = [0, 1, 2, 3].map(|seconds| {
        board.advance(Duration::from_secs(seconds));
        board.states()[0].inputs[1]
    });
    // 8 V are more than it bears.
    assert_eq!(volts, [4.0, 5.0, 3.0, 3.0]);
}

#[test]
fn a_part_behind_a_chip_select_gets_what_the_guest_sends() {
    let mut devices = devices();
    let plan = "[sim.panel]\npart = 'max7219'\nselect = 'chip'\n";
    let board = board(plan, "", &devices).unwrap();
    devices.observe(board.observer());
    let steps = vec![spi::Step::Write(&[0x0f]), spi::Step::Write(&[0x01])];
    let mut test = spi::Operation { steps }.into();
    assert_eq!(devices.perform(5, &mut test), Ok(Reply::Done));
    let expected = Shown::Pixels {
        width: 8,
        on: vec![true; 64],
    };
    assert_eq!(board.states()[0].readings[0].shown, expected);
}

/// Why a plan's part is refused.
fn refused(plan: &str) -> String {
    board(plan, "", &devices()).err().unwrap()
}

#[test]
fn a_part_on_a_device_of_the_wrong_kind_is_refused() {
    assert_eq!(
        refused("[sim.warm]\npart = 'thermistor'\ntap = 'fan'\n"),
        "line 3: `warm` is wired to `fan`, which is no simulated analogue input of the guest"
    );
    assert_eq!(
        refused("[sim.coil]\npart = 'relay'\ncoil = 'fan'\n"),
        "line 3: `coil` is wired to `fan`, which is no simulated line of the guest"
    );
    assert_eq!(
        refused("[sim.arm]\npart = 'servo'\nsignal = 'input'\n"),
        "line 3: `arm` is wired to `input`, which is no simulated line or PWM channel of the guest"
    );
    assert_eq!(
        refused("[sim.strip]\npart = 'ws2812'\nselect = 'fan'\n"),
        "line 3: `strip` is on `fan`, which is no simulated SPI device of the guest"
    );
}

#[test]
fn a_channel_has_one_line() {
    assert_eq!(
        refused("[sim.arm]\npart = 'servo'\nsignal = 'fan[1]'\n"),
        "line 3: `arm` is wired to `fan`, which has no line 1: it has 1"
    );
}

#[test]
fn a_part_takes_words_of_a_byte() {
    assert_eq!(
        refused("[sim.strip]\npart = 'ws2812'\nselect = 'wide'\n"),
        "line 3: `strip` is on `wide`, whose words have 12 bits: a simulated part takes words of \
         8 bits"
    );
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

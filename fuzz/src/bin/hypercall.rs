//! Any hypercall with any block in any memory: serving it ends, and writes nothing but what
//! the guest may write.
#![no_main]

use std::io;

use andon_abi::request::{RECEIVE, Request as DeviceRequest, SEND};
use andon_abi::{self as abi, call, gpio, solo5};
use andon_fuzz::corpus;
use andon_fuzz::guest::{self, DATA, DATA_SIZE};
use andon_fuzz::input::Input;
use andon_fuzz::requests::{self, Call};

use andon_monitor::clock::{Time, VirtualClock};
use andon_monitor::device::gpio::{Direction, Edges, Front, Levels, sim::Board};
use andon_monitor::device::{
    Device, Devices, Failure, adc, block, i2c, led, net, pwm, rtc, sensor, spi,
};
use andon_monitor::dispatch::{Request, Services};
use andon_monitor::memory::{Gpa, GuestMemory};
use libfuzzer_sys::fuzz_target;

/// How many calls the guest makes.
const CALLS: usize = 9;

fuzz_target!(init: corpus::plant(seeds()), |bytes: &[u8]| {
    let mut input = Input::new(bytes);
    let requests: [_; CALLS] = std::array::from_fn(|_| (input.u16(), Gpa(input.u64())));
    let mut memory = guest::memory(&[0xf4], input.take(DATA_SIZE));
    let mut services = services();
    for (number, block) in requests {
        if waits(number, block, &memory) {
            return;
        }
        let request = Request {
            number,
            block,
            stop: &|| true,
        };
        let served = services.call(&request, &mut memory);
        assert!(served.is_ok(), "neither console nor clock can fail");
    }
    guest::assert_text_is(&[0xf4], &memory);
});

/// A disk, a network, an output of three lines, an input of 64, and one that was not
/// granted: handles 1 to 5. From 6 on one of each other class.
fn services() -> Services {
    let mut devices = Devices::default();
    devices.push("disk".to_owned(), Some(disk()));
    devices.push("lan".to_owned(), Some(network()));
    devices.push("led".to_owned(), Some(lines(Direction::Out, 3)));
    devices.push("buttons".to_owned(), Some(buttons()));
    devices.push("fan".to_owned(), None);
    for (name, device) in classes() {
        devices.push(name.to_owned(), Some(device));
    }
    // Delays of a batch take no time by a clock of the guest's own.
    let time = Time::Virtual(VirtualClock::default());
    let services = Services::new(Box::new(io::sink()), devices.into(), None, time);
    services.expect("the host has descriptors")
}

/// A device of each class of the note but GPIO.
fn classes() -> Vec<(&'static str, Box<dyn Device>)> {
    let input = adc::Front::new(Box::new(adc::sim::Voltage::new(-1)));
    let lamp = led::Front::new(Box::new(led::sim::Lamp::default()), 100, led::Safe::Before);
    let probe = sensor::Front::new(Box::new(sensor::sim::Value::new(21_500)));
    let clock = rtc::Front::new(Box::new(rtc::sim::Clock(rtc::sim::NEVER_SET)));
    vec![
        ("motor", channel()),
        ("parts", parts()),
        ("chip", chip()),
        ("input", Box::new(input)),
        ("lamp", Box::new(lamp)),
        ("probe", Box::new(probe)),
        ("clock", Box::new(clock)),
    ]
}

fn channel() -> Box<dyn Device> {
    let rest = pwm::Rest {
        bounds: pwm::Bounds::default(),
        safe: pwm::Safe::Off,
    };
    let provider = Box::new(pwm::sim::Channel::default());
    Box::new(pwm::Front::new(provider, None, rest).expect("it is simulated"))
}

fn disk() -> Box<dyn Device> {
    let layout = block::Layout {
        capacity: 0x1000,
        sector_size: block::SectorSize::DEFAULT,
        read_only: false,
    };
    let provider = Box::new(block::sim::Disk::new(0x1000));
    Box::new(block::Front::new(provider, layout))
}

fn network() -> Box<dyn Device> {
    let end = net::sim::loopback().expect("the host has descriptors");
    let mac = "02:00:00:00:00:01".parse().expect("it is an address");
    Box::new(net::Front::new(Box::new(end), mac, net::Mtu::ETHERNET))
}

fn lines(direction: Direction, count: u32) -> Box<dyn Device> {
    let provider = Box::new(Board::default().provider());
    Box::new(Front::new(provider, direction, count, Levels::NONE))
}

fn parts() -> Box<dyn Device> {
    let bus = i2c::sim::Bus::default();
    let mut addresses = i2c::Addresses::default();
    for address in [i2c::Address::Seven(0x48), i2c::Address::Ten(0x150)] {
        bus.attach(address, Box::new(i2c::sim::RegisterFile::default()));
        addresses.add(address);
    }
    let registers = i2c::Registers::ALL;
    Box::new(i2c::Front::new(
        Box::new(bus.provider()),
        addresses,
        registers,
    ))
}

fn chip() -> Box<dyn Device> {
    Box::new(spi::Front::new(Box::new(Hasty), spi::WordBits::BYTE))
}

/// A chip select without delays, for which a fuzzer has no time.
struct Hasty;

impl spi::Provider for Hasty {
    fn transfer(&mut self, _: &mut [spi::Step<'_>]) -> Result<(), Failure> {
        Ok(())
    }
}

/// An input that has changed since.
fn buttons() -> Box<dyn Device> {
    let board = Board::default();
    let watching = board.watching_provider(64, Edges::BOTH);
    let provider = watching.expect("the host has descriptors");
    board.drive(u64::MAX, 1);
    Box::new(Front::new(
        Box::new(provider),
        Direction::In,
        64,
        Levels::NONE,
    ))
}

/// Whether the call would wait longer than a fuzzer has time.
fn waits(number: u16, block: Gpa, memory: &GuestMemory) -> bool {
    let poll = memory
        .read_array(block)
        .map(|it| solo5::Poll::from_bytes(&it));
    number == call::POLL && poll.is_ok_and(|poll| poll.timeout_nsecs > 1000)
}

/// Where the argument blocks of the seed's calls are.
const LINES: u64 = DATA;
const PUTS: u64 = DATA + 64;
const BLOCK: u64 = DATA + 80;
const NET: u64 = DATA + 120;
const EVENT: u64 = DATA + 152;

/// A guest that sets and reads its lamp, writes to the console, writes a sector and reads
/// it, sends a frame and receives it, and takes a change of its buttons.
fn seeds() -> Vec<Vec<u8>> {
    let calls: [(u16, u64); CALLS] = [
        (call::GPIO_SET, LINES),
        (call::GPIO_GET, LINES),
        (call::PUTS, PUTS),
        (call::BLOCK_WRITE, BLOCK),
        (call::BLOCK_READ, BLOCK),
        (call::NET_WRITE, NET),
        (call::NET_READ, NET),
        (call::WALLTIME, DATA + 0x100),
        (call::GPIO_EVENT, EVENT),
    ];
    let mut bytes = Vec::new();
    for (number, block) in calls {
        bytes.extend(number.to_le_bytes());
        bytes.extend(block.to_le_bytes());
    }
    bytes.extend(blocks());
    let classes = class_calls();
    let seeds = classes.chunks(CALLS);
    let seeds = seeds.map(|calls| requests::seed(calls, CALLS));
    [bytes].into_iter().chain(seeds).collect()
}

/// Handle of a device of [`classes`].
fn handle(name: &str) -> u64 {
    let devices = (6..).zip(classes());
    let mut found = devices.filter(|(_, (device, _))| *device == name);
    found.next().expect("it is there").0
}

/// A guest that uses a device of each class.
fn class_calls() -> Vec<Call> {
    let output = abi::pwm::Output {
        period: 20_000,
        duty: 30_000,
        enabled: 1,
        fields: abi::pwm::PERIOD | abi::pwm::RATIO | abi::pwm::ENABLED,
        reserved: [0; 8],
    };
    let light = abi::led::Light {
        brightness: 100,
        most: 0,
        reserved: [0; 24],
    };
    let transaction = abi::i2c::Transaction {
        address: 0x48,
        flags: 0,
        reserved: [0; 24],
    };
    let call = |name, number, arguments, segments| Call {
        handle: handle(name),
        number,
        arguments,
        segments,
    };
    let i2c = |segments| {
        let arguments = transaction.to_bytes();
        call("parts", call::I2C_TRANSFER, arguments, segments)
    };
    let batch = abi::batch::Batch {
        requests: DATA + 0x100,
        count: 1,
        done: 0,
        failed: 0,
        reserved: [0; 12],
    };
    let waveform = gpio::Waveform {
        mask: 0b11,
        played: 0,
        reserved: 0,
        latest: 0,
        mean: 0,
    };
    let wait = abi::wait::Wait {
        timeout: 1_000,
        handles: 0b1_0100,
        ready: 0,
        reserved: [0; 8],
    };
    vec![
        Call {
            handle: 0,
            number: call::WAIT,
            arguments: wait.to_bytes(),
            segments: &[],
        },
        // Its only request is that of the next call.
        Call {
            handle: 0,
            number: call::BATCH,
            arguments: batch.to_bytes(),
            segments: &[],
        },
        call("motor", call::PWM_SET, output.to_bytes(), &[]),
        call("motor", call::PWM_GET, [0; 32], &[]),
        i2c(&[(1, SEND), (3, SEND | abi::i2c::CONTINUE)]),
        i2c(&[(1, SEND), (3, RECEIVE)]),
        Call {
            handle: 3,
            number: call::GPIO_WAVEFORM,
            arguments: waveform.to_bytes(),
            segments: &[(32, SEND)],
        },
        call("chip", call::SPI_TRANSFER, [0; 32], EXCHANGE),
        call("input", call::ADC_READ, [0; 32], &[]),
        call("input", call::ADC_CAPTURE, [0; 32], &[(64, RECEIVE)]),
        call("lamp", call::LED_SET, light.to_bytes(), &[]),
        call("lamp", call::LED_GET, [0; 32], &[]),
        call("probe", call::SENSOR_READ, [0; 32], &[]),
        call("clock", call::RTC_READ, [0; 32], &[]),
    ]
}

/// Segments of a transfer on SPI.
const EXCHANGE: &[(u32, u32)] = &[
    (2, SEND | abi::spi::JOIN),
    (2, RECEIVE),
    (1, abi::spi::DELAY),
    (1, SEND | RECEIVE),
];

fn blocks() -> Vec<u8> {
    let lines = gpio::Lines {
        mask: 0b11,
        values: 0b10,
        reserved: [0; 16],
    };
    let request = DeviceRequest {
        handle: 3,
        number: u32::from(call::GPIO_SET),
        status: 0,
        arguments: lines.to_bytes(),
        segments: 0,
        count: 0,
        received: 0,
    };
    let event = DeviceRequest {
        handle: 4,
        number: u32::from(call::GPIO_EVENT),
        arguments: [0; 32],
        ..request
    };
    let puts = solo5::Puts { data: DATA, len: 8 };
    let block = solo5::Block {
        handle: 1,
        offset: 0x200,
        data: DATA + 0x200,
        len: 0x200,
        ret: 0,
        pad: 0,
    };
    let net = solo5::Net {
        handle: 2,
        data: DATA + 0x200,
        len: 64,
        ret: 0,
        pad: 0,
    };
    let mut bytes = request.to_bytes().to_vec();
    bytes.extend(puts.to_bytes());
    bytes.extend(block.to_bytes());
    bytes.extend(net.to_bytes());
    bytes.extend(event.to_bytes());
    bytes
}

//! Any guest and any world around a simulated part: it takes whatever it is sent, shows numbers
//! that are numbers, and what it does next by itself is never in the past, which would hold the
//! board up for ever.
#![no_main]

use std::time::Duration;

use andon_fuzz::corpus;
use andon_fuzz::input::Input;
use andon_monitor::device::pwm::Output;
use andon_monitor::device::spi;
use andon_monitor::sim::{Allowed, Burst, Bus, Drive, KINDS, Kind, Part, Shown, Way};
use libfuzzer_sys::fuzz_target;

/// Steps of the part's own that are taken one by one before time goes on at once.
const OWN_STEPS: usize = 16;

fuzz_target!(init: corpus::plant(seeds()), |bytes: &[u8]| {
    let mut input = Input::new(bytes);
    let [kind] = input.array();
    let mut bench = Bench::new(KINDS[usize::from(kind) % KINDS.len()], &mut input);
    loop {
        let [what] = input.array();
        bench.perform(what, &mut input);
        bench.check();
        if what == END {
            break;
        }
    }
});

/// What is missing at the end of an input is zero.
const END: u8 = 0;

struct Bench {
    kind: &'static Kind,
    part: Box<dyn Part>,
    now: Duration,
}

/// A number of a range.
fn within(range: &std::ops::RangeInclusive<f64>, input: &mut Input<'_>) -> f64 {
    let share = f64::from(input.u16()) / f64::from(u16::MAX);
    let value = range.start() + (range.end() - range.start()) * share;
    value.clamp(*range.start(), *range.end())
}

impl Bench {
    fn new(kind: &'static Kind, input: &mut Input<'_>) -> Self {
        let settings: Vec<f64> = kind
            .settings
            .iter()
            .map(|setting| match &setting.allowed {
                Allowed::Number { range, .. } => within(range, input),
                Allowed::Choice(words) => (usize::from(input.u16()) % words.len()) as f64,
            })
            .collect();
        Self {
            kind,
            part: (kind.make)(&settings),
            now: Duration::ZERO,
        }
    }

    fn perform(&mut self, what: u8, input: &mut Input<'_>) {
        match what % 6 {
            1 => self.set(input),
            2 => self.drive(input),
            3 => self.write(input),
            4 => self.read(input),
            5 => self.exchange(input),
            _ => self.pass(Duration::from_micros(u64::from(input.u16()) * 16)),
        }
    }

    fn pass(&mut self, time: Duration) {
        let until = self.now + time;
        for _ in 0..OWN_STEPS {
            let Some(next) = self.part.next().filter(|next| *next <= until) else {
                break;
            };
            assert!(next >= self.now, "{} goes back", self.kind.name);
            self.part.advance(next);
            self.now = next;
        }
        self.part.advance(until);
        self.now = until;
        let next = self.part.next();
        assert!(
            next.is_none_or(|next| next > until),
            "{} is held up",
            self.kind.name
        );
    }

    fn set(&mut self, input: &mut Input<'_>) {
        let inputs = self.kind.inputs;
        let at = usize::from(input.u16()) % inputs.len().max(1);
        if let Some(known) = inputs.get(at) {
            let value = within(&known.range, input);
            self.part.set(at, value, self.now);
        }
    }

    fn drive(&mut self, input: &mut Input<'_>) {
        let at = usize::from(input.u16()) % self.kind.pins.len().max(1);
        let level = input.u16();
        match self.kind.pins.get(at).map(|pin| pin.way) {
            Some(Way::FromGuest) => {
                self.part
                    .driven(at, Drive::steady(level & 1 == 1), self.now);
            }
            Some(Way::Modulated) => {
                let period = input.u64() % 100_000_000_000 + 1;
                let output = Output {
                    period,
                    duty: input.u64() % (period + 1),
                    enabled: level & 1 == 1,
                };
                self.part.driven(at, Drive::of(output), self.now);
            }
            _ => {}
        }
    }

    fn write(&mut self, input: &mut Input<'_>) {
        let [length] = input.array();
        let bytes = input.take(usize::from(length));
        if matches!(self.kind.bus, Bus::I2c(_)) {
            let _ = self.part.write(bytes, self.now);
        }
    }

    fn read(&mut self, input: &mut Input<'_>) {
        let [length] = input.array();
        if matches!(self.kind.bus, Bus::I2c(_)) {
            let _ = self.part.read(&mut vec![0; usize::from(length)], self.now);
        }
    }

    fn exchange(&mut self, input: &mut Input<'_>) {
        let clock = u32::from(input.u16()) * 256 + 1;
        let [length, mode] = input.array();
        let sent = input.take(usize::from(length));
        if self.kind.bus != Bus::Spi {
            return;
        }
        let spec = format!("spi-sim,mode={}", mode % 4);
        let spec: spi::Spec = spec.parse().expect("it is a binding");
        let burst = Burst {
            start: self.now,
            clock,
            mode: spec.settings.mode,
        };
        self.part.selected(self.now);
        self.part.exchange(sent, &mut vec![0; sent.len()], burst);
        self.pass(burst.time(sent.len() * 8));
        self.part.deselected(self.now);
    }

    fn check(&self) {
        for reading in self.part.readings() {
            match reading.shown {
                Shown::Number { value, .. } => assert!(value.is_finite()),
                Shown::Light(light) => assert!((0.0..=1.0).contains(&light)),
                Shown::Pixels { width, on } => assert!(on.len().is_multiple_of(width)),
                _ => {}
            }
        }
        for pin in 0..self.kind.pins.len() {
            let _ = self.part.level(pin);
            assert!(self.part.voltage(pin).is_finite());
        }
    }
}

/// Every kind, with a drive, a write, a read, an exchange and time.
fn seeds() -> Vec<Vec<u8>> {
    let kinds = 0..KINDS.len();
    let seeds = kinds.map(|kind| {
        let mut seed = vec![kind as u8];
        seed.extend([0x80; 16]);
        seed.extend([2, 0, 0, 1, 0, 3, 2, 1, 0x83, 4, 4, 6, 0xff, 0xff]);
        seed.extend([5, 0xd4, 0x30, 4, 0, 0x88, 0x8e, 0xe8, 0xee, 6, 0xff, 0xff]);
        seed
    });
    seeds.collect()
}

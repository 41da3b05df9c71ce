//! Worldsemi WS2812B, lamps of three colours on one data line, which the output of an SPI bus
//! drives.
//!
//! Source: Worldsemi WS2812B data sheet, "Data transfer time": a code is a high level of
//! 0.4 µs (0) or 0.8 µs (1), then a low one of 0.85 µs (0) or 0.45 µs (1), each within 150 ns; a
//! low level of more than 50 µs has the lamps take their colours. "Composition of 24 bit data" has
//! green, red, blue, the highest bit first. What the bus puts out is looked at as a level over
//! time, by its clock, whatever its mode; between two transfers it is low. From a code that is
//! none on, the lamps miss what comes until the next reset.

use std::time::Duration;

use crate::sim::part::{Allowed, Burst, Bus, Kind, Part, Reading, Setting, Shown};

pub(super) const KIND: Kind = Kind {
    name: "ws2812",
    summary: "a strip of Worldsemi WS2812B lamps of red, green and blue",
    bus: Bus::Spi,
    pins: &[],
    inputs: &[],
    settings: &[Setting {
        name: "lamps",
        allowed: Allowed::Number {
            range: 1.0..=1024.0,
            unit: "",
        },
        initial: 8.0,
    }],
    make: |settings| {
        let lamps = settings[0] as usize;
        Box::new(Ws2812 {
            colors: vec![[0; 3]; lamps],
            line: Line::Low { since: None },
            frame: Frame::default(),
            faults: 0,
        })
    },
};

/// How far a time may be off.
const TOLERANCE: Duration = Duration::from_nanos(150);

/// High and low level of a code.
const ZERO: (Duration, Duration) = (Duration::from_nanos(400), Duration::from_nanos(850));
const ONE: (Duration, Duration) = (Duration::from_nanos(800), Duration::from_nanos(450));

/// A low level that is a reset.
const RESET: Duration = Duration::from_micros(50);

/// Bits of a lamp.
const BITS: usize = 24;

struct Ws2812 {
    /// Red, green and blue of each lamp.
    colors: Vec<[u8; 3]>,
    line: Line,
    frame: Frame,
    /// Frames that had something in them that is no code.
    faults: u32,
}

/// The level of the data line, and since when it has it.
#[derive(Clone, Copy)]
enum Line {
    High { since: Duration },
    Low { since: Option<Duration> },
}

/// What has come since the last reset.
#[derive(Default)]
struct Frame {
    bits: Vec<bool>,
    /// The code whose low level is not over.
    last: Option<bool>,
    is_lost: bool,
}

/// Whether a time is within the tolerance.
fn is_about(time: Duration, nominal: Duration) -> bool {
    time.abs_diff(nominal) <= TOLERANCE
}

impl Ws2812 {
    fn rise(&mut self, now: Duration) {
        let Line::Low { since } = self.line else {
            return;
        };
        self.line = Line::High { since: now };
        let Some(bit) = self.frame.last.take() else {
            return;
        };
        let low = now.saturating_sub(since.unwrap_or(now));
        let nominal = if bit { ONE.1 } else { ZERO.1 };
        self.take(is_about(low, nominal).then_some(bit));
    }

    fn fall(&mut self, now: Duration) {
        let Line::High { since } = self.line else {
            return;
        };
        self.line = Line::Low { since: Some(now) };
        let high = now.saturating_sub(since);
        match [false, true].map(|bit| is_about(high, if bit { ONE.0 } else { ZERO.0 })) {
            [true, _] => self.frame.last = Some(false),
            [_, true] => self.frame.last = Some(true),
            _ => self.take(None),
        }
    }

    /// A code has come, or something that is none.
    fn take(&mut self, bit: Option<bool>) {
        match bit {
            Some(bit) if !self.frame.is_lost => {
                if self.frame.bits.len() < self.colors.len() * BITS {
                    self.frame.bits.push(bit);
                }
            }
            Some(_) => {}
            None => {
                self.faults = self.faults.saturating_add(u32::from(!self.frame.is_lost));
                self.frame.is_lost = true;
            }
        }
    }

    /// The lamps take what has come.
    fn reset(&mut self) {
        if let Some(bit) = self.frame.last.take() {
            self.take(Some(bit));
        }
        let frame = std::mem::take(&mut self.frame);
        for (color, bits) in self.colors.iter_mut().zip(frame.bits.chunks_exact(BITS)) {
            let mut bytes = bits.chunks_exact(8).map(byte);
            let mut next = || bytes.next().unwrap_or(0);
            let [green, red, blue] = [next(), next(), next()];
            *color = [red, green, blue];
        }
    }
}

/// A byte of bits, the highest first.
fn byte(bits: &[bool]) -> u8 {
    bits.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit))
}

impl Part for Ws2812 {
    fn exchange(&mut self, sent: &[u8], received: &mut [u8], burst: Burst) {
        // No wire comes back.
        received.fill(0);
        for bit in 0..sent.len() * 8 {
            let now = burst.start + burst.time(bit);
            self.advance(now);
            if sent[bit / 8] << (bit % 8) & 0x80 != 0 {
                self.rise(now);
            } else {
                self.fall(now);
            }
        }
        self.fall(burst.start + burst.time(sent.len() * 8));
    }

    fn next(&self) -> Option<Duration> {
        match self.line {
            Line::Low { since } => Some(since? + RESET),
            Line::High { .. } => None,
        }
    }

    fn advance(&mut self, now: Duration) {
        if self.next().is_some_and(|reset| reset <= now) {
            self.line = Line::Low { since: None };
            self.reset();
        }
    }

    fn readings(&self) -> Vec<Reading> {
        vec![
            Reading {
                name: "colors",
                shown: Shown::Colors(self.colors.clone()),
            },
            Reading::number("faults", self.faults.into(), ""),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::{Burst, Duration, KIND, Reading};
    use crate::device::spi::Mode;
    use crate::sim::part::Shown;

    /// Bytes of the bus for a byte of a lamp: four bits for one.
    fn coded(byte: u8) -> Vec<u8> {
        let codes = [0b1000_1000, 0b1000_1110, 0b1110_1000, 0b1110_1110];
        let pairs = [6, 4, 2, 0].map(|shift| byte >> shift & 0b11);
        pairs.map(|pair| codes[usize::from(pair)]).to_vec()
    }

    /// Colours and faults of three lamps after a frame at a clock of so many hertz, and a pause.
    fn shown(bytes: &[u8], clock: u32) -> (Vec<[u8; 3]>, f64) {
        let mut part = (KIND.make)(&[3.0]);
        let sent: Vec<_> = bytes.iter().flat_map(|byte| coded(*byte)).collect();
        let burst = Burst {
            start: Duration::from_millis(1),
            clock,
            mode: Mode::DEFAULT,
        };
        part.exchange(&sent, &mut vec![0; sent.len()], burst);
        part.advance(Duration::from_millis(2));
        assert_eq!(part.next(), None);
        look(&part.readings())
    }

    fn look(readings: &[Reading]) -> (Vec<[u8; 3]>, f64) {
        match [&readings[0].shown, &readings[1].shown] {
            [Shown::Colors(colors), Shown::Number { value, .. }] => (colors.clone(), *value),
            other => panic!("{other:?}"),
        }
    }

    const DARK: [u8; 3] = [0; 3];

    #[test]
    fn lamps_have_green_first() {
        let (colors, faults) = shown(&[1, 255, 128, 0, 0, 7], 3_200_000);
        assert_eq!(colors, [[255, 1, 128], [0, 0, 7], DARK]);
        assert_eq!(faults, 0.0);
    }

    #[test]
    fn what_is_for_more_lamps_than_there_are_goes_on() {
        let (colors, _) = shown(&[9; 12], 3_200_000);
        assert_eq!(colors, [[9; 3]; 3]);
    }

    #[test]
    fn a_lamp_that_gets_too_few_bits_stays_as_it_is() {
        let (colors, _) = shown(&[9; 5], 3_200_000);
        assert_eq!(colors, [[9; 3], DARK, DARK]);
    }

    #[test]
    fn a_clock_that_makes_no_codes_is_no_data() {
        let shown = [1_000_000, 2_500_000, 4_000_000].map(|clock| shown(&[255; 3], clock));
        assert_eq!(
            shown,
            [const { (DARK, 1.0) }; 3].map(|(dark, faults)| (vec![dark; 3], faults))
        );
    }

    #[test]
    fn colours_are_taken_at_the_reset() {
        let mut part = (KIND.make)(&[1.0]);
        let sent: Vec<_> = [3, 2, 1].into_iter().flat_map(coded).collect();
        let burst = Burst {
            start: Duration::ZERO,
            clock: 3_200_000,
            mode: Mode::DEFAULT,
        };
        part.exchange(&sent, &mut [0; 12], burst);
        let reset = part.next().unwrap();
        part.advance(reset - Duration::from_nanos(1));
        assert_eq!(look(&part.readings()).0, [DARK]);
        part.advance(reset);
        assert_eq!(look(&part.readings()).0, [[2, 3, 1]]);
    }
}

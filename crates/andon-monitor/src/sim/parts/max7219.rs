//! Maxim MAX7219, a driver of 64 light-emitting diodes on SPI: a matrix of eight by eight, or
//! eight digits of seven segments. Several are chained, output to input.
//!
//! Source: Maxim MAX7219/MAX7221 data sheet, rev. 4. "Serial-Addressing Modes" has the packets of
//! 16 bits, taken when LOAD rises, and tables 1 and 2 their format and the registers; "Initial
//! Power-Up", tables 3 to 10 the shutdown, the decoding, the code B font, the intensity, the scan
//! limit and the display test. Data is taken when the clock rises, of at most 10 MHz ("Timing
//! Characteristics"); what comes otherwise is not understood. A matrix has its rows on the
//! digits and its columns from the left on DP, A to G, as usual modules have; of several the one
//! whose data is sent first is on the left.

use std::collections::VecDeque;
use std::time::Duration;

use super::segments::character;
use crate::sim::part::{Allowed, Burst, Bus, Kind, Part, Reading, Setting, Shown};

pub(super) const KIND: Kind = Kind {
    name: "max7219",
    summary: "Maxim MAX7219 with a matrix of lamps, or with digits",
    bus: Bus::Spi,
    pins: &[],
    inputs: &[],
    settings: &[
        Setting {
            name: "wired",
            allowed: Allowed::Choice(&["matrix", "digits"]),
            initial: 0.0,
        },
        Setting {
            name: "chips",
            allowed: Allowed::Number {
                range: 1.0..=8.0,
                unit: "",
            },
            initial: 1.0,
        },
    ],
    make: |settings| {
        let chips = settings[1] as usize;
        Box::new(Chain {
            has_digits: settings[0] != 0.0,
            shifted: std::iter::repeat_n(0, PACKET * chips).collect(),
            chips: vec![Chip::default(); chips],
        })
    },
};

/// Bytes of a packet.
const PACKET: usize = 2;

/// The fastest clock in hertz.
const FASTEST: u32 = 10_000_000;

const DIGITS: usize = 8;

/// Bit of the decimal point.
const POINT: u8 = 1 << 7;

/// Segments A to G, from bit 6 down, of the code B font (table 5).
const FONT: [u8; 16] = [
    0x7e, 0x30, 0x6d, 0x79, 0x33, 0x5b, 0x5f, 0x70, 0x7f, 0x7b, 0x01, 0x4f, 0x37, 0x0e, 0x67, 0x00,
];

struct Chain {
    has_digits: bool,
    /// What is in the shift registers, the oldest byte first.
    shifted: VecDeque<u8>,
    /// The chips, the one whose data is sent first to begin with.
    chips: Vec<Chip>,
}

/// State after power-up: all registers zero, so shut down.
#[derive(Clone, Default)]
struct Chip {
    digits: [u8; DIGITS],
    /// Digits that are decoded, a bit for each.
    decoded: u8,
    intensity: u8,
    scan_limit: u8,
    is_on: bool,
    is_tested: bool,
}

impl Chip {
    fn take(&mut self, address: u8, data: u8) {
        match address & 0x0f {
            digit @ 1..=8 => self.digits[usize::from(digit) - 1] = data,
            0x9 => self.decoded = data,
            0xa => self.intensity = data & 0x0f,
            0xb => self.scan_limit = data & 0x07,
            0xc => self.is_on = data & 1 != 0,
            0xf => self.is_tested = data & 1 != 0,
            _ => {}
        }
    }

    /// The segments of a digit that shine: DP, A to G from bit 7 down.
    fn segments(&self, digit: usize) -> u8 {
        if self.is_tested {
            return 0xff;
        }
        if !self.is_on || digit > usize::from(self.scan_limit) {
            return 0;
        }
        let data = self.digits[digit];
        if self.decoded >> digit & 1 == 0 {
            return data;
        }
        data & POINT | FONT[usize::from(data & 0x0f)]
    }

    /// Share of the time that what shines does (table 7).
    fn brightness(&self) -> f64 {
        match (self.is_tested, self.is_on) {
            // Table 10: the test has the largest duty.
            (true, _) => 31.0 / 32.0,
            (false, true) => f64::from(2 * self.intensity + 1) / 32.0,
            (false, false) => 0.0,
        }
    }
}

impl Chain {
    fn matrix(&self) -> Shown {
        let rows = (0..DIGITS).flat_map(|row| self.chips.iter().map(move |it| it.segments(row)));
        let on = rows.flat_map(|row| (0..8).map(move |column| row << column & 0x80 != 0));
        Shown::Pixels {
            width: 8 * self.chips.len(),
            on: on.collect(),
        }
    }

    fn text(&self) -> String {
        let digits = self.chips.iter();
        let digits = digits.flat_map(|chip| (0..DIGITS).rev().map(|digit| chip.segments(digit)));
        let mut text = String::new();
        for segments in digits {
            // A to G from bit 0 up.
            text.push(character((segments & !POINT).reverse_bits() >> 1));
            if segments & POINT != 0 {
                text.push('.');
            }
        }
        text
    }
}

impl Part for Chain {
    fn exchange(&mut self, sent: &[u8], received: &mut [u8], burst: Burst) {
        // DOUT goes to the next chip and not back.
        received.fill(0);
        if burst.clock > FASTEST || !burst.mode.takes_at_rise() {
            return;
        }
        for byte in sent {
            self.shifted.pop_front();
            self.shifted.push_back(*byte);
        }
    }

    fn deselected(&mut self, _: Duration) {
        let packets = self.shifted.make_contiguous().chunks_exact(PACKET);
        for (chip, packet) in self.chips.iter_mut().zip(packets) {
            chip.take(packet[0], packet[1]);
        }
    }

    fn readings(&self) -> Vec<Reading> {
        let brightness = self.chips.first().map_or(0.0, Chip::brightness);
        vec![
            if self.has_digits {
                Reading::text("digits", self.text())
            } else {
                Reading {
                    name: "matrix",
                    shown: self.matrix(),
                }
            },
            Reading::number("brightness", brightness, "of 1"),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::{Burst, Duration, KIND, Part};
    use crate::device::class::BindingValue;
    use crate::device::spi::Mode;
    use crate::sim::part::Shown;

    fn send_at(part: &mut dyn Part, bytes: &[u8], clock: u32, mode: &str) {
        let burst = Burst {
            start: Duration::ZERO,
            clock,
            mode: Mode::parse(mode).unwrap(),
        };
        part.exchange(bytes, &mut vec![0; bytes.len()], burst);
        part.deselected(Duration::ZERO);
    }

    fn send(part: &mut dyn Part, bytes: &[u8]) {
        send_at(part, bytes, 1_000_000, "0");
    }

    const MATRIX: [f64; 2] = [0.0, 1.0];
    const DIGITS: [f64; 2] = [1.0, 1.0];

    fn text(part: &dyn Part) -> String {
        match &part.readings()[0].shown {
            Shown::Text(text) => text.clone(),
            other => panic!("{other:?}"),
        }
    }

    /// The pixels of a matrix that shine.
    fn lit(part: &dyn Part) -> Vec<usize> {
        match &part.readings()[0].shown {
            Shown::Pixels { on, .. } => (0..on.len()).filter(|at| on[*at]).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn it_is_shut_down_until_it_is_switched_on() {
        let mut part = (KIND.make)(&MATRIX);
        send(&mut *part, &[0x01, 0x81]);
        assert!(lit(&*part).is_empty());
        send(&mut *part, &[0x0c, 0x01]);
        assert_eq!(lit(&*part), [0, 7]);
    }

    #[test]
    fn digits_beyond_the_scan_limit_are_dark() {
        let mut part = (KIND.make)(&MATRIX);
        for bytes in [[0x0c, 0x01], [0x02, 0x01], [0x03, 0x01], [0x0b, 0x01]] {
            send(&mut *part, &bytes);
        }
        assert_eq!(lit(&*part), [15]);
    }

    #[test]
    fn digits_are_decoded_where_they_are_to_be() {
        let mut part = (KIND.make)(&DIGITS);
        for bytes in [
            [0x0c, 1],
            [0x0b, 7],
            [0x09, 0x03],
            [1, 0x85],
            [2, 0x0a],
            [3, 0x4f],
        ] {
            send(&mut *part, &bytes);
        }
        assert_eq!(text(&*part), "     E-5.");
    }

    #[test]
    fn the_first_packet_is_the_last_chip_s() {
        let mut part = (KIND.make)(&[0.0, 2.0]);
        send(&mut *part, &[0x0c, 1, 0x0c, 1]);
        send(&mut *part, &[0x01, 0x80, 0x01, 0x01]);
        assert_eq!(lit(&*part), [0, 15]);
        // Chips that are not meant get no operation.
        send(&mut *part, &[0x01, 0x00, 0x00, 0x00]);
        assert_eq!(lit(&*part), [15]);
    }

    #[test]
    fn a_wrong_mode_or_too_fast_a_clock_is_not_understood() {
        let mut part = (KIND.make)(&MATRIX);
        send_at(&mut *part, &[0x0f, 0x01], 1_000_000, "1");
        send_at(&mut *part, &[0x0f, 0x01], 10_000_001, "0");
        assert!(lit(&*part).is_empty());
        send_at(&mut *part, &[0x0f, 0x01], 10_000_000, "3");
        assert_eq!(lit(&*part).len(), 64);
    }
}

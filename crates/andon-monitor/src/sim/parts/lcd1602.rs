//! A character display of two lines with 16 characters: a Hitachi HD44780 behind a PCF8574, as
//! on the usual modules with four wires.
//!
//! Source: Hitachi HD44780U data sheet, ADE-207-272. Table 6 has the instructions with their
//! times, figure 9 the transfers of four bits, figure 24 the start, table 4 the characters, of
//! which those of ASCII are shown. Characters of one's own are taken and shown as `?`. The
//! expander's lines are RS, RW, E, backlight and the upper data lines, from P0 on.

use std::time::Duration;

use crate::sim::part::{Bus, Kind, NoAcknowledge, Part, Reading};

pub(super) const KIND: Kind = Kind {
    name: "lcd1602",
    summary: "a character display of 2 lines with 16 characters (HD44780 behind a PCF8574)",
    bus: Bus::I2c(&[0x27, 0x26, 0x25, 0x24, 0x23, 0x22, 0x21, 0x20]),
    pins: &[],
    inputs: &[],
    settings: &[],
    make: |_| Box::new(Lcd::default()),
};

const COLUMNS: u8 = 16;

/// Where the second line begins in the display's memory, and how long each line is there.
const SECOND_LINE: u8 = 0x40;
const LINE: u8 = 40;

/// Lines of the expander.
const REGISTER_SELECT: u8 = 1 << 0;
const READ: u8 = 1 << 1;
const ENABLE: u8 = 1 << 2;
const BACKLIGHT: u8 = 1 << 3;

/// Time of "clear display" and "return home"; nothing else takes longer than the bus does.
const CLEARING: Duration = Duration::from_micros(1520);

/// What waits for its other half: the four bits that came first.
type Half = Option<u8>;

struct Lcd {
    latch: u8,
    /// Whether data comes in halves of four bits.
    in_halves: bool,
    half: Half,
    memory: [u8; 0x80],
    address: u8,
    /// Whether the address is one of a character's shape.
    at_shapes: bool,
    increments: bool,
    shifts: bool,
    shift: u8,
    is_on: bool,
    busy_until: Duration,
}

impl Default for Lcd {
    fn default() -> Self {
        Self {
            latch: 0xff,
            in_halves: false,
            half: None,
            memory: [b' '; 0x80],
            address: 0,
            at_shapes: false,
            increments: true,
            shifts: false,
            shift: 0,
            is_on: false,
            busy_until: Duration::ZERO,
        }
    }
}

/// The place in a line so many places further, which goes round.
fn further(place: u8, by: u8) -> u8 {
    (place + by) % LINE
}

impl Lcd {
    /// Takes what is on the upper data lines when the enable line falls.
    fn take(&mut self, lines: u8, now: Duration) {
        let bits = lines & 0xf0;
        let byte = match (self.in_halves, self.half.take()) {
            // The lower data lines are not connected: eight bits at once end in zeros.
            (false, _) => bits,
            (true, None) => {
                self.half = Some(bits);
                return;
            }
            (true, Some(high)) => high | bits >> 4,
        };
        // What comes while it is busy is lost.
        if now < self.busy_until {
            return;
        }
        if lines & REGISTER_SELECT == 0 {
            self.instruction(byte, now);
        } else {
            self.character(byte);
        }
    }

    fn instruction(&mut self, byte: u8, now: Duration) {
        match byte {
            0x80.. => self.go_to(byte & 0x7f),
            0x40.. => self.at_shapes = true,
            0x20.. => self.in_halves = byte & 0x10 == 0,
            0x10.. => self.move_by_hand(byte),
            0x08.. => self.is_on = byte & 0x04 != 0,
            0x04.. => {
                self.increments = byte & 0x02 != 0;
                self.shifts = byte & 0x01 != 0;
            }
            0x02.. => self.home(now),
            0x01 => {
                self.memory = [b' '; 0x80];
                self.increments = true;
                self.home(now);
            }
            0x00 => {}
        }
    }

    fn go_to(&mut self, address: u8) {
        self.address = address;
        self.at_shapes = false;
    }

    fn home(&mut self, now: Duration) {
        self.go_to(0);
        self.shift = 0;
        self.busy_until = now + CLEARING;
    }

    /// "Cursor or display shift".
    fn move_by_hand(&mut self, byte: u8) {
        let right = byte & 0x04 != 0;
        if byte & 0x08 == 0 {
            self.step(right);
        } else {
            self.shift = further(self.shift, if right { LINE - 1 } else { 1 });
        }
    }

    fn character(&mut self, byte: u8) {
        if self.at_shapes {
            return;
        }
        self.memory[usize::from(self.address & 0x7f)] = byte;
        self.step(self.increments);
        if self.shifts {
            let by = if self.increments { 1 } else { LINE - 1 };
            self.shift = further(self.shift, by);
        }
    }

    /// Moves to the next place or back, over the end of one line into the other.
    fn step(&mut self, forward: bool) {
        let (line, place) = (self.address & SECOND_LINE, self.address & 0x3f);
        let other = line ^ SECOND_LINE;
        self.address = match (forward, place) {
            (true, place) if place + 1 >= LINE => other,
            (true, place) => line | (place + 1),
            (false, 0) => other | (LINE - 1),
            (false, place) => line | (place - 1),
        };
    }

    fn line(&self, start: u8) -> String {
        if !self.is_on {
            return String::new();
        }
        let places = (0..COLUMNS).map(|column| start + further(column, self.shift));
        let text: String = places
            .map(|place| match self.memory[usize::from(place)] {
                byte @ 0x20..=0x7d => char::from(byte),
                _ => '?',
            })
            .collect();
        text.trim_end().to_owned()
    }
}

impl Part for Lcd {
    fn write(&mut self, bytes: &[u8], now: Duration) -> Result<(), NoAcknowledge> {
        for lines in bytes {
            let falls = self.latch & ENABLE != 0 && lines & ENABLE == 0;
            if falls && self.latch & READ == 0 {
                self.take(self.latch, now);
            }
            self.latch = *lines;
        }
        Ok(())
    }

    /// The expander's lines; while the display is read, the busy flag is the uppermost.
    fn read(&mut self, into: &mut [u8], now: Duration) -> Result<(), NoAcknowledge> {
        let reads = self.latch & (READ | ENABLE) == READ | ENABLE;
        let is_busy = now < self.busy_until;
        let lines = match (reads, is_busy) {
            (true, true) => self.latch & 0x0f | 0x80,
            (true, false) => self.latch & 0x0f,
            (false, _) => self.latch,
        };
        into.fill(lines);
        Ok(())
    }

    fn readings(&self) -> Vec<Reading> {
        vec![
            Reading::text("line-1", self.line(0)),
            Reading::text("line-2", self.line(SECOND_LINE)),
            Reading::switch("backlight", self.latch & BACKLIGHT != 0),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::{CLEARING, Duration, KIND, Part};
    use crate::sim::part::Shown;

    /// The guest's side of the display.
    struct Display {
        part: Box<dyn Part>,
        now: Duration,
    }

    impl Display {
        /// Started as in figure 24.
        fn new() -> Self {
            let part = (KIND.make)(&[]);
            let now = Duration::ZERO;
            let mut display = Self { part, now };
            for half in [0x30, 0x30, 0x30, 0x20] {
                display.half(half, 0);
            }
            for instruction in [0x28, 0x0c, 0x06, 0x01] {
                display.instruction(instruction);
            }
            display.now += CLEARING;
            display
        }

        fn half(&mut self, bits: u8, select: u8) {
            let lines = bits & 0xf0 | select | 0x08;
            self.part.write(&[lines | 0x04, lines], self.now).unwrap();
        }

        fn instruction(&mut self, byte: u8) {
            self.half(byte, 0);
            self.half(byte << 4, 0);
        }

        fn print(&mut self, text: &str) {
            for byte in text.bytes() {
                self.half(byte, 1);
                self.half(byte << 4, 1);
            }
        }

        fn lines(&self) -> [String; 2] {
            let readings = self.part.readings();
            [0, 1].map(|line| match &readings[line].shown {
                Shown::Text(text) => text.clone(),
                other => panic!("{other:?}"),
            })
        }
    }

    #[test]
    fn text_goes_where_the_address_is() {
        let mut display = Display::new();
        display.print("hello");
        display.instruction(0x80 | (0x40 + 3));
        display.print("world");
        assert_eq!(display.lines(), ["hello", "   world"]);
    }

    #[test]
    fn what_comes_while_it_clears_is_lost() {
        let mut display = Display::new();
        display.instruction(0x01);
        display.print("lost");
        display.now += CLEARING;
        display.print("kept");
        assert_eq!(display.lines(), ["kept", ""]);
    }

    #[test]
    fn the_picture_is_shifted_over_the_memory() {
        let mut display = Display::new();
        display.print("abc");
        display.instruction(0x18);
        assert_eq!(display.lines()[0], "bc");
        display.instruction(0x1c);
        assert_eq!(display.lines()[0], "abc");
    }

    #[test]
    fn a_display_that_is_off_shows_nothing() {
        let mut display = Display::new();
        display.print("abc");
        display.instruction(0x08);
        assert_eq!(display.lines(), ["", ""]);
    }
}

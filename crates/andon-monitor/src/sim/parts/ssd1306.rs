//! Solomon Systech SSD1306, a controller of an OLED of 128 by 64 pixels, on I2C.
//!
//! Source: Solomon Systech SSD1306 data sheet, rev. 1.1. Section 8.1.5.2 has the I2C bytes,
//! section 9 the command table, 10 what commands do. Scrolling is taken and not shown. The
//! glass is mounted as on the usual modules: upright where segments and outputs are remapped.

use std::time::Duration;

use crate::sim::part::{Bus, Kind, NoAcknowledge, Part, Reading, Shown};

pub(super) const KIND: Kind = Kind {
    name: "ssd1306",
    summary: "Solomon Systech SSD1306 with an OLED of 128 by 64 pixels",
    bus: Bus::I2c(&[0x3c, 0x3d]),
    pins: &[],
    inputs: &[],
    settings: &[],
    make: |_| Box::new(Ssd1306::default()),
};

const WIDTH: usize = 128;
const PAGES: usize = 8;
const HEIGHT: usize = PAGES * 8;

/// Bits of a control byte (section 8.1.5.2).
const CONTINUES: u8 = 1 << 7;
const DATA: u8 = 1 << 6;

/// How the address goes on after a byte of data (section 10.1.3).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Addressing {
    Horizontal,
    Vertical,
    Page,
}

struct Ssd1306 {
    memory: Box<[[u8; WIDTH]; PAGES]>,
    column: usize,
    page: usize,
    columns: (usize, usize),
    pages: (usize, usize),
    addressing: Addressing,
    is_on: bool,
    all_on: bool,
    inverse: bool,
    remaps_segments: bool,
    remaps_outputs: bool,
    start_line: usize,
    /// A command whose arguments are not all there.
    command: Vec<u8>,
}

/// State after a reset (section 8.5).
impl Default for Ssd1306 {
    fn default() -> Self {
        Self {
            memory: Box::new([[0; WIDTH]; PAGES]),
            column: 0,
            page: 0,
            columns: (0, WIDTH - 1),
            pages: (0, PAGES - 1),
            addressing: Addressing::Page,
            is_on: false,
            all_on: false,
            inverse: false,
            remaps_segments: false,
            remaps_outputs: false,
            start_line: 0,
            command: Vec::new(),
        }
    }
}

/// How many arguments a command has (section 9).
fn arguments(command: u8) -> usize {
    match command {
        0x26 | 0x27 => 6,
        0x29 | 0x2a => 5,
        0x21 | 0x22 | 0xa3 => 2,
        0x20 | 0x81 | 0x8d | 0xa8 | 0xd3 | 0xd5 | 0xd9 | 0xda | 0xdb => 1,
        _ => 0,
    }
}

impl Ssd1306 {
    fn command_byte(&mut self, byte: u8) {
        self.command.push(byte);
        if self.command.len() > arguments(self.command[0]) {
            let command = std::mem::take(&mut self.command);
            self.perform(&command);
        }
    }

    fn perform(&mut self, command: &[u8]) {
        let low = command[0] & 0x0f;
        match *command {
            [0x00..=0x0f] => self.column = self.column & 0x70 | usize::from(low),
            [0x10..=0x1f] => self.column = usize::from(low & 0x07) << 4 | self.column & 0x0f,
            [0x20, mode] => {
                self.addressing = match mode & 0b11 {
                    0b00 => Addressing::Horizontal,
                    0b01 => Addressing::Vertical,
                    _ => Addressing::Page,
                }
            }
            [0x21, first, last] => {
                self.columns = (usize::from(first & 0x7f), usize::from(last & 0x7f));
                self.column = self.columns.0;
            }
            [0x22, first, last] => {
                self.pages = (usize::from(first & 0x07), usize::from(last & 0x07));
                self.page = self.pages.0;
            }
            [line @ 0x40..=0x7f] => self.start_line = usize::from(line & 0x3f),
            [0xa0 | 0xa1] => self.remaps_segments = low == 1,
            [0xa4 | 0xa5] => self.all_on = low == 5,
            [0xa6 | 0xa7] => self.inverse = low == 7,
            [0xae | 0xaf] => self.is_on = low == 0x0f,
            [0xb0..=0xb7] => self.page = usize::from(low & 0x07),
            [0xc0..=0xcf] => self.remaps_outputs = low & 0x08 != 0,
            // Contrast, clock, charge pump, scrolling and the like do not change the picture.
            _ => {}
        }
    }

    fn data_byte(&mut self, byte: u8) {
        self.memory[self.page][self.column] = byte;
        match self.addressing {
            Addressing::Page => self.column = (self.column + 1) % WIDTH,
            Addressing::Horizontal => {
                if self.next_column() {
                    self.next_page();
                }
            }
            Addressing::Vertical => {
                if self.next_page() {
                    self.next_column();
                }
            }
        }
    }

    /// Goes on in the range of columns; true where it began anew.
    fn next_column(&mut self) -> bool {
        let wraps = self.column == self.columns.1;
        self.column = if wraps {
            self.columns.0
        } else {
            (self.column + 1) % WIDTH
        };
        wraps
    }

    /// Goes on in the range of pages; true where it began anew.
    fn next_page(&mut self) -> bool {
        let wraps = self.page == self.pages.1;
        self.page = if wraps {
            self.pages.0
        } else {
            (self.page + 1) % PAGES
        };
        wraps
    }

    /// Whether the pixel in this column and row of the glass is on.
    fn pixel(&self, x: usize, y: usize) -> bool {
        if !self.is_on {
            return false;
        }
        let column = if self.remaps_segments {
            x
        } else {
            WIDTH - 1 - x
        };
        let row = if self.remaps_outputs {
            y
        } else {
            HEIGHT - 1 - y
        };
        let row = (row + self.start_line) % HEIGHT;
        let stored = self.memory[row / 8][column] >> (row % 8) & 1 == 1;
        self.all_on || stored != self.inverse
    }
}

impl Part for Ssd1306 {
    fn write(&mut self, bytes: &[u8], _: Duration) -> Result<(), NoAcknowledge> {
        let mut bytes = bytes.iter().copied();
        while let Some(control) = bytes.next() {
            if control & CONTINUES != 0 {
                // One byte, then another control byte.
                let Some(byte) = bytes.next() else { break };
                self.byte(control, byte);
            } else {
                for byte in bytes.by_ref() {
                    self.byte(control, byte);
                }
            }
        }
        Ok(())
    }

    /// The status: bit 6 says that the display is off (section 9, "Read Command").
    fn read(&mut self, into: &mut [u8], _: Duration) -> Result<(), NoAcknowledge> {
        into.fill(if self.is_on { 0 } else { 1 << 6 });
        Ok(())
    }

    fn readings(&self) -> Vec<Reading> {
        let rows = (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| (x, y)));
        vec![
            Reading::switch("on", self.is_on),
            Reading {
                name: "display",
                shown: Shown::Pixels {
                    width: WIDTH,
                    on: rows.map(|(x, y)| self.pixel(x, y)).collect(),
                },
            },
        ]
    }
}

impl Ssd1306 {
    fn byte(&mut self, control: u8, byte: u8) {
        if control & DATA != 0 {
            self.data_byte(byte);
        } else {
            self.command_byte(byte);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, HEIGHT, KIND, Part, Shown, WIDTH};

    fn write(part: &mut dyn Part, bytes: &[u8]) {
        part.write(bytes, Duration::ZERO).unwrap();
    }

    /// A display that is on and upright, addressed page by page.
    fn display() -> Box<dyn Part> {
        let mut part = (KIND.make)(&[]);
        write(&mut *part, &[0x00, 0xa1, 0xc8, 0xaf]);
        part
    }

    /// Columns and rows of the pixels that are on.
    fn lit(part: &dyn Part) -> Vec<(usize, usize)> {
        let Shown::Pixels { width, on } = &part.readings()[1].shown else {
            panic!("it has pixels");
        };
        assert_eq!((*width, on.len()), (WIDTH, WIDTH * HEIGHT));
        let lit = on.iter().enumerate().filter(|(_, on)| **on);
        lit.map(|(at, _)| (at % WIDTH, at / WIDTH)).collect()
    }

    #[test]
    fn a_byte_is_eight_rows_of_a_column() {
        let mut part = display();
        write(&mut *part, &[0x00, 0xb1, 0x05, 0x10]);
        write(&mut *part, &[0x40, 0b1000_0001, 0b10]);
        assert_eq!(lit(&*part), [(5, 8), (6, 9), (5, 15)]);
    }

    #[test]
    fn a_display_that_is_off_is_dark() {
        let mut part = display();
        write(&mut *part, &[0x40, 1]);
        write(&mut *part, &[0x80, 0xae]);
        assert_eq!(lit(&*part), []);
        let mut status = [0];
        part.read(&mut status, Duration::ZERO).unwrap();
        assert_eq!(status, [0x40]);
    }

    #[test]
    fn horizontal_addressing_fills_its_window() {
        let mut part = display();
        let window = [0x00, 0x20, 0x00, 0x21, 126, 127, 0x22, 6, 7];
        write(&mut *part, &window);
        write(&mut *part, &[0x40, 1, 1, 1, 1, 3]);
        let expected = [(126, 48), (127, 48), (126, 49), (126, 56), (127, 56)];
        assert_eq!(lit(&*part), expected);
    }

    #[test]
    fn without_remapping_the_picture_is_upside_down() {
        let mut part = display();
        write(&mut *part, &[0x40, 1]);
        write(&mut *part, &[0x00, 0xa0, 0xc0]);
        assert_eq!(lit(&*part), [(127, 63)]);
    }

    #[test]
    fn a_command_may_come_in_pieces_and_its_arguments_mean_nothing_else() {
        let mut part = display();
        write(&mut *part, &[0x80, 0x81]);
        write(&mut *part, &[0x80, 0xae]);
        write(&mut *part, &[0x40, 1]);
        assert_eq!(lit(&*part), [(0, 0)]);
    }

    #[test]
    fn an_inverse_picture_is_dark_where_it_was_on() {
        let mut part = display();
        write(&mut *part, &[0x40, 1]);
        write(&mut *part, &[0x00, 0xa7]);
        assert_eq!(lit(&*part).len(), WIDTH * HEIGHT - 1);
    }
}

//! Keeps a room warm: `TARGET MINUTES`.
//!
//! Every second it measures. Half a degree below TARGET, in °C, it switches the heating on, half
//! a degree above it off; in between the relay stays as it is, so that it does not wear out. A
//! thermometer that does not answer switches the heating off; a display that does not, nothing.
//! Without MINUTES it goes on for ever, without TARGET it is 21 °C.

#![no_std]
#![no_main]

use core::cell::RefCell;
use core::fmt::{self, Write as _};
use core::time::Duration;

use andon_guest::time::{Delay, Instant, sleep_until};
use andon_guest::{Args, ExitStatus, gpio, i2c, println};
use embedded_hal_bus::i2c::RefCellDevice;
use i2c_character_display::{CharacterDisplayPCF8574T, LcdDisplayType};
use lm75::{Address, Lm75};

/// The thermometer at 0x48 and the display at 0x27.
type Bus = i2c::Bus<{ i2c::addresses(&[0x48, 0x27]) }>;
type Display<'a> = CharacterDisplayPCF8574T<RefCellDevice<'a, Bus>, Delay>;

andon_guest::devices! {
    struct Devices {
        bus: Bus,
        heating: gpio::Output,
    }
}

andon_guest::entry!(main, Devices);

/// Degrees from the target to where the heating is switched.
const HYSTERESIS: f32 = 0.5;

/// Time from one measurement to the next.
const INTERVAL: Duration = Duration::from_secs(1);

/// Exit status for arguments that are wrong.
const MISUSE: u8 = 2;

fn main(devices: Devices) -> ExitStatus {
    let thermostat = match Thermostat::from_args(andon_guest::args()) {
        Ok(thermostat) => thermostat,
        Err(message) => {
            println!("thermostat: {message}");
            return MISUSE.into();
        }
    };
    match thermostat.run(devices) {
        Ok(()) => ExitStatus::SUCCESS,
        Err(error) => {
            println!("thermostat: cannot switch the heating: {error}");
            ExitStatus::FAILURE
        }
    }
}

/// What is wanted.
struct Thermostat {
    target: f32,
    end: Instant,
}

/// What is.
#[derive(Clone, Copy, PartialEq)]
struct Room {
    /// Degrees; none where the thermometer does not answer.
    celsius: Option<f32>,
    is_heated: bool,
}

impl Thermostat {
    fn from_args(mut args: Args) -> Result<Self, &'static str> {
        let target = args.next().map_or(Ok(21.0), str::parse);
        let minutes = args.next().map(str::parse::<u32>).transpose();
        let minutes = minutes.map_err(|_| "MINUTES is a number of minutes")?;
        Ok(Self {
            target: target.map_err(|_| "TARGET is a temperature in °C, such as 20.5")?,
            end: minutes.map_or(Instant::NEVER, |minutes| {
                Instant::START + 60 * Duration::from_secs(minutes.into())
            }),
        })
    }

    fn run(&self, devices: Devices) -> Result<(), gpio::Error> {
        let bus = RefCell::new(devices.bus);
        // An LM75B, whose registers and resolution are those of a PCT2075.
        let mut thermometer = Lm75::new_pct2075(RefCellDevice::new(&bus), Address::default());
        let kind = LcdDisplayType::Lcd16x2;
        let mut display = Display::new(RefCellDevice::new(&bus), kind, Delay);
        // It heats without a display too, here and below.
        let _ = display.init().is_ok() && display.backlight(true).is_ok();
        let mut heating = devices.heating;
        let mut before = None;
        let mut next = Instant::now();
        while next < self.end {
            let celsius = thermometer.read_temperature().ok();
            let was_heated = before.is_some_and(|room: Room| room.is_heated);
            let is_heated = self.heats(celsius, was_heated);
            let room = Room { celsius, is_heated };
            heating.set_active(is_heated)?;
            if is_heated != was_heated {
                println!("{:6} s  {room}", (next - Instant::START).as_secs());
            }
            if before != Some(room) {
                let _ = self.show(room, &mut display);
            }
            before = Some(room);
            next = next + INTERVAL;
            sleep_until(next);
        }
        heating.set_active(false)
    }

    /// Whether to heat now.
    fn heats(&self, celsius: Option<f32>, heats: bool) -> bool {
        celsius.is_some_and(|celsius| {
            let is_cold = celsius <= self.target - HYSTERESIS;
            let is_warm = celsius >= self.target + HYSTERESIS;
            is_cold || heats && !is_warm
        })
    }

    fn show(&self, room: Room, display: &mut Display<'_>) -> fmt::Result {
        display.set_cursor(0, 0).map_err(|_| fmt::Error)?;
        write!(display, "{room}")?;
        display.set_cursor(0, 1).map_err(|_| fmt::Error)?;
        write!(display, "target {:5.1} C", self.target)
    }
}

/// Always 16 columns, as many as the display has.
impl fmt::Display for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.celsius {
            Some(celsius) => write!(f, "{celsius:5.1} C  ")?,
            None => f.write_str("no sensor")?,
        }
        let heating = if self.is_heated { "heating" } else { "off" };
        f.write_fmt(format_args!("{heating:>7}"))
    }
}

//! The sensors: a published driver for each, on the bus that all share.

use core::cell::RefCell;
use core::fmt;
use core::time::Duration;

use ads1x1x::ic::{Ads1115, Resolution16Bit};
use ads1x1x::mode::OneShot;
use ads1x1x::{Ads1x1x, FullScaleRange, TargetAddr, channel};
use andon_guest::time::{Delay, sleep};
use bme280_rs::{Bme280, Configuration, Oversampling, Sample, SensorMode};
use embedded_hal_bus::i2c::RefCellDevice;
use lm75::{Address, Lm75};
use opt300x::{Opt300x, SlaveAddr};

use crate::Bus;

/// A driver's own view of the bus.
type Shared<'a> = RefCellDevice<'a, Bus>;

/// Longest time that the BME280 takes to measure all three with one sample of each (data sheet,
/// section 9.1).
const MEASURING: Duration = Duration::from_millis(10);

/// Time from one question whether a sensor is done to the next.
const POLL: Duration = Duration::from_millis(10);

/// Volts of a step of the ADS1115 where its range is 4.096 V (data sheet, table 7-1).
const STEP: f32 = 4.096 / 32768.0;

/// The battery is measured behind a divider by three.
const DIVIDER: f32 = 3.0;

/// Everything that measures.
pub(crate) struct Sensors<'a> {
    air: Bme280<Shared<'a>, Delay>,
    outdoors: Lm75<Shared<'a>, lm75::ic::Pct2075>,
    light: Opt300x<Shared<'a>, opt300x::ic::Opt3001, opt300x::mode::OneShot>,
    battery: Ads1x1x<Shared<'a>, Ads1115, Resolution16Bit, OneShot>,
}

/// What was measured; none where a sensor did not answer.
pub(crate) struct Weather {
    /// °C in the room.
    pub(crate) indoors: Option<f32>,
    /// Relative humidity in the room, in %.
    pub(crate) humidity: Option<f32>,
    /// Pressure of the air, in hPa.
    pub(crate) pressure: Option<f32>,
    /// °C outside.
    pub(crate) outdoors: Option<f32>,
    /// Light, in lx.
    pub(crate) light: Option<f32>,
    /// Voltage of the battery, in V.
    pub(crate) battery: Option<f32>,
}

impl<'a> Sensors<'a> {
    /// The LM75B has the registers and the resolution of a PCT2075.
    pub(crate) fn new(bus: &'a RefCell<Bus>) -> Self {
        let shared = || RefCellDevice::new(bus);
        Self {
            air: Bme280::new(shared(), Delay),
            outdoors: Lm75::new_pct2075(shared(), Address::default()),
            light: Opt300x::new_opt3001(shared(), SlaveAddr::default()),
            battery: Ads1x1x::new_ads1115(shared(), TargetAddr::Vdd),
        }
    }

    /// Measures everything, one after the other.
    pub(crate) fn measure(&mut self) -> Weather {
        let air = self.air().unwrap_or(Sample {
            temperature: None,
            pressure: None,
            humidity: None,
        });
        Weather {
            indoors: air.temperature,
            humidity: air.humidity,
            pressure: air.pressure.map(|pascal| pascal / 100.0),
            outdoors: self.outdoors.read_temperature().ok(),
            light: result(|| self.light.read_lux()).ok().map(|it| it.result),
            battery: self.battery(),
        }
    }

    /// The air in the room. The sensor begins anew each time, as it may have been unplugged.
    fn air(&mut self) -> Result<Sample, andon_guest::Error> {
        self.air.init()?;
        let once = Configuration::default()
            .with_temperature_oversampling(Oversampling::Oversample1)
            .with_pressure_oversampling(Oversampling::Oversample1)
            .with_humidity_oversampling(Oversampling::Oversample1)
            .with_sensor_mode(SensorMode::Forced);
        self.air.set_sampling_configuration(once)?;
        sleep(MEASURING);
        self.air.read_sample()
    }

    fn battery(&mut self) -> Option<f32> {
        let range = FullScaleRange::Within4_096V;
        self.battery.set_full_scale_range(range).ok()?;
        let steps = result(|| self.battery.read(channel::SingleA0)).ok()?;
        Some(f32::from(steps) * STEP * DIVIDER)
    }
}

/// Asks until a measurement is done, and leaves the bus alone in between.
fn result<T, E>(mut ask: impl FnMut() -> nb::Result<T, E>) -> Result<T, E> {
    loop {
        match ask() {
            Ok(value) => return Ok(value),
            Err(nb::Error::WouldBlock) => sleep(POLL),
            Err(nb::Error::Other(error)) => return Err(error),
        }
    }
}

/// On one line.
impl fmt::Display for Weather {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let indoors = Measured(self.indoors, "°C");
        let humidity = Measured(self.humidity, "%");
        let pressure = Measured(self.pressure, "hPa");
        write!(f, "in {indoors:.1} {humidity:.0} {pressure:.1}, ")?;
        let outdoors = Measured(self.outdoors, "°C");
        let light = Measured(self.light, "lx");
        let battery = Measured(self.battery, "V");
        write!(f, "out {outdoors:.1} {light:.0}, battery {battery:.2}")
    }
}

/// A number with its unit, or a dash where there is none.
pub(crate) struct Measured(pub(crate) Option<f32>, pub(crate) &'static str);

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(number) => number.fmt(f)?,
            None => f.write_str("-")?,
        }
        write!(f, " {}", self.1)
    }
}

//! The BME280's compensation and its inverse (data sheet, section 4.2.3).

use crate::sim::parts::solve::solve;

/// Trimming values of a chip (table 16).
pub(super) struct Trimming {
    temperature: (u16, i16, i16),
    pressure: (u16, [i16; 8]),
    humidity: (u8, i16, u8, i16, i16, i8),
}

/// Temperature and pressure as in the example of the BMP280 data sheet, rev. 1.14, section
/// 3.12, whose formulas are the same.
pub(super) const TRIMMING: Trimming = Trimming {
    temperature: (27504, 26435, -1000),
    pressure: (36477, [-10685, 3024, 2855, 140, -7, 15500, -14600, 6000]),
    humidity: (75, 370, 0, 313, 50, 30),
};

impl Trimming {
    /// Registers and values by which the guest reads them.
    pub(super) fn registers(&self) -> Vec<(u8, u8)> {
        let (t1, t2, t3) = self.temperature;
        let (p1, rest) = self.pressure;
        let mut words = vec![t1, t2.cast_unsigned(), t3.cast_unsigned(), p1];
        words.extend(rest.map(i16::cast_unsigned));
        let bytes = words.into_iter().flat_map(u16::to_le_bytes);
        let mut registers: Vec<_> = (0x88..).zip(bytes).collect();
        let (h1, h2, h3, h4, h5, h6) = self.humidity;
        let [h2_low, h2_high] = h2.to_le_bytes();
        let nibbles = (h4 & 0x0f | (h5 & 0x0f) << 4).to_le_bytes()[0];
        registers.extend([
            (0xa1, h1),
            (0xe1, h2_low),
            (0xe2, h2_high),
            (0xe3, h3),
            (0xe4, (h4 >> 4).to_le_bytes()[0]),
            (0xe5, nibbles),
            (0xe6, (h5 >> 4).to_le_bytes()[0]),
            (0xe7, h6.to_le_bytes()[0]),
        ]);
        registers
    }

    /// The fine temperature that the other formulas need; 5120 a degree.
    fn fine(&self, raw: f64) -> f64 {
        let (t1, t2, t3) = self.temperature;
        let (t1, t2, t3) = (f64::from(t1), f64::from(t2), f64::from(t3));
        let first = (raw / 16384.0 - t1 / 1024.0) * t2;
        let second = (raw / 131_072.0 - t1 / 8192.0).powi(2) * t3;
        first + second
    }

    /// Pascal.
    fn pressure(&self, raw: f64, fine: f64) -> f64 {
        let (p1, rest) = self.pressure;
        let [p2, p3, p4, p5, p6, p7, p8, p9] = rest.map(f64::from);
        let half = fine / 2.0 - 64000.0;
        let var2 = half * half * p6 / 32768.0 + half * p5 * 2.0;
        let var2 = var2 / 4.0 + p4 * 65536.0;
        let var1 = (p3 * half * half / 524_288.0 + p2 * half) / 524_288.0;
        let var1 = (1.0 + var1 / 32768.0) * f64::from(p1);
        let pressure = (1_048_576.0 - raw - var2 / 4096.0) * 6250.0 / var1;
        let var1 = p9 * pressure * pressure / 2_147_483_648.0;
        let var2 = pressure * p8 / 32768.0;
        pressure + (var1 + var2 + p7) / 16.0
    }

    /// Percent.
    fn humidity(&self, raw: f64, fine: f64) -> f64 {
        let (h1, h2, h3, h4, h5, h6) = self.humidity;
        let (h1, h2, h3) = (f64::from(h1), f64::from(h2), f64::from(h3));
        let (h4, h5, h6) = (f64::from(h4), f64::from(h5), f64::from(h6));
        let warm = fine - 76800.0;
        let scaled = (raw - (h4 * 64.0 + h5 / 16384.0 * warm))
            * (h2 / 65536.0 * (1.0 + h6 / 67_108_864.0 * warm * (1.0 + h3 / 67_108_864.0 * warm)));
        scaled * (1.0 - h1 * scaled / 524_288.0)
    }
}

/// What the converter gives: 20 bits of temperature and pressure, 16 of humidity.
pub(super) struct Raw {
    pub(super) temperature: u32,
    pub(super) pressure: u32,
    pub(super) humidity: u16,
}

/// The raw values of a temperature in °C, a pressure in Pa and a humidity in %.
pub(super) fn raw(temperature: f64, pressure: f64, humidity: f64) -> Raw {
    const BITS_20: f64 = 1_048_575.0;
    let chip = &TRIMMING;
    let raw_temperature = solve(BITS_20, |raw| chip.fine(raw) / 5120.0 >= temperature);
    let fine = chip.fine(raw_temperature);
    // A larger raw value is a lower pressure.
    let raw_pressure = solve(BITS_20, |raw| chip.pressure(raw, fine) <= pressure);
    let raw_humidity = solve(65535.0, |raw| chip.humidity(raw, fine) >= humidity);
    Raw {
        temperature: raw_temperature as u32,
        pressure: raw_pressure as u32,
        humidity: raw_humidity as u16,
    }
}

#[cfg(test)]
mod tests {
    use super::{TRIMMING, raw};

    #[test]
    fn the_data_sheet_s_example_comes_out() {
        let fine = TRIMMING.fine(519_888.0);
        assert!((fine / 5120.0 - 25.08).abs() < 0.01);
        let pressure = TRIMMING.pressure(415_148.0, fine);
        assert!((pressure - 100_653.27).abs() < 0.1);
    }

    #[test]
    fn raw_values_give_back_what_they_are_of() {
        for (temperature, pressure, humidity) in [
            (-40.0, 30_000.0, 5.0),
            (20.0, 101_325.0, 50.0),
            (85.0, 110_000.0, 95.0),
        ] {
            let raw = raw(temperature, pressure, humidity);
            let fine = TRIMMING.fine(f64::from(raw.temperature));
            assert!((fine / 5120.0 - temperature).abs() < 0.01);
            let back = TRIMMING.pressure(f64::from(raw.pressure), fine);
            assert!((back - pressure).abs() < 1.0, "{back}");
            let back = TRIMMING.humidity(f64::from(raw.humidity), fine);
            assert!((back - humidity).abs() < 0.05, "{back}");
        }
    }
}

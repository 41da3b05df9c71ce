//! The BMP390's compensation and its inverse (data sheet, appendix A, sections 8.4 to 8.6).

use crate::sim::parts::solve::solve;

/// Trimming values as the chip keeps them (section 3.11.1).
pub(super) struct Trimming {
    pub(super) t: (u16, u16, i8),
    pub(super) p: (i16, i16, i8, i8, u16, u16, i8, i8, i16, i8, i8),
}

/// Those of a chip of revision 1, which the tests of the driver `bmp390` have too.
pub(super) const TRIMMING: Trimming = Trimming {
    t: (0x6c98, 0x4aa9, -7),
    p: (0x1ce3, 0x1661, 6, 1, 0x4a51, 0x5dde, 3, -6, 0x0ef9, 6, -11),
};

/// 2 to the power of `exponent`.
fn power(exponent: i32) -> f64 {
    2_f64.powi(exponent)
}

impl Trimming {
    /// Registers from 0x31 on.
    pub(super) fn registers(&self) -> [u8; 21] {
        let (t1, t2, t3) = self.t;
        let (p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11) = self.p;
        let [[t1, t1h], [t2, t2h]] = [t1, t2].map(u16::to_le_bytes);
        let [[p1, p1h], [p2, p2h], [p9, p9h]] = [p1, p2, p9].map(i16::to_le_bytes);
        let [[p5, p5h], [p6, p6h]] = [p5, p6].map(u16::to_le_bytes);
        let [t3, p3, p4, p7, p8, p10, p11] = [t3, p3, p4, p7, p8, p10, p11].map(i8::cast_unsigned);
        [
            t1, t1h, t2, t2h, t3, p1, p1h, p2, p2h, p3, p4, p5, p5h, p6, p6h, p7, p8, p9, p9h, p10,
            p11,
        ]
    }

    /// Degrees Celsius.
    pub(super) fn temperature(&self, raw: f64) -> f64 {
        let (t1, t2, t3) = self.t;
        let first = raw - f64::from(t1) * power(8);
        first * f64::from(t2) / power(30) + first * first * f64::from(t3) / power(48)
    }

    /// Pascal, at a temperature in degrees Celsius.
    pub(super) fn pressure(&self, raw: f64, temperature: f64) -> f64 {
        let (p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11) = self.p;
        let offset = [
            f64::from(p5) * power(3),
            f64::from(p6) / power(6),
            f64::from(p7) / power(8),
            f64::from(p8) / power(15),
        ];
        let slope = [
            (f64::from(p1) - power(14)) / power(20),
            (f64::from(p2) - power(14)) / power(29),
            f64::from(p3) / power(32),
            f64::from(p4) / power(37),
        ];
        let square = f64::from(p9) / power(48) + f64::from(p10) / power(48) * temperature;
        let cube = f64::from(p11) / power(65);
        let of = |terms: [f64; 4]| {
            let terms = terms.into_iter().rev();
            terms.fold(0.0, |sum, term| sum * temperature + term)
        };
        of(offset) + raw * (of(slope) + raw * (square + raw * cube))
    }
}

/// What the converter gives, 24 bits each, for a temperature in °C and a pressure in Pa.
pub(super) fn raw(temperature: f64, pressure: f64) -> (u32, u32) {
    const BITS_24: f64 = 16_777_215.0;
    let chip = &TRIMMING;
    let warm = solve(BITS_24, |raw| chip.temperature(raw) >= temperature);
    let measured = chip.temperature(warm);
    // A larger raw value is a lower pressure.
    let pressed = solve(BITS_24, |raw| chip.pressure(raw, measured) <= pressure);
    (warm as u32, pressed as u32)
}

#[cfg(test)]
mod tests {
    use super::{TRIMMING, raw};

    #[test]
    fn what_the_chip_measured_comes_out() {
        let temperature = TRIMMING.temperature(f64::from(0x82_bad1));
        assert!((temperature - 25.7707).abs() < 0.001, "{temperature}");
        let pressure = TRIMMING.pressure(f64::from(0x6b_b3cb), temperature);
        assert!((pressure - 98_370.55).abs() < 0.1, "{pressure}");
    }

    #[test]
    fn raw_values_give_back_what_they_are_of() {
        for (temperature, pressure) in [(-40.0, 30_000.0), (20.0, 101_325.0), (85.0, 125_000.0)] {
            let (warm, pressed) = raw(temperature, pressure);
            let back = TRIMMING.temperature(warm.into());
            assert!((back - temperature).abs() < 0.001, "{back}");
            let back = TRIMMING.pressure(pressed.into(), back);
            assert!((back - pressure).abs() < 0.1, "{back}");
        }
    }
}

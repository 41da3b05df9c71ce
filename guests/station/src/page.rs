//! What the display shows.

use core::fmt::Write as _;

use embedded_graphics::mono_font::MonoTextStyle;
use embedded_graphics::mono_font::iso_8859_1::{FONT_6X10, FONT_9X15};
use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::prelude::*;
use embedded_graphics::primitives::{Line, PrimitiveStyle};
use embedded_graphics::text::{Baseline, Text};
use heapless::String;

use crate::sensors::{Measured, Weather};

/// Bytes of the longest line.
const LINE: usize = 48;

/// Draws everything anew.
pub(crate) fn draw<D>(weather: &Weather, display: &mut D) -> Result<(), D::Error>
where
    D: DrawTarget<Color = BinaryColor>,
{
    display.clear(BinaryColor::Off)?;
    let large = MonoTextStyle::new(&FONT_9X15, BinaryColor::On);
    let small = MonoTextStyle::new(&FONT_6X10, BinaryColor::On);
    let indoors = Measured(weather.indoors, "°C");
    text(format_args!("{indoors:.1}"), (0, 0), large, display)?;
    let humidity = Measured(weather.humidity, "%");
    text(format_args!("{humidity:.0}"), (98, 4), small, display)?;
    Line::new(Point::new(0, 18), Point::new(127, 18))
        .into_styled(PrimitiveStyle::with_stroke(BinaryColor::On, 1))
        .draw(display)?;
    let outdoors = Measured(weather.outdoors, "°C");
    text(
        format_args!("outside  {outdoors:.1}"),
        (0, 22),
        small,
        display,
    )?;
    let pressure = Measured(weather.pressure, "hPa");
    text(
        format_args!("pressure {pressure:.1}"),
        (0, 32),
        small,
        display,
    )?;
    let light = Measured(weather.light, "lx");
    text(format_args!("light    {light:.0}"), (0, 42), small, display)?;
    let battery = Measured(weather.battery, "V");
    text(
        format_args!("battery  {battery:.2}"),
        (0, 52),
        small,
        display,
    )
}

/// Writes a line with its upper left corner at this place.
fn text<D>(
    what: core::fmt::Arguments<'_>,
    place: (i32, i32),
    style: MonoTextStyle<'_, BinaryColor>,
    display: &mut D,
) -> Result<(), D::Error>
where
    D: DrawTarget<Color = BinaryColor>,
{
    let mut line = String::<LINE>::new();
    // What is too long ends where the room does.
    let _ = line.write_fmt(what);
    Text::with_baseline(&line, place.into(), style, Baseline::Top)
        .draw(display)
        .map(|_| ())
}

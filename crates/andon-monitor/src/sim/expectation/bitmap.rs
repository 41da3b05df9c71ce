//! A picture as text: a line for each row, `#` for a pixel that is on, `.` for one that is off.

use std::fmt;

/// Pixels that are on or off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sim) struct Bitmap(Vec<Vec<bool>>);

impl Bitmap {
    /// Pixels row by row, `width` in each.
    pub(super) fn new(width: usize, on: &[bool]) -> Self {
        Self(on.chunks(width.max(1)).map(<[bool]>::to_vec).collect())
    }

    /// Reads a picture.
    ///
    /// # Errors
    /// Number, from 1, and problem of the first line that is no row.
    pub(in crate::sim) fn parse(text: &str) -> Result<Self, (usize, String)> {
        let rows = (1..).zip(text.lines()).map(|(line, row)| {
            let pixels = row.trim_end().chars().map(|pixel| match pixel {
                '#' => Ok(true),
                '.' => Ok(false),
                other => Err((
                    line,
                    format!("`{other}` is no pixel: write # for one that is on, else ."),
                )),
            });
            pixels.collect()
        });
        rows.collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for Bitmap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.0 {
            let pixels = row.iter().map(|on| if *on { '#' } else { '.' });
            writeln!(f, "{}", pixels.collect::<String>())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Bitmap;

    #[test]
    fn a_picture_is_written_as_it_is_read() {
        let text = "#..\n.#.\n";
        let bitmap = Bitmap::parse(text).unwrap();
        assert_eq!(bitmap.to_string(), text);
        let pixels = [true, false, false, false, true, false];
        assert_eq!(bitmap, Bitmap::new(3, &pixels));
    }

    #[test]
    fn what_is_no_pixel_is_told_with_its_line() {
        let problem = "`o` is no pixel: write # for one that is on, else .";
        assert_eq!(Bitmap::parse("..\n.o\n"), Err((2, problem.into())));
    }
}

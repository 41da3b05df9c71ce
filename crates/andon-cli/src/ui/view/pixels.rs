//! A picture in characters: small ones with two pixels a character, large ones with eight.

/// The widest picture whose pixels are shown half a character high.
const SMALL: usize = 32;

/// Rows of characters that show pixels, which lie row by row, `width` in each.
pub(super) fn rows(width: usize, on: &[bool]) -> Vec<String> {
    let pixels = Pixels {
        width: width.max(1),
        on,
    };
    if width <= SMALL {
        pixels.cells(1, 2, half)
    } else {
        pixels.cells(2, 4, braille)
    }
}

struct Pixels<'a> {
    width: usize,
    on: &'a [bool],
}

impl Pixels<'_> {
    fn is_on(&self, x: usize, y: usize) -> bool {
        x < self.width && self.on.get(y * self.width + x).copied().unwrap_or(false)
    }

    /// Characters of `columns` by `rows` pixels each.
    fn cells(
        &self,
        columns: usize,
        rows: usize,
        cell: fn(&Self, usize, usize) -> char,
    ) -> Vec<String> {
        let height = self.on.len() / self.width;
        let row = |y| {
            let columns = (0..self.width).step_by(columns);
            columns.map(|x| cell(self, x, y)).collect()
        };
        (0..height).step_by(rows).map(row).collect()
    }
}

fn half(pixels: &Pixels<'_>, x: usize, y: usize) -> char {
    match (pixels.is_on(x, y), pixels.is_on(x, y + 1)) {
        (false, false) => ' ',
        (true, false) => '▀',
        (false, true) => '▄',
        (true, true) => '█',
    }
}

/// Dots in the order of their bits (Unicode, Braille Patterns).
const DOTS: [(usize, usize); 8] = [
    (0, 0),
    (0, 1),
    (0, 2),
    (1, 0),
    (1, 1),
    (1, 2),
    (0, 3),
    (1, 3),
];

fn braille(pixels: &Pixels<'_>, x: usize, y: usize) -> char {
    const FIRST: u32 = 0x2800;
    let dots = DOTS.iter().enumerate();
    let on = dots.filter(|(_, (right, down))| pixels.is_on(x + right, y + down));
    let bits = on.map(|(bit, _)| 1 << bit).sum::<u32>();
    char::from_u32(FIRST + bits).unwrap_or(' ')
}

#[cfg(test)]
mod tests {
    use super::rows;

    #[test]
    fn a_small_picture_has_two_pixels_a_character() {
        let on = [[true, false, true], [false, false, true]].concat();
        assert_eq!(rows(3, &on), ["▀ █"]);
        assert_eq!(rows(1, &[false, true, true]), ["▄", "▀"]);
    }

    #[test]
    fn a_large_picture_has_eight_pixels_a_character() {
        let mut on = vec![false; 64 * 8];
        for (x, y) in [(0, 0), (1, 3), (63, 7)] {
            on[y * 64 + x] = true;
        }
        let blank = "\u{2800}";
        let expected = [
            format!("\u{2881}{}", blank.repeat(31)),
            format!("{}\u{2880}", blank.repeat(31)),
        ];
        assert_eq!(rows(64, &on), expected);
    }

    #[test]
    fn a_picture_without_pixels_has_no_rows() {
        assert!(rows(0, &[]).is_empty());
    }
}

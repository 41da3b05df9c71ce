//! Text on seven-segment digits.

/// Segments of the characters that seven segments can show: bit 0 is segment a, bit 6 g.
const CHARACTERS: [(u8, char); 31] = [
    (0x00, ' '),
    (0x3f, '0'),
    (0x06, '1'),
    (0x5b, '2'),
    (0x4f, '3'),
    (0x66, '4'),
    (0x6d, '5'),
    (0x7d, '6'),
    (0x07, '7'),
    (0x7f, '8'),
    (0x6f, '9'),
    (0x40, '-'),
    (0x08, '_'),
    (0x77, 'A'),
    (0x7c, 'b'),
    (0x39, 'C'),
    (0x58, 'c'),
    (0x5e, 'd'),
    (0x79, 'E'),
    (0x71, 'F'),
    (0x76, 'H'),
    (0x74, 'h'),
    (0x1e, 'J'),
    (0x38, 'L'),
    (0x54, 'n'),
    (0x5c, 'o'),
    (0x73, 'P'),
    (0x50, 'r'),
    (0x78, 't'),
    (0x3e, 'U'),
    (0x63, '°'),
];

/// The character that these segments show; `?` where there is none.
pub(super) fn character(segments: u8) -> char {
    let known = CHARACTERS
        .iter()
        .find(|(known, _)| *known == segments & 0x7f);
    known.map_or('?', |(_, character)| *character)
}

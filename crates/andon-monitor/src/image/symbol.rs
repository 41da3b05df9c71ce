//! Names of addresses in an image, for reports about faults.
//!
//! Symbols decide nothing: where the table is missing or broken there is no name, and no
//! error. The table is searched when a name is asked for, which is once in a guest's life.

use std::ops::Range;

use elf::ElfBytes;
use elf::abi::{SHT_SYMTAB, STT_FUNC, STT_NOTYPE, STT_OBJECT};
use elf::endian::LittleEndian;
use elf::file::Class;
use elf::symbol::SymbolTable;

/// Longest name in bytes as it stands in the image; longer ones are not shown.
const MAX_MANGLED: usize = 4096;

/// Longest name in characters that is shown; what comes after it is cut off.
const MAX_SHOWN: usize = 256;

/// The symbol that an address belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Name, demangled where it is Rust's; holds printable ASCII only.
    pub name: String,
    /// Bytes from the symbol's address to the address asked for.
    pub offset: u64,
}

impl std::fmt::Display for Symbol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}+{:#x}", self.name, self.offset)
    }
}

/// The symbol that `address` belongs to among those that lie in `segment`.
pub(super) fn find(file: &[u8], segment: Range<u64>, address: u64) -> Option<Symbol> {
    let (symbols, names) = tables(file)?;
    let symbol = symbols
        .iter()
        .filter(|symbol| segment.contains(&symbol.st_value) && covers(symbol, address))
        .filter(|symbol| is_named(symbol, names))
        .max_by_key(|symbol| (symbol.st_size > 0, symbol.st_value))?;
    let name = names.get(symbol.st_name as usize..)?;
    let end = name.iter().take(MAX_MANGLED).position(|&byte| byte == 0)?;
    Some(Symbol {
        name: shown(&String::from_utf8_lossy(&name[..end])),
        offset: address - symbol.st_value,
    })
}

/// The first symbol table and the string table that it refers to.
fn tables(file: &[u8]) -> Option<(SymbolTable<'_, LittleEndian>, &[u8])> {
    let elf = ElfBytes::<LittleEndian>::minimal_parse(file).ok()?;
    let sections = elf.section_headers()?;
    let table = sections.iter().find(|it| it.sh_type == SHT_SYMTAB)?;
    let strings = sections.get(table.sh_link as usize).ok()?;
    let (symbols, _) = elf.section_data(&table).ok()?;
    let (names, _) = elf.section_data(&strings).ok()?;
    Some((SymbolTable::new(LittleEndian, Class::ELF64, symbols), names))
}

/// Whether a symbol reaches to an address; those of assembly code have no size and reach
/// to the next one.
fn covers(symbol: &elf::symbol::Symbol, address: u64) -> bool {
    let kind = symbol.st_symtype();
    if symbol.is_undefined() || !matches!(kind, STT_NOTYPE | STT_FUNC | STT_OBJECT) {
        return false;
    }
    match address.checked_sub(symbol.st_value) {
        Some(offset) => offset < symbol.st_size || symbol.st_size == 0,
        None => false,
    }
}

/// Whether a symbol has a name of its own: assemblers for aarch64 mark code and data by
/// `$x` and `$d`.
fn is_named(symbol: &elf::symbol::Symbol, names: &[u8]) -> bool {
    !matches!(names.get(symbol.st_name as usize), None | Some(0 | b'$'))
}

fn shown(name: &str) -> String {
    let plain = format!("{:#}", rustc_demangle::demangle(name));
    plain.chars().take(MAX_SHOWN).map(printable).collect()
}

fn printable(c: char) -> char {
    if c.is_ascii_graphic() || c == ' ' {
        c
    } else {
        '?'
    }
}

#[cfg(test)]
mod tests {
    use crate::image::Image;
    use crate::image::builder::ImageBuilder;

    const FUNCTION: u8 = 2;
    const UNTYPED: u8 = 0;

    struct Entry(&'static str, u8, u64, u64);

    /// A guest image followed by a symbol table, its names, and the section headers.
    fn file(symbols: &[Entry]) -> Vec<u8> {
        let mut bytes = ImageBuilder::guest().build();
        let mut names = vec![0];
        let symbols_start = bytes.len();
        for Entry(name, kind, value, size) in symbols {
            bytes.extend((names.len() as u32).to_le_bytes());
            bytes.extend([*kind, 0, 1, 0]);
            bytes.extend(value.to_le_bytes());
            bytes.extend(size.to_le_bytes());
            names.extend(name.as_bytes());
            names.push(0);
        }
        let names_start = bytes.len();
        bytes.extend(&names);
        let sections = bytes.len() as u64;
        bytes.extend([0; 64]);
        bytes.extend(section(2, symbols_start, names_start - symbols_start, 2));
        bytes.extend(section(3, names_start, names.len(), 0));
        bytes[40..48].copy_from_slice(&sections.to_le_bytes());
        bytes[58..62].copy_from_slice(&[64, 0, 3, 0]);
        bytes
    }

    fn section(kind: u32, start: usize, size: usize, link: u32) -> Vec<u8> {
        let mut bytes = vec![0; 4];
        bytes.extend(kind.to_le_bytes());
        bytes.extend([0; 16]);
        bytes.extend((start as u64).to_le_bytes());
        bytes.extend((size as u64).to_le_bytes());
        bytes.extend(link.to_le_bytes());
        bytes.resize(64, 0);
        bytes
    }

    fn symbol_at(file: &[u8], address: u64) -> Option<String> {
        let image = Image::parse(file).unwrap();
        image
            .symbol_at(file, address)
            .map(|symbol| symbol.to_string())
    }

    #[test]
    fn the_function_around_an_address_is_found() {
        let file = file(&[
            Entry("first", FUNCTION, 0x10_0000, 4),
            Entry("second", FUNCTION, 0x10_0004, 8),
        ]);
        assert_eq!(symbol_at(&file, 0x10_0003).unwrap(), "first+0x3");
        assert_eq!(symbol_at(&file, 0x10_0004).unwrap(), "second+0x0");
    }

    #[test]
    fn an_address_after_the_last_function_has_no_symbol() {
        let file = file(&[Entry("first", FUNCTION, 0x10_0000, 4)]);
        assert_eq!(symbol_at(&file, 0x10_0004), None);
    }

    #[test]
    fn a_label_reaches_to_the_next_one() {
        let file = file(&[
            Entry("entry", UNTYPED, 0x10_0000, 0),
            Entry("loop", UNTYPED, 0x10_0008, 0),
        ]);
        assert_eq!(symbol_at(&file, 0x10_0007).unwrap(), "entry+0x7");
        assert_eq!(symbol_at(&file, 0x10_000f).unwrap(), "loop+0x7");
    }

    #[test]
    fn a_function_goes_before_a_label_within_it() {
        let file = file(&[
            Entry("function", FUNCTION, 0x10_0000, 8),
            Entry("label", UNTYPED, 0x10_0002, 0),
        ]);
        assert_eq!(symbol_at(&file, 0x10_0003).unwrap(), "function+0x3");
    }

    #[test]
    fn a_mark_of_the_assembler_is_no_symbol() {
        let file = file(&[Entry("$x", UNTYPED, 0x10_0000, 0)]);
        assert_eq!(symbol_at(&file, 0x10_0000), None);
    }

    #[test]
    fn an_address_outside_the_segments_has_no_symbol() {
        let file = file(&[Entry("_end", UNTYPED, 0x10_9000, 0)]);
        assert_eq!(symbol_at(&file, 0x10_a000), None);
    }

    #[test]
    fn names_of_rust_are_demangled() {
        let name = "_ZN5blink4main17h0123456789abcdefE";
        let file = file(&[Entry(name, FUNCTION, 0x10_0000, 4)]);
        assert_eq!(symbol_at(&file, 0x10_0001).unwrap(), "blink::main+0x1");
    }

    #[test]
    fn control_characters_of_a_name_are_not_shown() {
        let file = file(&[Entry("a\x1b[2J\u{202e}b", FUNCTION, 0x10_0000, 4)]);
        assert_eq!(symbol_at(&file, 0x10_0000).unwrap(), "a?[2J?b+0x0");
    }

    #[test]
    fn a_stripped_image_has_no_symbols() {
        let file = ImageBuilder::guest().build();
        assert_eq!(symbol_at(&file, 0x10_0000), None);
    }

    #[test]
    fn a_symbol_table_beyond_the_file_has_no_symbols() {
        let mut file = file(&[Entry("first", FUNCTION, 0x10_0000, 4)]);
        file.truncate(file.len() - 1);
        assert_eq!(symbol_at(&file, 0x10_0000), None);
    }
}

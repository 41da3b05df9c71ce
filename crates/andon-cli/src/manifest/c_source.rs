//! Solo5's manifest as a note of an image, in C that needs no header of Solo5's.

use andon_monitor::abi::manifest::{
    BLOCK_BASIC, Entry, Head, NAME_SIZE, NET_BASIC, RESERVED_FIRST, VERSION,
};
use andon_monitor::abi::note::{MFT1_PADDING, MFT1_TYPE, SOLO5_OWNER};
use andon_monitor::image::{Kind, Manifest};

/// Words of an entry that follow its type.
const PRIVATE_WORDS: usize = (Entry::SIZE - NAME_SIZE) / size_of::<u32>() - 1;

/// Source that, compiled and linked into a guest, is this manifest. The names of the object
/// and of its section are those that Solo5's bindings and linker scripts know.
pub(crate) fn c_source(manifest: &Manifest) -> String {
    let entries = manifest.handles();
    let size = MFT1_PADDING + Head::SIZE + entries * Entry::SIZE;
    let owner_size = SOLO5_OWNER.len();
    let first = entry("", RESERVED_FIRST);
    let devices = manifest.entries.iter();
    let devices: String = devices
        .map(|device| entry(&device.name, number(device.kind)))
        .collect();
    format!(
        "/* Solo5's manifest, made by `andon manifest` from JSON; change that instead. */
#include <stdint.h>

const struct {{
    uint32_t owner_size, content_size, type;
    char owner[8];
    uint32_t padding, version, entries;
    struct {{
        char name[{NAME_SIZE}];
        uint32_t type, private_words[{PRIVATE_WORDS}];
    }} entry[{entries}];
}} __solo5_mft1_note
    __attribute__((section(\".note.solo5.manifest\"), used, aligned(4))) = {{
    .owner_size = {owner_size},
    .content_size = {size},
    .type = {MFT1_TYPE:#x},
    .owner = \"Solo5\",
    .version = {VERSION},
    .entries = {entries},
    .entry = {{
{first}{devices}    }},
}};
"
    )
}

/// A name of a device needs no escape.
fn entry(name: &str, number: u32) -> String {
    format!("        {{.name = \"{name}\", .type = {number:#x}}},\n")
}

fn number(kind: Kind) -> u32 {
    match kind {
        Kind::Net => NET_BASIC,
        Kind::Block => BLOCK_BASIC,
    }
}

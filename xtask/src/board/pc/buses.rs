//! The PC's I2C buses beside that of its expander: its SMBus, with memories of 256 bytes at 0x50
//! to 0x57, and the bus of a graphics adapter to its monitor, whose description is at 0x50.

/// Modules with the drivers of both, in the order in which they are loaded.
const MODULES: [&str; 5] = [
    "fb_ddc",
    "i2c-algo-bit",
    "radeonfb",
    "i2c-smbus",
    "i2c-i801",
];

/// The graphics adapter, with another part at 0x48 of its bus: a copy of the description.
pub(crate) const DEVICES: [&str; 4] = [
    "-device",
    "ati-vga,model=rv100",
    "-device",
    "i2c-ddc,bus=ati-vga.ddc,address=0x48",
];

/// Modules with the places where they are on the PC.
pub(super) fn modules() -> impl Iterator<Item = (&'static str, String)> {
    MODULES.iter().map(|name| (*name, place(name)))
}

fn place(module: &str) -> String {
    format!("/parts/{module}.ko")
}

/// The shell commands that load them.
pub(super) fn script() -> String {
    let commands = MODULES.map(|name| format!("insmod {}", place(name)));
    commands.join(" && ")
}

//! What `--help` and `--version` show, on stderr as the tender does.

use std::io::{self, Write};

use andon_monitor::abi::solo5::ABI_VERSION;

use super::complaint::Program;

/// The version of Solo5 whose command line this is.
const SOLO5: &str = "v0.12.0";

/// Shows how the tender is called.
pub(super) fn show(Program(name): Program) {
    // Where stderr is closed, nobody wants to see it.
    let _ = write!(io::stderr(), "usage: {name} {USAGE}");
}

/// Shows whose command line and which ABI this is.
pub(super) fn show_version(Program(name): Program) {
    let andon = env!("CARGO_PKG_VERSION");
    // Where stderr is closed, nobody wants to see it.
    let _ = write!(
        io::stderr(),
        "{name} tender, version {SOLO5} (andon {andon})\nABI version {ABI_VERSION}\n"
    );
}

const USAGE: &str = "\
[ CORE OPTIONS ] [ MODULE OPTIONS ] [ -- ] KERNEL [ ARGS ]
KERNEL is the filename of the unikernel to run.
ARGS are optional arguments passed to the unikernel.
Core options:
  [ --mem=512 ] (guest memory in MB)
  [ --backend=auto ] (auto, kvm or process; an option of Andon's, as
      is the environment variable ANDON_BACKEND)
    --help (display this help)
    --version (display version information)
Compiled-in modules: core net block gdb dumpcore
Compiled-in module options:
    --net:NAME=IFACE | @NN | @ (attach tap IFACE, open descriptor NN, or a new tap
      as network NAME)
  [ --net-mac:NAME=HWADDR ] (set HWADDR for network NAME)
    --block:NAME=PATH (attach block device or file at PATH as block storage NAME)
  [ --block-sector-size:NAME=SECTORSIZE ] (set sector size for block storage NAME;
      a power of two from 512)
    --gdb (wait for gdb before the unikernel starts)
  [ --gdb-port=1234 ] (port to use; implies --gdb)
    --dumpcore=DIR (write a core file to DIR when the unikernel aborts or faults)
";

//! What has to be done before programs can run on the board.

use std::error::Error;
use std::ffi::CStr;
use std::fs::File;
use std::path::PathBuf;

use rustix::mount::{MountFlags, mount as mount_one};
use rustix::system::finit_module;
use rustix::time::{ClockId, Timespec, clock_settime};

/// Kernel modules of the initial file system, loaded in the order of their names.
const MODULES: &str = "/modules";

/// Kernel file systems and where programs expect them.
const FILE_SYSTEMS: [(&str, &str, Option<&CStr>); 4] = [
    ("proc", "/proc", None),
    ("sysfs", "/sys", None),
    ("devtmpfs", "/dev", None),
    ("tmpfs", "/tmp", Some(c"mode=1777")),
];

/// Mounts the kernel's file systems.
pub(crate) fn mount() -> Result<(), Box<dyn Error>> {
    for (kind, place, options) in FILE_SYSTEMS {
        std::fs::create_dir_all(place)?;
        mount_one(kind, place, kind, MountFlags::empty(), options)
            .map_err(|error| format!("cannot mount {place}: {error}"))?;
    }
    Ok(())
}

/// Loads every module of the initial file system; there need not be any.
pub(crate) fn load_modules() -> Result<(), Box<dyn Error>> {
    let Ok(entries) = std::fs::read_dir(MODULES) else {
        return Ok(());
    };
    let mut modules = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<Vec<PathBuf>>>()?;
    modules.sort();
    for module in modules {
        finit_module(File::open(&module)?, c"", 0)
            .map_err(|error| format!("cannot load {}: {error}", module.display()))?;
    }
    Ok(())
}

/// Sets the wall clock: an emulated board may have none.
pub(crate) fn set_clock() -> Result<(), Box<dyn Error>> {
    let time = Timespec {
        tv_sec: std::env::var("BOARD_TIME")?.parse()?,
        tv_nsec: 0,
    };
    clock_settime(ClockId::Realtime, time)?;
    Ok(())
}

//! The core file of a guest that went wrong, as the tender names and announces it.

use std::fs::File;
use std::path::Path;

use andon_monitor::core_file::{self, CoreError, Signal};
use andon_monitor::vm::{PostMortem, Remains};

use super::complaint::Program;
use crate::core_dump::signal;

/// What writes a core to a new file in `folder`, where the guest broke off or broke the
/// contract.
pub(super) fn into(program: Program, folder: &Path) -> PostMortem<'_> {
    Box::new(move |remains| {
        let Some(signal) = signal(remains.outcome) else {
            return;
        };
        let path = folder.join(format!("core.solo5-hvt.{}", std::process::id()));
        program.say(format_args!(
            "dumpcore: dumping guest core to: {}",
            path.display()
        ));
        if let Err(error) = write(&path, remains, signal) {
            program.say(format_args!("dumpcore: error dumping guest core: {error}"));
        }
    })
}

fn write(path: &Path, remains: &Remains<'_>, signal: Signal) -> Result<(), CoreError> {
    let mut file = File::create_new(path)?;
    core_file::write(&mut file, remains.memory, &remains.registers, signal)
}

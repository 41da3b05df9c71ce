//! Starts gdb without a terminal and without anybody's configuration.

use std::path::Path;
use std::process::{Command, Stdio};

/// What gdb prints when it performs these commands on an image, with more arguments.
pub(crate) fn gdb(image: &Path, arguments: &[&str], commands: &[&str]) -> String {
    let mut gdb = Command::new("gdb");
    gdb.args(["-nx", "-batch", "-iex", "set debuginfod enabled off"])
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    for command in commands {
        gdb.args(["-ex", command]);
    }
    let output = gdb.arg(image).args(arguments).output();
    String::from_utf8_lossy(&output.expect("gdb starts").stdout).into_owned()
}

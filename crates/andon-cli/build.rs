//! Finds out what the end-to-end tests can use of this machine. The program is the same
//! everywhere.

use std::path::Path;
use std::process::{Command, Stdio};

fn main() {
    println!("cargo::rustc-check-cfg=cfg(has_gdb)");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=PATH");
    let mut gdb = Command::new("gdb");
    let gdb = gdb.arg("--version").stdin(Stdio::null()).output();
    if gdb.is_ok_and(|output| output.status.success()) {
        println!("cargo::rustc-cfg=has_gdb");
    }
    println!("cargo::rustc-check-cfg=cfg(has_kvm)");
    if Path::new("/dev/kvm").exists() {
        println!("cargo::rustc-cfg=has_kvm");
    }
}

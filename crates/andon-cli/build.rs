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
    println!("cargo::rustc-check-cfg=cfg(has_namespaces)");
    // Mounts and TAP interfaces of its own, which leave the machine as it is.
    let mut namespaces = Command::new("unshare");
    namespaces.args(["--map-root-user", "--net", "--mount", "sh", "-ec"]);
    namespaces.arg("ip tuntap add tap0 mode tap; mount -t tmpfs none /mnt");
    let namespaces = namespaces.stdin(Stdio::null()).output();
    if namespaces.is_ok_and(|output| output.status.success()) {
        println!("cargo::rustc-cfg=has_namespaces");
    }
    println!("cargo::rustc-check-cfg=cfg(has_kvm)");
    if Path::new("/dev/kvm").exists() {
        println!("cargo::rustc-cfg=has_kvm");
    }
}

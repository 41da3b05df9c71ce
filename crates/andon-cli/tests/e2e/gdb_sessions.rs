//! `--gdb`: a guest in the hands of a debugger.

use crate::support::andon::{Ended, andon};
use crate::support::guests::guest_with_symbols;
use crate::support::remote::{Remote, Waiting};

fn waiting(name: &str, options: &[&str]) -> Waiting {
    let image = guest_with_symbols(name);
    Waiting::new(image.to_str().expect("a path of text"), options)
}

fn connected(name: &str, options: &[&str]) -> Remote {
    waiting(name, options).connect()
}

const GONE: &str = "andon: guest stopped: its debugger killed it or went away\n";

#[test]
fn an_address_without_a_port_is_misuse() {
    let ended = andon(["run", "x", "--gdb", "localhost"]);
    assert_eq!(ended.status, 2);
    assert!(ended.stderr.contains("write :PORT or ADDRESS:PORT"));
}

#[test]
fn a_guest_does_nothing_before_its_debugger_lets_it() {
    let mut remote = connected("hello", &[]);
    assert_eq!(remote.ask("?"), "T05thread:01;");
    assert_eq!(remote.end(), Ended::failed(137, GONE));
}

#[test]
fn a_guest_whose_debugger_kills_it_is_gone() {
    let mut remote = connected("hello", &[]);
    remote.send("k");
    assert_eq!(remote.wait(), Ended::failed(137, GONE));
}

#[test]
fn a_guest_that_is_let_go_ends_as_without_a_debugger() {
    let mut remote = connected("blink", &["--", "10", "2"]);
    assert_eq!(remote.ask("D"), "OK");
    let ended = remote.end();
    assert_eq!((ended.status, ended.stdout.as_str()), (0, ""));
    assert_eq!(ended.stderr.matches(" led on\n").count(), 2);
}

#[test]
fn the_exit_status_is_told_to_the_debugger_too() {
    let mut remote = connected("hostile", &["--", "no such behaviour"]);
    assert_eq!(remote.ask("c"), "W02");
    assert_eq!(remote.wait().status, 2);
}

#[test]
fn a_fault_is_shown_to_the_debugger_before_it_ends_the_guest() {
    let mut remote = connected("hostile", &["--", "read-null"]);
    assert_eq!(remote.ask("c"), "S0b");
    assert_eq!(remote.ask("c"), "X0b");
    let ended = remote.wait();
    assert_eq!(ended.status, 70);
    assert!(ended.stderr.starts_with("andon: guest fault: reading 0x0"));
}

#[test]
fn memory_that_the_guest_does_not_have_is_out_of_reach() {
    let mut remote = connected("hello", &[]);
    assert_eq!(remote.ask("m0,8"), "E0e");
    assert_eq!(remote.ask("M10000000,1:00"), "E0e");
    remote.end();
}

#[test]
fn a_deadline_ends_a_guest_whose_debugger_says_nothing() {
    let remote = connected("hello", &["--timeout", "100ms"]);
    let message = "andon: guest stopped: it ran longer than 100ms\n";
    assert_eq!(remote.wait(), Ended::failed(124, message));
}

/// Tests that are the same on both backends.
macro_rules! on_backend {
    ($backend:ident where $usable:meta) => {
        mod $backend {
            use super::connected;
            #[cfg(has_gdb)]
            use super::waiting;
            #[cfg(has_gdb)]
            use crate::support::{gdb::gdb, guests::guest_with_symbols};

            const BACKEND: &str = stringify!($backend);

            #[test]
            #[cfg_attr(not($usable), ignore = "/dev/kvm is not there")]
            fn ctrl_c_stops_a_guest_that_computes() {
                let mut remote = connected("hostile", &["--backend", BACKEND, "--", "loop"]);
                remote.send("c");
                remote.interrupt();
                assert_eq!(remote.receive(), "S02");
                // It goes on, and stops again.
                remote.send("c");
                remote.interrupt();
                assert_eq!(remote.receive(), "S02");
                assert_eq!(remote.end().status, 137);
            }

            #[test]
            #[cfg_attr(not($usable), ignore = "/dev/kvm is not there")]
            fn ctrl_c_stops_a_guest_that_sleeps_which_then_sleeps_on() {
                let options = ["--backend", BACKEND, "--", "400", "1"];
                let mut remote = connected("blink", &options);
                remote.send("c");
                assert!(remote.line().ends_with(" led on\n"));
                remote.interrupt();
                assert_eq!(remote.receive(), "S02");
                assert_eq!(remote.ask("c"), "W00");
                let ended = remote.wait();
                assert_eq!(
                    (ended.status, ended.stderr.matches(" led off\n").count()),
                    (0, 1)
                );
            }

            #[cfg(has_gdb)]
            #[test]
            #[cfg_attr(not($usable), ignore = "/dev/kvm is not there")]
            fn gdb_breaks_looks_steps_and_goes_on_to_the_end() {
                let guest = waiting("blink", &["--backend", BACKEND, "--", "10", "2"]);
                let target = format!("target remote {}", guest.address);
                let commands = [
                    &target,
                    "break andon_guest_main",
                    "continue",
                    "backtrace",
                    "print $rsp > 0x100000",
                    "set $before = $pc",
                    "stepi",
                    "print $pc > $before",
                    "set $r15 = 0x1234",
                    "print/x $r15",
                    "set $r15 = 0",
                    "delete",
                    "continue",
                ];
                let shown = gdb(&guest_with_symbols("blink"), &[], &commands);
                assert!(shown.contains("Breakpoint 1, 0x"), "{shown}");
                assert!(shown.contains("in _start ()"), "{shown}");
                assert!(shown.contains("$1 = 1\n"), "{shown}");
                assert!(shown.contains("$2 = 1\n"), "{shown}");
                assert!(shown.contains("$3 = 0x1234\n"), "{shown}");
                assert!(shown.contains("exited normally]"), "{shown}");
                let ended = guest.end();
                assert_eq!(ended.status, 0, "{}", ended.stderr);
                assert_eq!(ended.stderr.matches(" led on\n").count(), 2);
            }
        }
    };
}

on_backend!(process where all());
on_backend!(kvm where has_kvm);

/// Stands for the tests above where there is no gdb, so that the summary counts them.
#[cfg(not(has_gdb))]
#[test]
#[ignore = "gdb is not installed"]
fn gdb_breaks_looks_steps_and_goes_on_to_the_end() {}

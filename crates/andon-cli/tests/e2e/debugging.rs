//! What an operator learns about a guest that went wrong.

use crate::support::andon::andon;
use crate::support::guests::guest_with_symbols;

/// Stderr of the hostile guest, with symbols, that ended in a fault.
fn fault(backend: &str, behaviour: &str) -> String {
    let image = guest_with_symbols("hostile");
    let image = image.to_str().expect("a path of text");
    let ended = andon(["run", image, "--sim", "--backend", backend, "--", behaviour]);
    assert_eq!(ended.status, 70, "{}", ended.stderr);
    ended.stderr
}

/// The names of the functions in a backtrace.
fn functions(stderr: &str) -> Vec<&str> {
    let lines = stderr.lines().map(str::trim_start);
    lines
        .filter(|line| line.starts_with("in 0x") || line.starts_with("from 0x"))
        .filter_map(|line| line.split(' ').nth(2)?.split_once('+'))
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn a_fault_three_calls_deep_names_the_calls() {
    let stderr = fault("process", "read-deep");
    let functions = functions(&stderr);
    let expected = [
        "hostile::memory::inner",
        "hostile::memory::middle",
        "hostile::memory::outer",
    ];
    assert_eq!(
        functions.get(..expected.len()),
        Some(&expected[..]),
        "{stderr}"
    );
    assert!(!stderr.contains("(perhaps)"), "{stderr}");
}

#[test]
fn a_call_to_nowhere_names_its_caller() {
    let stderr = fault("process", "jump-null");
    assert!(stderr.contains("\n    in 0x0\n"), "{stderr}");
    assert_eq!(functions(&stderr).first(), Some(&"hostile::memory::jump"));
}

#[test]
fn an_endless_recursion_is_cut_off() {
    let stderr = fault("process", "stack-overflow");
    assert_eq!(functions(&stderr).len(), 32, "{stderr}");
    assert!(stderr.contains("\n       and more\n"), "{stderr}");
}

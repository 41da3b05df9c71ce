use std::os::fd::AsRawFd;

use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};

use super::{ResolveError, Resolved};
use crate::device::net::Spec;

fn resolve(text: &str) -> Result<Resolved, ResolveError> {
    text.parse::<Spec>().unwrap().resolve()
}

fn refusal(text: &str) -> String {
    resolve(text).unwrap_err().to_string()
}

#[test]
fn what_the_guest_gets_is_shown() {
    let sim = Spec::SIM.resolve().unwrap().to_string();
    assert_eq!(sim, "sim, mtu 1500, mac random");
    let new = resolve("@,mac=02:00:00:00:00:01,mtu=1400").unwrap();
    let expected = "a new TAP interface, mtu 1400, mac 02:00:00:00:00:01";
    assert_eq!(new.to_string(), expected);
}

#[test]
fn an_interface_that_is_not_there_is_refused_with_how_to_make_it() {
    let error = resolve("andon-none").unwrap_err();
    assert_eq!(error.to_string(), "there is no interface `andon-none`");
    assert!(
        error
            .hint()
            .unwrap()
            .starts_with("make it with: ip tuntap add andon-none")
    );
}

#[test]
fn an_interface_of_another_kind_is_refused() {
    assert_eq!(refusal("lo"), "the interface `lo` is no TAP interface");
}

#[test]
fn an_mtu_larger_than_the_interface_s_is_refused() {
    assert_eq!(
        refusal("@,mtu=9000"),
        "the mtu 9000 is more than the interface's, which is 1500"
    );
}

#[test]
fn a_number_that_is_not_open_is_refused() {
    assert_eq!(refusal("@1000000"), "descriptor 1000000 is not open");
}

#[test]
fn a_socket_for_datagrams_carries_frames() {
    let flags = SocketFlags::CLOEXEC;
    let (end, _other) = socketpair(AddressFamily::UNIX, SocketType::DGRAM, flags, None).unwrap();
    let resolved = resolve(&format!("@{},mtu=9000", end.as_raw_fd())).unwrap();
    let expected = "a socket by descriptor, mtu 9000, mac random";
    assert_eq!(resolved.to_string(), expected);
}

#[test]
fn a_file_carries_no_frames() {
    let file = tempfile::tempfile().unwrap();
    let number = file.as_raw_fd();
    assert_eq!(
        refusal(&format!("@{number}")),
        format!("descriptor {number} is neither a TAP interface nor a socket for datagrams")
    );
}

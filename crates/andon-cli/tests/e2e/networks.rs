//! Guests with a network device.

use std::process::{Child, Stdio};

use crate::support::andon::{Ended, andon, command};
use crate::support::guests::guest;
use crate::support::namespace;
use crate::support::peer::{Peer, wire};

/// Starts the guest that answers `pings` pings, and the machine at the other end.
fn answering(options: &[&str], spec: &str, pings: &str) -> (Child, Peer) {
    let (peer, end) = wire();
    let child = command()
        .arg("run")
        .arg(guest("test_net"))
        .args(["--device", &format!("service={spec}")])
        .args(options)
        .args(["--", pings])
        .stdin(end)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    (child.expect("andon starts"), peer)
}

fn end(child: Child) -> Ended {
    Ended::of(child.wait_with_output().expect("it ends"))
}

fn ready_and_ok() -> Ended {
    Ended::printed(0, "test_net: ready\ntest_net: ok\n")
}

fn a_guest_answers_pings(backend: &str) {
    let (child, peer) = answering(&["--backend", backend], "net:@0", "3");
    let mac = peer.resolve();
    assert!(peer.ping(mac, 0));
    assert!(peer.ping(mac, 56));
    assert!(peer.ping(mac, 1472));
    assert_eq!(end(child), ready_and_ok());
}

#[test]
fn a_guest_in_a_process_answers_pings() {
    a_guest_answers_pings("process");
}

#[test]
#[cfg_attr(not(has_kvm), ignore = "needs /dev/kvm")]
fn a_guest_on_kvm_answers_pings() {
    a_guest_answers_pings("kvm");
}

#[test]
fn a_guest_has_the_address_that_it_was_granted() {
    let (child, peer) = answering(&[], "net:@0,mac=02:00:00:0a:0b:0c", "1");
    let mac = peer.resolve();
    assert_eq!(mac, [2, 0, 0, 0x0a, 0x0b, 0x0c]);
    assert!(peer.ping(mac, 8));
    assert_eq!(end(child), ready_and_ok());
}

#[test]
fn a_guest_without_a_granted_address_has_a_random_one() {
    let (first, one) = answering(&[], "net:@0", "1");
    let (second, other) = answering(&[], "net:@0", "1");
    let macs = [one.resolve(), other.resolve()];
    assert!(one.ping(macs[0], 8) && other.ping(macs[1], 8));
    assert_eq!([end(first), end(second)], [ready_and_ok(), ready_and_ok()]);
    assert_ne!(macs[0], macs[1]);
    assert!(macs.iter().all(|mac| mac[0] & 3 == 2));
}

#[test]
fn a_guest_may_have_jumbo_frames() {
    let (child, peer) = answering(&[], "net:@0,mtu=9000", "1");
    let mac = peer.resolve();
    assert!(peer.ping(mac, 8972));
    assert_eq!(end(child), ready_and_ok());
}

#[test]
fn garbage_from_the_network_is_ignored() {
    let (child, peer) = answering(&[], "net:@0", "1");
    peer.send(&[]);
    peer.send(&[1]);
    peer.send(&[0xff; 65000]);
    let mac = peer.resolve();
    assert!(peer.ping(mac, 8));
    assert_eq!(end(child), ready_and_ok());
}

#[test]
fn a_trace_has_every_frame() {
    let folder = tempfile::tempdir().expect("a folder");
    let trace = folder.path().join("trace.jsonl");
    let trace = trace.to_str().expect("a path of text");
    let (child, peer) = answering(&["--trace", trace], "net:@0", "1");
    assert!(peer.ping(peer.resolve(), 8));
    assert_eq!(end(child), ready_and_ok());
    let trace = std::fs::read_to_string(trace).expect("it is there");
    let count = |what: &str| trace.matches(what).count();
    assert_eq!(count(r#""op":"net_send","length":42,"status":"ok""#), 1);
    assert_eq!(count(r#""op":"net_send","length":50,"status":"ok""#), 1);
    assert_eq!(count(r#""op":"net_receive","length":50,"status":"ok""#), 1);
}

fn refused(spec: &str) -> Ended {
    let image = guest("test_net");
    let image = image.to_str().expect("a path of text");
    andon(["run", image, "--device", &format!("service={spec}")])
}

#[test]
fn an_interface_that_is_not_there_is_refused_with_how_to_make_it() {
    assert_eq!(
        refused("net:andon-none"),
        Ended::failed(
            1,
            "andon: device `service`: there is no interface `andon-none`\n\
             hint: make it with: ip tuntap add andon-none mode tap user $USER && \
             ip link set andon-none up\n"
        )
    );
}

#[test]
fn a_descriptor_that_carries_no_frames_is_refused() {
    // The standard input of the tests is /dev/null.
    assert_eq!(
        refused("net:@0"),
        Ended::failed(
            1,
            "andon: device `service`: descriptor 0 is neither a TAP interface nor a socket for \
             datagrams\n"
        )
    );
}

#[test]
fn a_wrong_address_and_a_wrong_mtu_are_misuse() {
    let mac = "andon: --device service=net:@0,mac=01:00:00:00:00:00: `01:00:00:00:00:00` is a \
               multicast address: the first byte of an interface's is even\n";
    assert_eq!(
        refused("net:@0,mac=01:00:00:00:00:00"),
        Ended::failed(2, mac)
    );
    let mtu = "andon: --device service=net:@0,mtu=20: `20` is no MTU: 68 to 65535 bytes are \
               possible\n";
    assert_eq!(refused("net:@0,mtu=20"), Ended::failed(2, mtu));
}

/// A TAP interface that is up, and how to wait until the guest answers on it.
const TAP: &str = "
    ip tuntap add tap0 mode tap
    ip address add 10.0.0.1/24 dev tap0
    ip link set tap0 up
    answers() {
        for _ in $(seq 600); do
            # Any packet makes the kernel ask who has the address.
            ip neigh flush dev $1
            bash -c 'echo > /dev/udp/10.0.0.2/9'
            sleep 0.1
            ip neigh show 10.0.0.2 dev $1 | grep -q 02:00:00:00:00:01 && return
        done
        echo no answer; return 1
    }";

fn on_tap(script: &str) -> Ended {
    namespace::run(&format!("{TAP}\n{script}"), [guest("test_net")])
}

#[test]
#[cfg_attr(not(has_namespaces), ignore = "needs unshare, ip and TAP")]
fn a_guest_answers_on_a_tap_interface_before_and_after_it_was_down() {
    let ended = on_tap(
        "$ANDON run $1 --device service=net:tap0,mac=02:00:00:00:00:01 &
         answers tap0
         ip link set tap0 down
         ip link set tap0 up
         answers tap0
         kill $!
         wait $! || echo status $?",
    );
    assert_eq!(ended.stdout, "test_net: ready\nstatus 143\n");
    assert_eq!(ended.stderr, "andon: guest stopped by SIGTERM\n");
}

#[test]
#[cfg_attr(not(has_namespaces), ignore = "needs unshare, ip and TAP")]
fn a_guest_outlives_its_tap_interface() {
    let ended = on_tap(
        "mount -t tmpfs none /mnt
         $ANDON run $1 --device service=net:tap0,mac=02:00:00:00:00:01 2>/mnt/log &
         answers tap0
         ip link delete tap0
         for _ in $(seq 600); do grep -q receive /mnt/log && break; sleep 0.1; done
         kill $!
         wait $! || echo status $?
         cat /mnt/log >&2",
    );
    assert_eq!(ended.stdout, "test_net: ready\nstatus 143\n");
    assert_eq!(
        ended.stderr,
        "andon: device `service`: cannot receive: File descriptor in bad state (os error 77)\n\
         andon: guest stopped by SIGTERM\n"
    );
}

#[test]
#[cfg_attr(not(has_namespaces), ignore = "needs unshare, ip and TAP")]
fn a_new_tap_interface_is_named_and_gone_afterwards() {
    let ended = on_tap(
        "ip link delete tap0
         $ANDON run $1 --device service=net:@,mac=02:00:00:00:00:01 &
         until ip address add 10.0.0.1/24 dev andon0 2>/dev/null; do sleep 0.01; done
         answers andon0
         kill $!
         wait $! || ip link show andon0",
    );
    assert_eq!(ended.stdout, "test_net: ready\n");
    assert_eq!(
        ended.stderr,
        "andon: device `service` is at the new interface `andon0`\n\
         andon: guest stopped by SIGTERM\n\
         Device \"andon0\" does not exist.\n"
    );
}

#[test]
#[cfg_attr(not(has_namespaces), ignore = "needs unshare, ip and TAP")]
fn an_interface_that_is_down_or_in_use_is_refused() {
    let ended = on_tap(
        "ip link set tap0 down
         $ANDON run $1 --device service=net:tap0 || true
         ip link set tap0 up
         $ANDON run $1 --device service=net:tap0,mac=02:00:00:00:00:01 >&2 &
         answers tap0
         $ANDON run $1 --device service=net:tap0 || kill $!
         wait $! || true",
    );
    assert_eq!(
        ended.stderr,
        "andon: device `service`: the interface `tap0` is down\n\
         hint: bring it up with: ip link set tap0 up\n\
         test_net: ready\n\
         andon: device `service`: the interface `tap0` is already in use\n\
         andon: guest stopped by SIGTERM\n"
    );
}

#[test]
#[cfg_attr(not(has_namespaces), ignore = "needs unshare, ip and TAP")]
fn an_mtu_is_that_of_the_interface_and_not_more() {
    let ended = on_tap(
        "ip link set tap0 mtu 1400
         $ANDON explain $1 --device service=net:tap0,mac=02:00:00:00:00:01
         $ANDON run $1 --device service=net:tap0,mtu=1500 || true",
    );
    let gets = "  gets tap0, mtu 1400, mac 02:00:00:00:00:01\nit would start\n";
    assert!(ended.stdout.ends_with(gets), "{}", ended.stdout);
    assert_eq!(
        ended.stderr,
        "andon: device `service`: the mtu 1500 is more than the interface's, which is 1400\n"
    );
}

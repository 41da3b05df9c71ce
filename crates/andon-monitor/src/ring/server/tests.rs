use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use andon_abi::ring::{DONE, SUBMITTED, WANTS_KICK};

use super::{RUSH, Server};
use crate::ring::tests::{AGAIN, DATA, Guest, guest, read, write};
use crate::vcpu::{Fault, Interrupter};

/// Counts interruptions.
#[derive(Default)]
struct Count(AtomicU64);

impl Interrupter for Count {
    fn interrupt(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// A guest whose ring is served, and how often it was interrupted.
fn served() -> (Guest, Server, Arc<Count>) {
    let (guest, ring) = guest();
    let count = Arc::new(Count::default());
    let server = Server::with_thread(true, ring, count.clone()).unwrap();
    (guest, server, count)
}

/// Waits until `done` says so; a minute is for ever.
fn wait_until(mut done: impl FnMut() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "it did not come"
        );
        std::thread::yield_now();
    }
}

#[test]
fn a_guest_is_to_kick_from_the_start() {
    let (guest, _server, _) = served();
    assert_eq!(guest.get(WANTS_KICK), 1);
}

#[test]
fn what_is_submitted_is_done_when_the_kick_returns() {
    let (mut guest, mut server, _) = served();
    guest.submit(write(DATA, 60));
    assert_eq!(server.kick(), Ok(()));
    assert_eq!(guest.get(DONE), 1);
    assert!(guest.sent().is_some());
}

#[test]
fn a_misdeed_is_told_at_the_kick() {
    let (mut guest, mut server, _) = served();
    guest.set(SUBMITTED, u32::MAX);
    assert!(matches!(server.kick(), Err(Fault::Ring(_))));
}

#[test]
fn the_thread_does_what_is_submitted_without_a_kick() {
    let (mut guest, server, _) = served();
    guest.submit(read(DATA, 1514));
    server.shared.wake();
    wait_until(|| guest.get(DONE) == 1);
    assert_eq!(guest.take().ret, AGAIN);
}

#[test]
fn a_guest_that_does_not_rest_need_not_kick() {
    let (guest, mut server, _) = served();
    wait_until(|| {
        server.kick().unwrap();
        guest.get(WANTS_KICK) == 0
    });
}

#[test]
fn kicks_with_rests_between_them_are_no_rush() {
    let (_guest, mut server, _) = served();
    for _ in 0..RUSH {
        server.kick().unwrap();
        server.rest();
    }
    assert_eq!(server.kicks, 0);
}

#[test]
fn a_guest_is_to_kick_again_when_the_thread_has_looked_in_vain() {
    let (guest, server, _) = served();
    server.shared.wake();
    wait_until(|| guest.get(WANTS_KICK) == 1);
    drop(server);
    assert_eq!(guest.get(WANTS_KICK), 1);
}

#[test]
fn a_server_that_ends_does_what_is_left() {
    let (mut guest, server, _) = served();
    guest.submit(write(DATA, 60));
    drop(server);
    assert_eq!(guest.get(DONE), 1);
}

#[test]
fn a_misdeed_without_a_kick_interrupts_the_guest_until_it_is_noticed() {
    let (mut guest, server, count) = served();
    guest.set(SUBMITTED, u32::MAX);
    server.shared.wake();
    wait_until(|| count.0.load(Ordering::Relaxed) > 2);
    assert!(matches!(server.misdeed().fault(), Some(Fault::Ring(_))));
}

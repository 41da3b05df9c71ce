//! A network of a measurement's own: a TAP interface in a network namespace in which nothing
//! else is. That needs root and `ip`.
#![expect(
    unsafe_code,
    reason = "the kernel's call for another namespace has no safe wrapper"
)]

use std::io;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::workspace::succeed;

/// Name of the interface.
pub(super) const TAP: &str = "tap0";

/// This end's address; the guest's is 10.0.0.2.
pub(super) const ADDRESS: &str = "10.0.0.1";

/// The guest's Ethernet address, which it is to be given.
pub(super) const GUEST_MAC: &str = "02:00:00:00:00:02";

/// Makes the interface. It is up, and its other side needs no ARP to be found.
const SETUP: &str = "
ip tuntap add tap0 mode tap
ip address add 10.0.0.1/24 dev tap0
ip link set tap0 up
ip neighbour replace 10.0.0.2 lladdr 02:00:00:00:00:02 dev tap0";

/// Why there is no network of a measurement's own.
pub(super) fn obstacle() -> Option<&'static str> {
    if !succeeds(&mut Command::new("ip"), "-V") {
        return Some("needs ip (iproute2)");
    }
    let may = succeeds(Command::new("unshare").arg("--net"), "true");
    (!may).then_some("may not make a network namespace")
}

/// Whether a command with one more argument succeeds, quietly.
pub(super) fn succeeds(command: &mut Command, argument: &str) -> bool {
    command
        .arg(argument)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Does something in a network of its own: sockets that it opens and processes that it
/// starts are there.
pub(super) fn within<T: Send>(
    action: impl FnOnce() -> anyhow::Result<T> + Send,
) -> anyhow::Result<T> {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            enter().context("cannot make a network namespace")?;
            succeed(Command::new("sh").args(["-ec", SETUP]))?;
            action()
        });
        let done = thread.join();
        done.unwrap_or_else(|_| bail!("the measurement panicked"))
    })
}

/// Takes this thread, and no other, into a new network namespace.
fn enter() -> io::Result<()> {
    // SAFETY: the call takes no pointer, and with this flag it changes nothing of the
    // thread's but which network it sees.
    match unsafe { libc::unshare(libc::CLONE_NEWNET) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

//! Waits for gdb, as the tender does.

use std::net::{Ipv4Addr, TcpListener, TcpStream};

use super::complaint::{Complaint, Program};

/// Waits at this port until gdb connects, and says how to do so.
pub(super) fn accept(program: Program, port: u16) -> Result<TcpStream, Complaint> {
    let failed = |error| Complaint::of(format_args!("Could not wait for gdb: {error}"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(failed)?;
    let port = listener.local_addr().map_err(failed)?.port();
    program.say("Waiting for a debugger. Connect to it like this:");
    program.say(format_args!(
        "\tgdb --ex=\"target remote localhost:{port}\" KERNEL"
    ));
    let (stream, _) = listener.accept().map_err(failed)?;
    Ok(stream)
}

//! `--gdb`: where gdb is waited for.

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::str::FromStr;

use crate::failure::Failure;

/// An address to listen at; a port alone is one of this machine's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address(SocketAddr);

impl FromStr for Address {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let port = text.strip_prefix(':').unwrap_or(text);
        let address = match port.parse() {
            Ok(port) => Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, port))),
            Err(_) => text.parse(),
        };
        address
            .map(Self)
            .map_err(|_| "write :PORT or ADDRESS:PORT, as in :1234 or [::1]:1234")
    }
}

impl Address {
    /// Waits until gdb connects, and says how to do so.
    pub(crate) fn accept(self, image: &Path) -> Result<TcpStream, Failure> {
        let failed = |error| Failure::new(format_args!("cannot listen at {}: {error}", self.0));
        let listener = TcpListener::bind(self.0).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        // Where stderr is closed, nobody wants to know.
        let _ = writeln!(
            io::stderr(),
            "andon: waiting for gdb {} -ex 'target remote {address}'",
            image.display()
        );
        let (stream, _) = listener.accept().map_err(failed)?;
        Ok(stream)
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    fn shown(text: &str) -> Result<String, &'static str> {
        text.parse().map(|Address(address)| address.to_string())
    }

    #[test]
    fn a_port_alone_is_on_the_loopback_address() {
        assert_eq!(shown(":1234").unwrap(), "127.0.0.1:1234");
        assert_eq!(shown("1234").unwrap(), "127.0.0.1:1234");
    }

    #[test]
    fn an_address_is_taken_as_it_is() {
        assert_eq!(shown("0.0.0.0:1").unwrap(), "0.0.0.0:1");
        assert_eq!(shown("[::1]:1234").unwrap(), "[::1]:1234");
    }

    #[test]
    fn what_has_no_port_is_refused() {
        assert!(shown("127.0.0.1").is_err());
        assert!(shown(":65536").is_err());
    }
}

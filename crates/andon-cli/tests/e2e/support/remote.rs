//! A guest with a debugger: the other end of `--gdb`, as far as a test speaks its language.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Child;

use super::andon::{Ended, start};

/// A guest that waits for its debugger.
pub(crate) struct Waiting {
    child: Child,
    /// Where it waits.
    pub(crate) address: String,
}

/// A guest and the connection to its monitor.
pub(crate) struct Remote {
    child: Child,
    stream: BufReader<TcpStream>,
}

impl Waiting {
    /// Starts a guest, with the arguments of `run` from the image on.
    pub(crate) fn new(image: &str, options: &[&str]) -> Self {
        let mut child = start([&["run", image, "--sim", "--gdb", ":0"], options].concat());
        let line = line(&mut child);
        let address = line.trim_end().trim_end_matches('\'').rsplit(' ').next();
        let address = address.expect("a line has words").to_owned();
        assert!(address.starts_with("127.0.0.1:"), "{line}");
        Self { child, address }
    }

    /// Connects.
    pub(crate) fn connect(self) -> Remote {
        let stream = TcpStream::connect(&self.address).expect("it listens");
        Remote {
            child: self.child,
            stream: BufReader::new(stream),
        }
    }

    /// What came of it.
    pub(crate) fn end(self) -> Ended {
        Ended::of(self.child.wait_with_output().expect("it ends"))
    }
}

/// The next line of a child's stderr, read byte by byte, so that nothing of what follows is
/// taken.
fn line(child: &mut Child) -> String {
    let stderr = child.stderr.as_mut().expect("it is a pipe");
    let mut line = String::new();
    let mut reader = BufReader::with_capacity(1, stderr);
    reader.read_line(&mut line).expect("a line");
    line
}

impl Remote {
    /// Sends a packet.
    pub(crate) fn send(&mut self, packet: &str) {
        let sum = packet.bytes().fold(0, u8::wrapping_add);
        write!(self.stream.get_mut(), "${packet}#{sum:02x}").expect("it is taken");
    }

    /// Sends what Ctrl-C is.
    pub(crate) fn interrupt(&mut self) {
        self.stream.get_mut().write_all(&[3]).expect("it is taken");
    }

    /// Waits for a packet.
    pub(crate) fn receive(&mut self) -> String {
        let mut bytes = self
            .stream
            .by_ref()
            .bytes()
            .map(|byte| byte.expect("a byte"));
        let start = bytes.by_ref().find(|byte| *byte == b'$');
        assert!(start.is_some(), "the connection ended");
        let packet: Vec<_> = bytes.by_ref().take_while(|byte| *byte != b'#').collect();
        let sum = bytes.take(2).count();
        assert_eq!(sum, 2, "a checksum");
        self.stream.get_mut().write_all(b"+").expect("it is taken");
        String::from_utf8(packet).expect("text")
    }

    /// Sends a packet and waits for the answer.
    pub(crate) fn ask(&mut self, packet: &str) -> String {
        self.send(packet);
        self.receive()
    }

    /// The next line of stderr.
    pub(crate) fn line(&mut self) -> String {
        line(&mut self.child)
    }

    /// Hangs up, and says what came of the guest.
    pub(crate) fn end(self) -> Ended {
        drop(self.stream);
        Ended::of(self.child.wait_with_output().expect("it ends"))
    }

    /// What came of the guest, with the connection still there.
    pub(crate) fn wait(self) -> Ended {
        Ended::of(self.child.wait_with_output().expect("it ends"))
    }
}

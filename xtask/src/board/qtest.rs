//! Reads and writes an emulated machine's registers from outside, through QEMU's qtest
//! protocol: an observer that no program inside can deceive.
//!
//! Source: QEMU, docs/devel/testing/qtest.rst.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;

use anyhow::{Context, bail};

/// A connection to a running emulator.
pub(crate) struct Qtest {
    answers: BufReader<UnixStream>,
}

impl Qtest {
    pub(crate) fn new(socket: UnixStream) -> Self {
        Self {
            answers: BufReader::new(socket),
        }
    }

    /// Reads the 32-bit register at a physical address.
    pub(crate) fn read(&mut self, address: u64) -> anyhow::Result<u32> {
        let answer = self.ask(&format!("readl {address:#x}"))?;
        let digits = answer.trim_start_matches("0x");
        let value = u64::from_str_radix(digits, 16)
            .with_context(|| format!("the emulator read {answer:?} at {address:#x}"))?;
        u32::try_from(value).with_context(|| format!("{value:#x} has more than 32 bits"))
    }

    /// Writes the 32-bit register at a physical address.
    pub(crate) fn write(&mut self, address: u64, value: u32) -> anyhow::Result<()> {
        self.ask(&format!("writel {address:#x} {value:#x}"))?;
        Ok(())
    }

    /// Sets the level of an input of a device, both by QEMU's names.
    pub(crate) fn set_input(
        &mut self,
        device: &str,
        input: u32,
        level: bool,
    ) -> anyhow::Result<()> {
        let level = i32::from(level);
        self.ask(&format!(
            "set_irq_in {device} unnamed-gpio-in {input} {level}"
        ))?;
        Ok(())
    }

    /// Sends a command; returns what follows "OK".
    fn ask(&mut self, command: &str) -> anyhow::Result<String> {
        let socket = self.answers.get_mut();
        socket
            .write_all(format!("{command}\n").as_bytes())
            .context("the emulator does not take commands any more")?;
        loop {
            let mut line = String::new();
            let length = self.answers.read_line(&mut line);
            if length.context("the emulator does not answer")? == 0 {
                bail!("the emulator has ended");
            }
            match line.trim_end().split_once(' ').unwrap_or((&line, "")) {
                // Told of its own accord, whatever was asked.
                ("IRQ", _) => {}
                (word, rest) if word.trim_end() == "OK" => return Ok(rest.to_owned()),
                _ => bail!("the emulator refuses {command:?}: {}", line.trim_end()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;

    use super::Qtest;

    /// A connection whose other end has already answered.
    fn answered(answers: &str) -> (Qtest, UnixStream) {
        let (near, mut far) = UnixStream::pair().unwrap();
        far.write_all(answers.as_bytes()).unwrap();
        (Qtest::new(near), far)
    }

    #[test]
    fn a_value_is_read_past_interrupt_messages() {
        let (mut qtest, _far) = answered("IRQ raise 3\nOK 0x0000000002000000\n");
        assert_eq!(qtest.read(0x3f20_0034).unwrap(), 1 << 25);
    }

    #[test]
    fn a_write_is_sent_as_a_line() {
        let (mut qtest, mut far) = answered("OK\n");
        qtest.write(0x3f20_001c, 0x20).unwrap();
        drop(qtest);
        let mut sent = String::new();
        far.read_to_string(&mut sent).unwrap();
        assert_eq!(sent, "writel 0x3f20001c 0x20\n");
    }

    #[test]
    fn a_refusal_is_an_error() {
        let (mut qtest, _far) = answered("FAIL Unknown device\n");
        let error = qtest.set_input("/machine/x", 0, true).unwrap_err();
        assert!(error.to_string().contains("Unknown device"));
    }

    #[test]
    fn an_emulator_that_ended_is_an_error() {
        let (mut qtest, far) = answered("");
        drop(far);
        assert!(qtest.read(0).is_err());
    }
}

//! A GPIO line inside a board, held through sysfs by nothing but a shell.

use anyhow::Context;

use super::emulation::Emulation;

/// Where the kernel shows GPIO chips and lines.
const CLASS: &str = "/sys/class/gpio";

/// A line that is exported.
pub(crate) struct SysfsLine {
    number: u32,
}

impl SysfsLine {
    /// Exports a line of the chip with this label, wherever the kernel has its numbers.
    pub(crate) fn export(board: &mut Emulation, label: &str, line: u32) -> anyhow::Result<Self> {
        let base = board.shell(&format!(
            "cd {CLASS} && cat $(dirname $(grep -l -x {label} gpiochip*/label))/base"
        ))?;
        let base: u32 = base.trim().parse().context("the chip has no base")?;
        let number = base + line;
        board.shell(&format!("echo {number} > {CLASS}/export"))?;
        Ok(Self { number })
    }

    /// What an attribute of the line reads, without the end of the line.
    pub(crate) fn read(&self, board: &mut Emulation, attribute: &str) -> anyhow::Result<String> {
        let number = self.number;
        let text = board.shell(&format!("cat {CLASS}/gpio{number}/{attribute}"))?;
        Ok(text.trim_end().to_owned())
    }

    /// Writes an attribute of the line.
    pub(crate) fn write(
        &self,
        board: &mut Emulation,
        attribute: &str,
        value: &str,
    ) -> anyhow::Result<()> {
        let number = self.number;
        board.shell(&format!("echo {value} > {CLASS}/gpio{number}/{attribute}"))?;
        Ok(())
    }

    /// Gives the line back.
    pub(crate) fn unexport(self, board: &mut Emulation) -> anyhow::Result<()> {
        board.shell(&format!("echo {} > {CLASS}/unexport", self.number))?;
        Ok(())
    }
}

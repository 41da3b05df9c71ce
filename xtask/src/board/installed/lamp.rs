//! The lamp on GPIO 25, as it is seen on each machine.

use anyhow::ensure;

use super::{Installed, LIMIT};
use crate::board::bcm2837;
use crate::board::machine::Machine;
use crate::board::watch::wait_for_level;

/// The lamp's line.
const LINE: u32 = 25;

/// Makes a chip like a Raspberry Pi's of software, and a link to the level of its line.
const CHIP: &str = "grep -q configfs /proc/mounts \
    || mount -t configfs configfs /sys/kernel/config
chip=/sys/kernel/config/gpio-sim/pi
mkdir -p $chip/bank
echo pinctrl-bcm2835 > $chip/bank/label
echo 54 > $chip/bank/num_lines
echo 1 > $chip/live
device=/sys/devices/platform/$(cat $chip/dev_name)
ln -s $device/$(cat $chip/bank/chip_name)/sim_gpio25/value /run/lamp
udevadm settle";

/// Waits until the lamp has been lit and out, twice.
const BLINKS: &str = "for level in 1 0 1 0; do until grep -q $level /run/lamp; do :; done; done";

impl Installed {
    /// Makes the lamp where the machine has none.
    pub(super) fn connect_lamp(&mut self) -> anyhow::Result<()> {
        match self.machine {
            Machine::Q35 => self.root(CHIP).map(drop),
            Machine::RaspberryPi3 | Machine::Virt => Ok(()),
        }
    }

    /// Waits until it has been lit and out, twice.
    pub(super) fn expect_blinking(&mut self) -> anyhow::Result<()> {
        let seen = match self.machine {
            Machine::Q35 => self.root(BLINKS).map(drop),
            Machine::RaspberryPi3 | Machine::Virt => self.watch_pin(),
        };
        seen.map_err(|error| error.context(format!("no blinking: {}", self.log())))
    }

    /// The lamp is out now.
    pub(super) fn expect_lamp_out(&mut self) -> anyhow::Result<()> {
        let lit = match self.machine {
            Machine::Q35 => self.root("cat /run/lamp")? != "0\n",
            Machine::RaspberryPi3 | Machine::Virt => {
                bcm2837::levels(&mut self.board.registers)? >> LINE & 1 != 0
            }
        };
        ensure!(!lit, "the lamp is lit");
        Ok(())
    }

    fn watch_pin(&mut self) -> anyhow::Result<()> {
        for level in [true, false, true, false] {
            wait_for_level(&mut self.board.registers, LINE, level, LIMIT)?;
        }
        Ok(())
    }
}

//! The machines that are emulated, and what each of them has.

use clap::ValueEnum;

use crate::workspace::Architecture;

/// A kind of emulated board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Machine {
    /// Raspberry Pi 3: BCM2837, 54 GPIO lines, no interrupt controller for guests.
    #[value(name = "raspi3b")]
    RaspberryPi3,
    /// QEMU's own board: a Cortex-A53 with GICv3 and a PL061 with 8 lines and edges.
    #[value(name = "virt")]
    Virt,
    /// A PC whose CPU has nested paging (SVM).
    #[value(name = "q35")]
    Q35,
}

impl Machine {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::RaspberryPi3, Self::Virt, Self::Q35];

    /// QEMU's name for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::RaspberryPi3 => "raspi3b",
            Self::Virt => "virt",
            Self::Q35 => "q35",
        }
    }

    /// Its CPU's architecture.
    pub(crate) fn architecture(self) -> Architecture {
        match self {
            Self::RaspberryPi3 | Self::Virt => Architecture::Aarch64,
            Self::Q35 => Architecture::X86_64,
        }
    }

    /// What QEMU has to be told to make it.
    pub(crate) fn options(self) -> &'static [&'static str] {
        match self {
            Self::RaspberryPi3 => &["-M", "raspi3b"],
            Self::Virt => &[
                "-M",
                "virt,virtualization=on,gic-version=3",
                "-cpu",
                "cortex-a53",
                "-smp",
                "1",
                "-m",
                "1G",
            ],
            // QEMU 7.2 reads the stack of a program's iretq as if the kernel did, which SMAP
            // forbids: the Linux in the PC reports a bug of its own and loses the process.
            Self::Q35 => &[
                "-M",
                "q35",
                "-cpu",
                "EPYC,smap=off",
                "-smp",
                "1",
                "-m",
                "1G",
            ],
        }
    }

    /// How the two serial lines are attached, console and channel.
    pub(crate) fn serial_lines(self) -> &'static [&'static str] {
        match self {
            Self::RaspberryPi3 | Self::Q35 => {
                &["-serial", "chardev:console", "-serial", "chardev:channel"]
            }
            Self::Virt => &[
                "-serial",
                "chardev:console",
                "-device",
                "pci-serial,chardev=channel",
            ],
        }
    }

    /// The kernel's name of the console's serial line.
    pub(crate) fn console(self) -> &'static str {
        match self {
            Self::RaspberryPi3 => "ttyAMA0,115200",
            Self::Virt => "ttyAMA0",
            Self::Q35 => "ttyS0",
        }
    }

    /// The kernel's name of the channel's serial line.
    pub(crate) fn channel(self) -> &'static str {
        match self {
            Self::RaspberryPi3 | Self::Q35 => "ttyS1",
            Self::Virt => "ttyS0",
        }
    }

    /// File name of its device tree, where QEMU does not make one.
    pub(crate) fn device_tree(self) -> Option<&'static str> {
        match self {
            Self::RaspberryPi3 => Some("bcm2837-rpi-3-b.dtb"),
            Self::Virt | Self::Q35 => None,
        }
    }

    /// Modules of the kernel's package to load, in this order.
    pub(crate) fn modules(self) -> &'static [&'static str] {
        match self {
            Self::RaspberryPi3 => &["pwm-bcm2835", "bcm2835_thermal"],
            Self::Virt => &[],
            Self::Q35 => &[
                "irqbypass",
                "kvm",
                "ccp",
                "kvm-amd",
                "configfs",
                "i2c-dev",
                "industrialio",
                "kfifo_buf",
                "industrialio-triggered-buffer",
            ],
        }
    }
}

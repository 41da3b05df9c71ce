//! What runs the guest on the host, chosen and ready before the guest's memory is.

use std::io;

use super::{Backend, StartError};
use crate::arch::Registers;
use crate::backend::kvm::{KvmVcpu, Machine};
use crate::backend::process::{Handover, ProcessVcpu, Start};
use crate::clock;
use crate::memory::GuestMemory;
use crate::vcpu::Vcpu;

/// A backend that can take a guest.
pub(super) enum Host {
    Process(Option<Handover>),
    Kvm(Box<Machine>),
}

impl Host {
    /// Asks the host for what the backend needs of it.
    pub(super) fn open(backend: Backend) -> Result<Self, StartError> {
        Ok(match backend {
            Backend::Process(handover) => Self::Process(handover),
            Backend::Kvm => Self::Kvm(Box::new(Machine::open()?)),
        })
    }

    /// Frequency of the guest's cycle counter in hertz.
    pub(super) fn cycle_frequency(&self) -> io::Result<u64> {
        let known = match self {
            Self::Process(_) => None,
            Self::Kvm(machine) => machine.cycle_frequency(),
        };
        known.map_or_else(clock::cycle_frequency, Ok)
    }

    /// Makes the guest's vCPU.
    pub(super) fn vcpu(
        self,
        memory: &GuestMemory,
        registers: Registers,
    ) -> Result<Box<dyn Vcpu>, StartError> {
        Ok(match self {
            Self::Process(handover) => {
                let start = Start {
                    registers,
                    handover,
                };
                Box::new(ProcessVcpu::new(memory, &start)?)
            }
            Self::Kvm(machine) => Box::new(KvmVcpu::new(*machine, memory, registers)?),
        })
    }
}

//! What runs the guest on the host, chosen and ready before the guest's memory is.

use std::io;

use super::{Backend, StartError};
use crate::arch::Registers;
use crate::backend::kvm::{KvmVcpu, Machine};
use crate::backend::process::{Handover, ProcessVcpu, SpawnError, Start};
use crate::clock::{self, Time};
use crate::memory::GuestMemory;
use crate::vcpu::Vcpu;

/// A backend that can take a guest.
pub(super) enum Host {
    Process(Option<Handover>, Time),
    Kvm(Box<Machine>),
}

impl Host {
    /// Asks the host for what the backend needs of it.
    pub(super) fn open(backend: Backend, time: Time) -> Result<Self, StartError> {
        Ok(match (backend, time) {
            (Backend::Process(handover), time) => Self::Process(handover, time),
            (Backend::Kvm, Time::Host(_)) => Self::Kvm(Box::new(Machine::open()?)),
            (Backend::Kvm, Time::Virtual(_)) => return Err(SpawnError::NoVirtualTime.into()),
        })
    }

    /// Frequency of the guest's cycle counter in hertz.
    pub(super) fn cycle_frequency(&self) -> io::Result<u64> {
        let known = match self {
            Self::Process(_, Time::Virtual(_)) => Some(clock::FREQUENCY),
            Self::Process(_, Time::Host(_)) => None,
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
            Self::Process(handover, time) => {
                let start = Start {
                    registers,
                    handover,
                    clock: time.own().cloned(),
                };
                Box::new(ProcessVcpu::new(memory, &start)?)
            }
            Self::Kvm(machine) => Box::new(KvmVcpu::new(*machine, memory, registers)?),
        })
    }
}

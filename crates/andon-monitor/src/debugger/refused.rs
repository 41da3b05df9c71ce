//! Stands for the debugger on an architecture that has none.

use std::net::TcpStream;

use super::{AttachError, Debuggee, Ended};
use crate::memory::GuestMemory;
use crate::vcpu::RunError;

/// There is none.
#[derive(Debug)]
pub enum Debugger {}

impl Debugger {
    /// Refuses.
    ///
    /// # Errors
    /// Always.
    pub fn attach(_: TcpStream, _: u64, _: &mut GuestMemory) -> Result<Self, AttachError> {
        Err(AttachError::Architecture)
    }

    /// Is never called.
    ///
    /// # Errors
    /// None.
    pub fn run(self, _: Debuggee<'_>) -> Result<Ended, RunError> {
        match self {}
    }
}

//! The system calls by which the stub turns a new process into a guest's.
//!
//! The script is written by the monitor before the process starts and is run once, before
//! any guest code. Its last step installs the filter after which only the stub's own
//! hand-over works.

use super::layout::{SCRIPT, SCRIPT_DATA};

/// Size of one step in the control area in bytes: number, six arguments, result.
pub(super) const STEP_SIZE: u64 = 64;

/// One system call of the script.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// What it is for, as an error says it.
    pub(super) purpose: &'static str,
    number: i64,
    arguments: [u64; 6],
}

/// The script as it is put together: steps, and the data that they point to.
#[derive(Debug)]
pub(super) struct Script {
    steps: Vec<Step>,
    data: Vec<u8>,
    control: u64,
}

impl Script {
    /// An empty script for a process whose control area is at `control`.
    pub(super) fn new(control: u64) -> Self {
        Self {
            steps: Vec::with_capacity(32),
            data: Vec::with_capacity(1024),
            control,
        }
    }

    /// Adds a system call; arguments that are not given are zero.
    pub(super) fn call(&mut self, purpose: &'static str, number: i64, given: &[u64]) {
        let mut arguments = [0; 6];
        arguments[..given.len()].copy_from_slice(given);
        self.steps.push(Step {
            purpose,
            number,
            arguments,
        });
    }

    /// Adds data and returns its address in the process, a multiple of eight.
    pub(super) fn data(&mut self, bytes: &[u8]) -> u64 {
        let offset = self.data.len() as u64;
        self.data.extend_from_slice(bytes);
        self.data.resize(self.data.len().next_multiple_of(8), 0);
        self.control + SCRIPT_DATA + offset
    }

    /// Adds the removal of whatever is mapped from `start` to `end`.
    pub(super) fn unmap(&mut self, start: u64, end: u64) {
        debug_assert!(start < end);
        self.call(
            "unmap what the kernel mapped",
            libc::SYS_munmap,
            &[start, end - start],
        );
    }

    /// The script's image in the control area: what to write where.
    pub(super) fn image(&self) -> [(u64, Vec<u8>); 2] {
        let mut words: Vec<u64> = Vec::with_capacity(self.steps.len() * 8 + 1);
        for step in &self.steps {
            words.push(step.number.cast_unsigned());
            words.extend_from_slice(&step.arguments);
            words.push(0);
        }
        words.push(u64::MAX);
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        assert!(
            SCRIPT + bytes.len() as u64 <= SCRIPT_DATA,
            "the script fits its room"
        );
        [(SCRIPT, bytes), (SCRIPT_DATA, self.data.clone())]
    }

    /// Offset in the control area of each step's result, with what the step is for.
    pub(super) fn results(&self) -> impl Iterator<Item = (u64, &'static str)> {
        (0..)
            .zip(&self.steps)
            .map(|(i, step)| (SCRIPT + i * STEP_SIZE + 56, step.purpose))
    }
}

//! An analogue input with no hardware behind it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use super::{Failure, Provider};

/// A simulated voltage in microvolts; clones are the same voltage.
#[derive(Clone, Debug, Default)]
pub struct Voltage(Arc<AtomicI32>);

impl Voltage {
    /// So many microvolts.
    pub fn new(microvolts: i32) -> Self {
        Self(Arc::new(microvolts.into()))
    }

    /// Changes it.
    pub fn set(&self, microvolts: i32) {
        self.0.store(microvolts, Ordering::Relaxed);
    }

    /// What it is.
    pub fn now(&self) -> i32 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Provider for Voltage {
    fn read(&mut self) -> Result<i64, Failure> {
        Ok(self.now().into())
    }

    /// At once.
    fn capture(&mut self, samples: &mut [i32]) -> Result<usize, Failure> {
        samples.fill(self.now());
        Ok(samples.len())
    }

    fn simulated(&self) -> Option<Self> {
        Some(self.clone())
    }
}

//! A channel with no hardware behind it.

use std::sync::{Arc, Mutex, PoisonError};

use super::{Failure, Output, Provider};

/// A simulated channel; clones are the same channel.
#[derive(Clone, Debug, Default)]
pub struct Channel(Arc<Mutex<Output>>);

impl Channel {
    /// What it puts out.
    pub fn output(&self) -> Output {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Output)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Provider for Channel {
    fn output(&mut self) -> Result<Output, Failure> {
        Ok(Self::output(self))
    }

    fn set_period(&mut self, period: u64) -> Result<(), Failure> {
        self.change(|output| output.period = period);
        Ok(())
    }

    fn set_duty(&mut self, duty: u64) -> Result<(), Failure> {
        self.change(|output| output.duty = duty);
        Ok(())
    }

    fn set_enabled(&mut self, enabled: bool) -> Result<(), Failure> {
        self.change(|output| output.enabled = enabled);
        Ok(())
    }

    fn simulated(&self) -> Option<Self> {
        Some(self.clone())
    }
}

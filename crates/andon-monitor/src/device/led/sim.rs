//! An LED with no hardware behind it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::{Failure, Provider};

/// A simulated LED; clones are the same LED.
#[derive(Clone, Debug, Default)]
pub struct Lamp(Arc<AtomicU32>);

impl Lamp {
    /// How bright it is.
    pub fn brightness(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Provider for Lamp {
    fn brightness(&mut self) -> Result<u32, Failure> {
        Ok(Self::brightness(self))
    }

    fn set_brightness(&mut self, brightness: u32) -> Result<(), Failure> {
        self.0.store(brightness, Ordering::Relaxed);
        Ok(())
    }

    /// It was off.
    fn restore(&mut self) -> Result<(), Failure> {
        self.set_brightness(0)
    }

    fn is_simulated(&self) -> bool {
        true
    }
}

//! A sensor with no hardware behind it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::{Failure, Provider};

/// A simulated sensor; clones are the same sensor.
#[derive(Clone, Debug, Default)]
pub struct Value(Arc<AtomicI64>);

impl Value {
    /// A sensor that measures this.
    pub fn new(value: i64) -> Self {
        Self(Arc::new(value.into()))
    }

    /// Has it measure something else from now on.
    pub fn set(&self, value: i64) {
        self.0.store(value, Ordering::Relaxed);
    }
}

impl Provider for Value {
    fn read(&mut self) -> Result<i64, Failure> {
        Ok(self.0.load(Ordering::Relaxed))
    }
}

//! Inputs that tasks wait for.

use embedded_hal_async::digital::Wait;

use super::lines::Lines;
use super::{BOTH, Error, Event, Input, InputGroup};
use crate::executor::until_ready;
use crate::time::Instant;

impl<const EDGES: u32> Input<EDGES> {
    /// The oldest change that was not taken yet; other tasks run until there is one.
    ///
    /// # Errors
    /// The monitor's status.
    pub async fn next_event(&mut self) -> Result<Event, Error> {
        const { assert!(EDGES != 0, "the type of the input names no edges") };
        next_event(&self.0).await
    }
}

impl<const N: usize, const EDGES: u32> InputGroup<N, EDGES> {
    /// The oldest change that was not taken yet; other tasks run until there is one.
    ///
    /// # Errors
    /// The monitor's status.
    pub async fn next_event(&mut self) -> Result<Event, Error> {
        const { assert!(EDGES != 0, "the type of the input names no edges") };
        next_event(&self.0).await
    }
}

/// High is active. Changes that were not taken before are passed over.
impl Wait for Input<BOTH> {
    async fn wait_for_high(&mut self) -> Result<(), Error> {
        self.wait_for_level(true).await
    }

    async fn wait_for_low(&mut self) -> Result<(), Error> {
        self.wait_for_level(false).await
    }

    async fn wait_for_rising_edge(&mut self) -> Result<(), Error> {
        self.wait_for_change(|event| event.active).await
    }

    async fn wait_for_falling_edge(&mut self) -> Result<(), Error> {
        self.wait_for_change(|event| !event.active).await
    }

    async fn wait_for_any_edge(&mut self) -> Result<(), Error> {
        self.wait_for_change(|_| true).await
    }
}

impl Input<BOTH> {
    async fn wait_for_level(&mut self, active: bool) -> Result<(), Error> {
        while self.is_active()? != active {
            next_event(&self.0).await?;
        }
        Ok(())
    }

    /// Waits for a change of this kind from now on.
    async fn wait_for_change(&mut self, is_meant: impl Fn(&Event) -> bool) -> Result<(), Error> {
        let asked = Instant::now();
        loop {
            let event = next_event(&self.0).await?;
            if event.age <= asked.elapsed() && is_meant(&event) {
                return Ok(());
            }
        }
    }
}

async fn next_event(lines: &Lines) -> Result<Event, Error> {
    until_ready(lines.handle(), || lines.event()).await
}

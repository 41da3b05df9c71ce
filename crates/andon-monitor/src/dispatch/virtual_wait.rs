//! Waiting by a clock that is the guest's own: it goes on to whatever comes next.

use std::io;
use std::time::Duration;

use super::{CallError, Services};
use crate::clock::{Agenda, VirtualClock};

/// A guest that waits longer than this, 292 years, waits until something is ready.
const FOR_EVER: Duration = Duration::from_nanos(u64::MAX / 2);

impl Services {
    /// Moves the guest's own clock on by what a request takes, so that a guest that asks a
    /// device again and again gets there, and has everything happen that is due.
    pub(super) fn begin_request(&mut self) {
        if let Some(clock) = self.time.own() {
            clock.look();
        }
        self.catch_up();
    }

    /// Has everything happen that is due by the guest's own clock.
    pub(super) fn catch_up(&mut self) {
        if let (Some(clock), Some(agenda)) = (self.time.own(), &mut self.agenda) {
            agenda.advance(clock.now());
        }
    }

    /// Goes on to this time; what happens meanwhile happens in its order.
    pub(super) fn pause_virtually(
        &mut self,
        clock: &VirtualClock,
        until: Duration,
        stop: &dyn Fn() -> bool,
    ) -> Result<(), CallError> {
        loop {
            self.catch_up();
            if clock.now() >= until {
                return Ok(());
            }
            let next = self.agenda.as_deref().and_then(Agenda::next);
            clock.go_on_to(next.map_or(until, |next| next.min(until)));
            if stop() {
                return Err(CallError::Stopped);
            }
        }
    }

    /// Waits until a device is ready or the time has passed; what happens meanwhile happens in
    /// its order.
    pub(super) fn wait_virtually(
        &mut self,
        clock: &VirtualClock,
        timeout: Duration,
        stop: &dyn Fn() -> bool,
    ) -> Result<io::Result<Option<u64>>, CallError> {
        let deadline = clock.now().saturating_add(timeout);
        loop {
            self.catch_up();
            let ready = self.readiness.wait(Duration::ZERO, stop);
            if !matches!(ready, Ok(Some(0))) || clock.now() >= deadline {
                return Ok(ready);
            }
            let next = self.agenda.as_deref().and_then(Agenda::next);
            match next.filter(|next| *next < deadline) {
                Some(next) => clock.go_on_to(next),
                None if timeout >= FOR_EVER => return Err(CallError::Idle),
                None => clock.go_on_to(deadline),
            }
            if stop() {
                return Ok(Ok(None));
            }
        }
    }
}

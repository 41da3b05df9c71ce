//! Waiting by a clock that is the guest's own: it goes on to whatever comes next.

use std::io;
use std::time::Duration;

use super::{CallError, Services};
use crate::clock::{Agenda, VirtualClock};

/// A guest that waits longer than this, 292 years, waits until something is ready.
const FOR_EVER: Duration = Duration::from_nanos(u64::MAX / 2);

impl Services {
    /// Has everything happen that is due before a call, and tells the time by the guest's own
    /// clock, where it has one.
    pub(super) fn begin_call(&mut self) -> Option<Duration> {
        self.catch_up();
        Some(self.time.own()?.now())
    }

    /// A call that took no time by itself takes a tick, so that a guest that asks again and
    /// again gets there.
    pub(super) fn end_call(&self, begun: Option<Duration>) {
        if let Some(clock) = self.time.own()
            && begun == Some(clock.now())
        {
            clock.look();
        }
    }

    /// Has everything happen that is due by the guest's own clock.
    fn catch_up(&mut self) {
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

    /// Waits until one of the devices in `handles` is ready or the time has passed; what happens meanwhile happens in
    /// its order.
    pub(super) fn wait_virtually(
        &mut self,
        clock: &VirtualClock,
        handles: u64,
        timeout: Duration,
        stop: &dyn Fn() -> bool,
    ) -> Result<io::Result<Option<u64>>, CallError> {
        let deadline = clock.now().saturating_add(timeout);
        loop {
            self.catch_up();
            let ready = self.readiness.wait(handles, Duration::ZERO, stop);
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

#[cfg(test)]
mod tests {
    use std::io;
    use std::time::Duration;

    use andon_abi::call;
    use andon_abi::solo5::Poll;

    use crate::clock::{TICK, Time, VirtualClock};
    use crate::device::Devices;
    use crate::dispatch::{Flow, Request, Services};
    use crate::memory::{Access, Gpa, GuestMemory, Region, RegionKind};

    const BLOCK: Gpa = Gpa(0x2000);

    /// What comes of a poll with this timeout, and the time after it.
    fn poll(timeout_nsecs: u64) -> (Flow, Duration) {
        let mut memory = GuestMemory::new(0x10000).unwrap();
        memory.add_region(Region {
            start: 0x2000,
            end: 0x3000,
            access: Access::READ_WRITE,
            kind: RegionKind::Heap,
        });
        let poll = Poll {
            timeout_nsecs,
            ready_set: 0,
            ret: 0,
            pad: 0,
        };
        memory.write(BLOCK, &poll.to_bytes()).unwrap();
        let clock = VirtualClock::default();
        let (console, devices) = (Box::new(io::sink()), Devices::default().into());
        let time = Time::Virtual(clock.clone());
        let mut services = Services::new(console, devices, None, time).unwrap();
        let request = Request {
            number: call::POLL,
            block: BLOCK,
            stop: &|| false,
        };
        let flow = services.call(&request, &mut memory).unwrap();
        (flow, clock.now())
    }

    #[test]
    fn a_wait_takes_what_is_waited_for() {
        let second = Duration::from_secs(1);
        assert_eq!(poll(1_000_000_000), (Flow::Continue, second));
    }

    #[test]
    fn a_call_that_takes_no_time_takes_a_tick() {
        assert_eq!(poll(0), (Flow::Continue, TICK));
    }

    #[test]
    fn a_wait_for_what_cannot_come_is_told() {
        assert_eq!(poll(u64::MAX).0, Flow::Idle);
    }
}

//! A chip select with no hardware behind it, and the part that it selects.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::{Mode, Provider, Settings, Step};
use crate::clock::Time;
use crate::device::Failure;

/// Clock in hertz where neither the operator nor the guest says one.
const CLOCK: u32 = 1_000_000;

/// How bytes go over the bus, the most significant bit of each first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Burst {
    /// When the first bit begins, since the guest's start.
    pub start: Duration,
    /// Bits in a second.
    pub clock: u32,
    /// Polarity and phase.
    pub mode: Mode,
}

impl Burst {
    /// How long so many bits take.
    pub fn time(&self, bits: usize) -> Duration {
        let nanoseconds = bits as u128 * 1_000_000_000 / u128::from(self.clock.max(1));
        Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
    }
}

/// A part that is selected. Times are of the guest's clock, since its start.
pub trait Part: Send {
    /// The guest selects it.
    fn select(&mut self, now: Duration) {
        let _ = now;
    }

    /// Bytes go to the part, and as many come back.
    fn exchange(&mut self, sent: &[u8], received: &mut [u8], burst: Burst);

    /// The guest does not select it any more.
    fn deselect(&mut self, now: Duration) {
        let _ = now;
    }

    /// Whether nothing of it happens in time, so that no guest waits for its bits by the host's
    /// clock.
    fn is_timeless(&self) -> bool {
        false
    }
}

/// A wire from the bus's output to its input.
pub struct Loopback;

impl Part for Loopback {
    fn exchange(&mut self, sent: &[u8], received: &mut [u8], _: Burst) {
        received.copy_from_slice(sent);
    }

    fn is_timeless(&self) -> bool {
        true
    }
}

/// A simulated chip select; clones are the same.
#[derive(Clone)]
pub struct Slot(Arc<Mutex<Box<dyn Part>>>);

impl Default for Slot {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Box::new(Loopback))))
    }
}

impl Slot {
    /// Puts a part there, in place of the one that is.
    pub fn attach(&self, part: Box<dyn Part>) {
        *self.lock() = part;
    }

    /// A panic elsewhere does not stop the part.
    fn lock(&self) -> MutexGuard<'_, Box<dyn Part>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").finish_non_exhaustive()
    }
}

/// Provider of a simulated chip select. A transfer takes as long as its bits and delays do. By
/// the host's clock the guest does not wait for what is shorter than [`UNSEEN`]: the bus is ahead
/// by so much then, and one transfer still follows another.
#[derive(Debug)]
pub struct Sim {
    slot: Slot,
    settings: Settings,
    time: Time,
    /// When the last transfer is over.
    free: Duration,
}

/// A pause that the host's clock is not worth.
const UNSEEN: Duration = Duration::from_millis(1);

/// The longest that a guest waits by the host's clock, whatever the transfer: the monitor is not
/// to be held up without a bound.
const LONGEST: Duration = Duration::from_secs(1);

impl Sim {
    /// What is selected, and how bits go there.
    pub fn new(slot: Slot, settings: Settings) -> Self {
        let settings = Settings {
            speed: settings.speed.or(Some(CLOCK)),
            ..settings
        };
        let time = Time::default();
        Self {
            slot,
            settings,
            time,
            free: Duration::ZERO,
        }
    }

    /// Clock in hertz.
    pub fn clock(&self) -> u32 {
        self.settings.speed.unwrap_or(CLOCK)
    }

    /// Bits that go over the bus in a step.
    fn bits(&self, step: &Step<'_>) -> usize {
        let bits = self.settings.bits;
        step.length() / bits.bytes() * usize::from(bits.number())
    }

    /// Performs one step at a time, and tells when it is over.
    fn perform(&self, part: &mut dyn Part, step: &mut Step<'_>, start: Duration) -> Duration {
        let burst = Burst {
            start,
            clock: self.clock(),
            mode: self.settings.mode,
        };
        let over = start + burst.time(self.bits(step));
        match step {
            Step::Write(bytes) => self.exchange(part, bytes, &mut vec![0; bytes.len()], burst),
            Step::Read(room) => self.exchange(part, &vec![0; room.len()], room, burst),
            Step::InPlace(bytes) => {
                let sent = bytes.to_vec();
                self.exchange(part, &sent, bytes, burst);
            }
            Step::Exchange(bytes, room) => self.exchange(part, bytes, room, burst),
            Step::Delay(time) => return start + *time,
        }
        over
    }

    /// Has the guest wait until a transfer with so much delay is over.
    fn wait(&self, delay: Duration) {
        let ahead = self.free.saturating_sub(self.time.now());
        if ahead >= UNSEEN || delay > Duration::ZERO {
            thread::sleep(ahead.min(LONGEST));
        }
    }

    /// The first bit on the bus is the most significant one for a part.
    fn exchange(&self, part: &mut dyn Part, sent: &[u8], received: &mut [u8], burst: Burst) {
        if !self.settings.lsb_first {
            return part.exchange(sent, received, burst);
        }
        let sent: Vec<u8> = sent.iter().map(|byte| byte.reverse_bits()).collect();
        part.exchange(&sent, received, burst);
        for byte in received {
            *byte = byte.reverse_bits();
        }
    }
}

/// `3000000 Hz, mode 0, 8 bits`.
impl fmt::Display for Sim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.settings.fmt(f)
    }
}

impl Provider for Sim {
    fn transfer(&mut self, steps: &mut [Step<'_>]) -> Result<(), Failure> {
        let mut part = self.slot.lock();
        let mut now = self.time.now().max(self.free);
        part.select(now);
        for step in &mut *steps {
            now = self.perform(&mut **part, step, now);
        }
        part.deselect(now);
        let is_timeless = part.is_timeless();
        drop(part);
        let delay = steps.iter().map(Step::delay).sum();
        match self.time.own() {
            Some(clock) => clock.go_on_to(now),
            None if is_timeless => thread::sleep(delay),
            None => {
                self.free = now;
                self.wait(delay);
            }
        }
        Ok(())
    }

    fn begin(&mut self, time: &Time) {
        self.time = time.clone();
    }

    fn simulated(&self) -> Option<(Slot, Settings)> {
        Some((self.slot.clone(), self.settings))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};
    use std::time::Duration;

    use super::{Burst, Part, Provider, Settings, Sim, Slot, Step, Time};
    use crate::clock::VirtualClock;

    fn provider(slot: Slot) -> Sim {
        Sim::new(slot, Settings::DEFAULT)
    }

    #[test]
    fn a_loop_brings_back_what_is_sent() {
        let (mut room, mut bytes, mut zeros) = ([0; 2], [3, 4], [9]);
        let mut steps = [
            Step::Exchange(&[1, 2], &mut room),
            Step::InPlace(&mut bytes),
            Step::Read(&mut zeros),
        ];
        let done = provider(Slot::default()).transfer(&mut steps);
        assert_eq!((done, room, bytes, zeros), (Ok(()), [1, 2], [3, 4], [0]));
    }

    /// Tells what it sees.
    struct Witness(Sender<Option<Vec<u8>>>);

    impl Part for Witness {
        fn select(&mut self, _: Duration) {
            self.0.send(None).unwrap();
        }
        fn exchange(&mut self, sent: &[u8], received: &mut [u8], _: Burst) {
            self.0.send(Some(sent.to_vec())).unwrap();
            received.fill(0xff);
        }
        fn deselect(&mut self, _: Duration) {
            self.0.send(None).unwrap();
        }
    }

    #[test]
    fn a_part_is_selected_once_for_all_steps() {
        let (sender, seen) = channel();
        let slot = Slot::default();
        slot.attach(Box::new(Witness(sender)));
        let mut room = [0; 2];
        let mut steps = [
            Step::Write(&[7]),
            Step::Delay(Duration::from_nanos(1)),
            Step::Read(&mut room),
        ];
        assert_eq!(provider(slot).transfer(&mut steps), Ok(()));
        let expected = [None, Some(vec![7]), Some(vec![0, 0]), None];
        assert_eq!(seen.try_iter().collect::<Vec<_>>(), expected);
        assert_eq!(room, [0xff, 0xff]);
    }

    #[test]
    fn bits_and_delays_take_their_time_by_the_guest_s_own_clock() {
        let clock = VirtualClock::default();
        let settings = Settings {
            speed: Some(500_000),
            ..Settings::DEFAULT
        };
        let mut provider = Sim::new(Slot::default(), settings);
        provider.begin(&Time::Virtual(clock.clone()));
        let mut steps = [
            Step::Write(&[0; 2]),
            Step::Delay(Duration::from_micros(100)),
        ];
        assert_eq!(provider.transfer(&mut steps), Ok(()));
        assert_eq!(clock.now(), Duration::from_micros(132));
    }

    #[test]
    fn a_part_gets_the_first_bit_as_the_most_significant_one() {
        let (sender, seen) = channel();
        let slot = Slot::default();
        slot.attach(Box::new(Witness(sender)));
        let settings = Settings {
            lsb_first: true,
            ..Settings::DEFAULT
        };
        let mut provider = Sim::new(slot, settings);
        assert_eq!(provider.transfer(&mut [Step::Write(&[1])]), Ok(()));
        let sent: Vec<_> = seen.try_iter().flatten().collect();
        assert_eq!(sent, [[0x80]]);
    }

    /// When each burst begins.
    struct Starts(Sender<Duration>);

    impl Part for Starts {
        fn exchange(&mut self, _: &[u8], _: &mut [u8], burst: Burst) {
            self.0.send(burst.start).unwrap();
        }
    }

    #[test]
    fn a_transfer_begins_after_the_one_before_by_the_host_s_clock_too() {
        let (sender, starts) = channel();
        let slot = Slot::default();
        slot.attach(Box::new(Starts(sender)));
        // Its time is that of a guest that has not begun: it stands.
        let mut provider = provider(slot);
        for _ in 0..2 {
            assert_eq!(provider.transfer(&mut [Step::Write(&[0; 4])]), Ok(()));
        }
        let starts: Vec<_> = starts.try_iter().collect();
        assert_eq!(starts, [Duration::ZERO, Duration::from_micros(32)]);
    }
}

//! The parts of a plan, made and wired to a guest's open devices.

mod connected;
mod error;
mod placed;
mod seated;

pub use error::BoardError;

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::part::Reading;
use super::plan::{Link, Plan};
use super::stimuli::{Stimuli, Stimulus};
use crate::clock::{Agenda, Time};
use crate::device::{Devices, Observer, Operation, Record, Simulated, pwm};
use placed::Placed;

/// Longest time in which the clock is not looked at: a guest that has not started has none.
const LONGEST_WAIT: Duration = Duration::from_millis(100);

/// How often parts on a curve are looked at while it changes.
const CURVE_STEP: Duration = Duration::from_millis(10);

/// A board in use; clones are the same board.
#[derive(Clone)]
pub struct Board(Arc<Shared>);

struct Shared {
    world: Mutex<World>,
    /// Something was done to the parts, or the board has ended.
    news: Condvar,
}

/// What a part shows.
#[derive(Clone, Debug, PartialEq)]
pub struct PartState {
    /// Name of the part.
    pub name: String,
    /// Name of its kind.
    pub kind: &'static str,
    /// What it shows.
    pub readings: Vec<Reading>,
    /// Value of each input of the kind.
    pub inputs: Vec<f64>,
}

/// What every part shows at a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Time since the guest's start.
    pub time: Duration,
    /// The parts, in the order of the plan.
    pub parts: Vec<PartState>,
}

/// Parts in use and what is still to be done to them.
struct World {
    parts: Vec<Placed>,
    /// Inputs that are on pins of other parts.
    links: Vec<Link>,
    stimuli: std::vec::IntoIter<Stimulus>,
    /// When what the parts show is still to be kept, in order.
    sample_times: std::vec::IntoIter<Duration>,
    samples: Vec<Sample>,
    /// What time the parts were last told.
    now: Duration,
    ended: bool,
}

impl Board {
    /// Makes the parts of a plan and wires them to the devices, none of which the guest has
    /// used yet. A bus with parts has no others: what is not there does not acknowledge. The
    /// parts live by the guest's clock.
    ///
    /// # Errors
    /// Where a device is not simulated, not there, goes the other way or has no such line or
    /// address.
    pub fn new(
        plan: &Plan,
        stimuli: Stimuli,
        devices: &Devices,
        time: &Time,
    ) -> Result<Self, BoardError> {
        for seat in plan.parts.iter().filter_map(|part| part.seat.as_ref()) {
            if let Some(Simulated::I2c { bus, .. }) = devices.simulated(&seat.device) {
                bus.clear();
            }
        }
        let parts = plan.parts.iter();
        let parts = parts.map(|part| Placed::new(part, devices, time));
        let mut world = World {
            parts: parts.collect::<Result<_, _>>()?,
            links: plan.links().map_err(|error| BoardError {
                line: error.line,
                problem: error.problem,
            })?,
            stimuli: stimuli.0.into_iter(),
            sample_times: Vec::new().into_iter(),
            samples: Vec::new(),
            now: Duration::ZERO,
            ended: false,
        };
        world.advance(Duration::ZERO);
        Ok(Self(Arc::new(Shared {
            world: Mutex::new(world),
            news: Condvar::new(),
        })))
    }

    /// What is to be told of the guest's operations.
    pub fn observer(&self) -> Box<dyn Observer> {
        Box::new(self.clone())
    }

    /// Sets an input of a part from outside. Both are indexes of the plan that the board was
    /// made of; the value is in the input's range.
    pub fn set(&self, part: usize, input: usize, value: f64) {
        let mut world = self.lock();
        let now = world.now;
        if part < world.parts.len() {
            world.set(part, input, value, now);
        }
        self.0.news.notify_all();
    }

    /// What every part shows, in the order of the plan.
    pub fn states(&self) -> Vec<PartState> {
        self.lock().states()
    }

    /// Has what every part shows be kept at these times, before whatever the guest does then.
    pub fn sample_at(&self, mut times: Vec<Duration>) {
        times.sort();
        times.dedup();
        self.lock().sample_times = times.into_iter();
        self.0.news.notify_all();
    }

    /// What was kept so far, in the order of the times.
    pub fn samples(&self) -> Vec<Sample> {
        self.lock().samples.clone()
    }

    /// Has everything happen at its time until [`Self::stop`].
    pub(super) fn play(&self, time: &Time) {
        let mut world = self.lock();
        while !world.ended {
            let now = time.now();
            world.advance(now);
            let next = world
                .next()
                .map_or(LONGEST_WAIT, |next| next.saturating_sub(now));
            let waited = self.0.news.wait_timeout(world, next.min(LONGEST_WAIT));
            world = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// The guest drives the lines in `mask` of a device.
    fn driven(&self, record: &Record<'_>, mask: u64) {
        let mut world = self.lock();
        world.advance(record.time);
        for part in &world.parts {
            part.driven(record.device, mask, record.time);
        }
        self.0.news.notify_all();
    }

    /// Ends [`Self::play`].
    pub(super) fn stop(&self) {
        self.lock().ended = true;
        self.0.news.notify_all();
    }

    /// A panic elsewhere does not stop the board.
    fn lock(&self) -> MutexGuard<'_, World> {
        self.0.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Agenda for Board {
    fn next(&self) -> Option<Duration> {
        self.lock().next()
    }

    fn advance(&mut self, now: Duration) {
        self.lock().advance(now);
    }
}

impl Observer for Board {
    fn operation(&mut self, record: &Record<'_>) {
        match record.operation {
            Operation::Gpio(operation) => {
                if let Some((mask, _)) = operation.driven(record.result) {
                    self.driven(record, mask);
                }
            }
            Operation::Pwm(pwm::Operation::Set(_)) => self.driven(record, u64::MAX),
            Operation::I2c(_) | Operation::Spi(_) => {
                let world = self.lock();
                for part in &world.parts {
                    part.used(record.device);
                }
                self.0.news.notify_all();
            }
            _ => {}
        }
    }
}

impl World {
    fn states(&self) -> Vec<PartState> {
        self.parts.iter().map(Placed::state).collect()
    }

    fn next(&self) -> Option<Duration> {
        let stimulus = self.stimuli.as_slice().first().map(|next| next.time);
        let curve = self.parts.iter().any(|part| part.is_on_curve(self.now));
        let curve = curve.then(|| self.now + CURVE_STEP);
        let parts = self.parts.iter().filter_map(Placed::next);
        let sample = self.sample_times.as_slice().first().copied();
        parts.chain(stimulus).chain(curve).chain(sample).min()
    }

    /// The world outside sets an input, which is on no pin from then on.
    fn set(&mut self, part: usize, input: usize, value: f64, now: Duration) {
        self.links
            .retain(|link| (link.to, link.input) != (part, input));
        self.parts[part].set(input, value, now);
        self.carry(now);
    }

    /// Puts voltages from pins on the inputs that are on them.
    fn carry(&mut self, now: Duration) {
        for link in &self.links {
            let volts = self.parts[link.from].voltage(link.pin);
            self.parts[link.to].feed(link.input, volts, now);
        }
    }

    /// Has everything happen up to `now`, each thing at its time.
    fn advance(&mut self, now: Duration) {
        while let Some(next) = self.next().filter(|next| *next <= now) {
            self.step(next);
        }
        self.step(now);
    }

    fn step(&mut self, now: Duration) {
        self.now = self.now.max(now);
        for part in &mut self.parts {
            part.advance(now);
        }
        while let Some(stimulus) = self.stimuli.as_slice().first().filter(|it| it.time <= now) {
            let Stimulus {
                part, input, value, ..
            } = *stimulus;
            self.stimuli.next();
            self.set(part, input, value, now);
        }
        self.carry(now);
        while let Some(time) = self.sample_times.as_slice().first().copied() {
            if time > now {
                break;
            }
            self.sample_times.next();
            let parts = self.states();
            self.samples.push(Sample { time, parts });
        }
    }
}

#[cfg(test)]
mod tests;

//! Serves a ring where the guest kicks it, and by a thread while the guest does not rest.
//!
//! A kick costs the guest an exit, in which its ring is served at once; no thread has to
//! wake up for it. A guest that kicks again and again without ever waiting moves frames in
//! bulk: then a thread takes the ring over and looks for what is submitted, and the guest
//! need not come out at all, until it rests.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering, fence};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};

use super::Ring;
use crate::vcpu::{Fault, Interrupter};

/// Kicks without a rest after which the thread takes over.
const RUSH: u32 = 64;

/// How long the thread looks in vain before the guest is to kick again.
const LOOK: Duration = Duration::from_micros(50);

/// A glance at the ring takes longer than this only where the thread lost its CPU. Then
/// the guest, which spins for its answers, is better off with kicks.
const LOST: Duration = Duration::from_micros(200);

/// How long the thread does not take over after it lost its CPU.
const PENALTY: Duration = Duration::from_millis(200);

/// Looks between two glances at the clock.
const LOOKS: u32 = 64;

/// Time between two interruptions of a vCPU that has not noticed the first.
const AGAIN: Duration = Duration::from_millis(2);

/// A ring and who serves it. What is submitted is done when this is dropped.
pub struct Server {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    kicks: u32,
}

/// What the guest did while the thread served it; to be asked from anywhere.
#[derive(Clone, Debug, Default)]
pub struct Misdeed(Arc<Mutex<Option<Fault>>>);

impl Misdeed {
    /// What the guest did, where it broke the contract.
    pub fn fault(&self) -> Option<Fault> {
        self.lock().clone()
    }

    /// A panic elsewhere does not make the fault unusable.
    fn lock(&self) -> MutexGuard<'_, Option<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Shared {
    ring: Mutex<Ring>,
    /// An eventfd: readable when the thread is to take over, or to end.
    rush: OwnedFd,
    is_over: AtomicBool,
    misdeed: Misdeed,
}

impl Server {
    /// Starts to serve. A guest that breaks the contract while the thread serves it is
    /// interrupted.
    ///
    /// # Errors
    /// Where the host has no descriptor or thread left.
    pub fn start(ring: Ring, interrupter: Arc<dyn Interrupter>) -> io::Result<Self> {
        let cpus = std::thread::available_parallelism().map_or(1, usize::from);
        // On the only CPU the thread would look while the guest waits for that CPU.
        Self::with_thread(cpus > 1, ring, interrupter)
    }

    fn with_thread(
        has_thread: bool,
        mut ring: Ring,
        interrupter: Arc<dyn Interrupter>,
    ) -> io::Result<Self> {
        // In memory that was just made for it.
        let wanted = ring.want_kick(true);
        debug_assert!(wanted.is_ok());
        let shared = Arc::new(Shared {
            ring: Mutex::new(ring),
            rush: eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?,
            is_over: AtomicBool::new(false),
            misdeed: Misdeed::default(),
        });
        let thread = has_thread.then(|| Shared::start(&shared, interrupter));
        Ok(Self {
            shared,
            thread: thread.transpose()?,
            kicks: 0,
        })
    }

    /// Serves the guest, which has kicked.
    ///
    /// # Errors
    /// Where the guest broke the contract.
    pub fn kick(&mut self) -> Result<(), Fault> {
        self.shared.lock().serve()?;
        self.kicks += 1;
        if self.kicks >= RUSH && self.thread.is_some() {
            self.kicks = 0;
            self.shared.wake();
        }
        Ok(())
    }

    /// Says that the guest has waited.
    pub fn rest(&mut self) {
        self.kicks = 0;
    }

    /// What the guest did while the thread served it.
    pub fn misdeed(&self) -> Misdeed {
        self.shared.misdeed.clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Release);
        self.shared.wake();
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            debug_assert!(ended.is_ok());
        }
        // What the guest submitted just before its end; it cannot be ended for it any more.
        let _ = self.shared.lock().serve();
    }
}

impl Shared {
    fn start(self: &Arc<Self>, interrupter: Arc<dyn Interrupter>) -> io::Result<JoinHandle<()>> {
        let shared = Arc::clone(self);
        std::thread::Builder::new()
            .name("andon-ring".into())
            .stack_size(64 * 1024)
            .spawn(move || shared.run(&*interrupter))
    }

    fn run(&self, interrupter: &dyn Interrupter) {
        while !self.is_over() {
            self.wait(None);
            match self.attend() {
                Ok(Pause::None) => {}
                Ok(Pause::Penalty) => self.pay(),
                Err(fault) => {
                    *self.misdeed.lock() = Some(fault);
                    while !self.is_over() {
                        interrupter.interrupt();
                        self.wait(Some(AGAIN));
                    }
                }
            }
        }
    }

    /// Serves the guest without kicks until it rests.
    fn attend(&self) -> Result<Pause, Fault> {
        let mut ring = self.lock();
        loop {
            ring.want_kick(false)?;
            let pause = self.watch(&mut ring)?;
            ring.want_kick(true)?;
            // The wish is to be seen before the counter is read; the guest does it the
            // other way round.
            fence(Ordering::SeqCst);
            if !ring.is_pending()? {
                return Ok(pause);
            }
            ring.serve()?;
        }
    }

    /// Serves what comes within a short time after what came before.
    fn watch(&self, ring: &mut Ring) -> Result<Pause, Fault> {
        let mut before = Instant::now();
        let mut last = before;
        while !self.is_over() && last.duration_since(before) < LOOK {
            for _ in 0..LOOKS {
                if ring.is_pending()? {
                    ring.serve()?;
                    before = last;
                }
                std::hint::spin_loop();
            }
            let now = Instant::now();
            if now.duration_since(last) > LOST {
                return Ok(Pause::Penalty);
            }
            last = now;
        }
        Ok(Pause::None)
    }

    /// Lets the guest kick for a while.
    fn pay(&self) {
        let until = Instant::now() + PENALTY;
        while !self.is_over() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            self.wait(Some(left));
        }
    }

    /// Waits until the thread is wanted, or for a time.
    fn wait(&self, time: Option<Duration>) {
        if self.is_over() {
            return;
        }
        let mut file = [PollFd::from_borrowed_fd(self.rush.as_fd(), PollFlags::IN)];
        let time = time.and_then(|time| Timespec::try_from(time).ok());
        // Where it fails, a signal came, and the caller looks again.
        let _ = poll(&mut file, time.as_ref());
        // Nobody else reads it; where it says nothing, the time is over.
        let _ = rustix::io::read(&self.rush, &mut [0; 8]);
    }

    fn wake(&self) {
        // An eventfd takes another one unless it holds 2^64 - 2 already.
        let written = rustix::io::write(&self.rush, &1u64.to_le_bytes());
        debug_assert!(written.is_ok());
    }

    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Acquire)
    }

    /// The ring, for this thread alone. A panic elsewhere does not make it unusable: its
    /// own counters are right between two entries.
    fn lock(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What follows after the thread has served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pause {
    /// Nothing.
    None,
    /// It lost its CPU, and does not take over for a while.
    Penalty,
}

#[cfg(test)]
mod tests;

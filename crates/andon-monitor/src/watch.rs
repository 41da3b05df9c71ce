//! Ends a guest that does not end by itself: deadline, signals, a process that is gone.
//!
//! A thread waits for any of them and then interrupts the vCPU until the vCPU's thread has
//! noticed, because a single interruption may come just before the guest is entered.
#![expect(unsafe_code, reason = "signal masks and signalfd have no safe wrapper")]

use std::cell::RefCell;
use std::io;
use std::os::fd::{AsFd, FromRawFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};

use crate::backend::interrupt::Alarm;
use crate::vcpu::Interrupter;

/// Why a guest is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Its deadline passed.
    Deadline,
    /// The monitor got this signal.
    Signal(i32),
    /// It waits for something that cannot come, by a clock of its own.
    Idle,
    /// Its debugger killed it, or is gone without letting it go on.
    Debugger,
}

/// What a guest may be stopped by.
#[derive(Debug, Default)]
pub struct Limits {
    /// Longest time that the guest may run.
    pub deadline: Option<Duration>,
    /// Signals to the monitor that stop the guest.
    pub signals: Option<StopSignals>,
}

/// Signals that are kept from ending the monitor, so that it can end the guest in order.
#[derive(Debug)]
pub struct StopSignals {
    file: OwnedFd,
}

impl StopSignals {
    /// Takes these signals in the calling thread and every thread that it starts later; so
    /// it is called before there are others.
    ///
    /// # Errors
    /// Where the kernel refuses a descriptor.
    pub fn take(signals: &[i32]) -> io::Result<Self> {
        let mut set = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
        // SAFETY: sigemptyset initialises the set.
        unsafe { libc::sigemptyset(set.as_mut_ptr()) };
        // SAFETY: it was just initialised.
        let mut set = unsafe { set.assume_init() };
        for signal in signals {
            // SAFETY: the set is initialised; a number that is no signal is refused.
            unsafe { libc::sigaddset(&raw mut set, *signal) };
        }
        // SAFETY: the set is initialised, the old mask is not asked for.
        unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, &raw const set, std::ptr::null_mut()) };
        // SAFETY: the set is initialised.
        let file = unsafe { libc::signalfd(-1, &raw const set, libc::SFD_CLOEXEC) };
        if file < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the descriptor is new and nobody else's.
        let file = unsafe { OwnedFd::from_raw_fd(file) };
        Ok(Self { file })
    }

    fn read(&self) -> io::Result<i32> {
        let mut record = [0; size_of::<libc::signalfd_siginfo>()];
        rustix::io::read(&self.file, &mut record)?;
        // ssi_signo is the first field.
        let [a, b, c, d, ..] = record;
        Ok(i32::from_le_bytes([a, b, c, d]))
    }
}

/// The cause that was found, as one word: 0 none, -1 deadline, -2 debugger, -4 idle, [`GONE`]
/// that what runs the guest is gone, else a signal.
#[derive(Debug, Default)]
struct Cause(AtomicI32);

/// See [`Cause`].
const GONE: i32 = -3;

impl Cause {
    fn set_gone(&self) {
        self.0.store(GONE, Ordering::Release);
    }

    fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire) != 0
    }

    fn set(&self, stop: Stop) {
        let word = match stop {
            Stop::Deadline => -1,
            Stop::Signal(signal) => signal,
            Stop::Debugger => -2,
            Stop::Idle => -4,
        };
        self.0.store(word, Ordering::Release);
    }

    fn get(&self) -> Option<Stop> {
        match self.0.load(Ordering::Acquire) {
            0 | GONE => None,
            -1 => Some(Stop::Deadline),
            -2 => Some(Stop::Debugger),
            -4 => Some(Stop::Idle),
            signal => Some(Stop::Signal(signal)),
        }
    }
}

/// Watches over one guest, from the thread that runs it.
///
/// The thread is not made at once: to make it and to end it costs as much as a short guest
/// takes. Until then an alarm keeps the caller from waiting for its guest without asking
/// [`Self::stop`] again.
pub struct Watch {
    cause: Arc<Cause>,
    state: RefCell<State>,
}

/// How the watch is kept.
enum State {
    /// By the alarm, until the guest has run for a while.
    Alarm(Box<Watcher>, Alarm),
    /// By the thread, which ends when the descriptor is written to.
    Thread(Arc<OwnedFd>),
    /// Not at all: the thread could not be made, for this error of the system's.
    Failed(Option<i32>),
}

/// How long the alarm does.
const SHORT: Duration = Duration::from_millis(2);

/// Time between two interruptions of a vCPU that has not noticed the first.
const AGAIN: Duration = Duration::from_millis(2);

/// What the thread needs.
struct Watcher {
    limits: Limits,
    started: Instant,
    lifeline: Option<OwnedFd>,
    interrupter: Arc<dyn Interrupter>,
    cause: Arc<Cause>,
    done: Arc<OwnedFd>,
}

impl Watch {
    /// Starts watching. `lifeline` becomes readable when what runs the guest is gone.
    ///
    /// # Errors
    /// Where the host has no descriptor or timer left.
    pub fn start(
        limits: Limits,
        lifeline: Option<OwnedFd>,
        interrupter: Arc<dyn Interrupter>,
    ) -> io::Result<Self> {
        let cause = Arc::new(Cause::default());
        let watcher = Watcher {
            limits,
            started: Instant::now(),
            lifeline,
            interrupter,
            cause: Arc::clone(&cause),
            done: Arc::new(eventfd(0, EventfdFlags::CLOEXEC)?),
        };
        let alarm = Alarm::every(SHORT)?;
        let state = RefCell::new(State::Alarm(Box::new(watcher), alarm));
        Ok(Self { cause, state })
    }

    /// Whether nothing may wait on the guest's behalf any more: it is to end, or what runs
    /// it is gone.
    pub fn is_over(&self) -> bool {
        !matches!(self.stop(), Ok(None)) || self.cause.is_set()
    }

    /// Why the guest is to end, once there is a reason.
    ///
    /// # Errors
    /// Where the guest has run for a while and the host has no thread left to watch it.
    pub fn stop(&self) -> io::Result<Option<Stop>> {
        let mut state = self.state.borrow_mut();
        let is_due =
            matches!(&*state, State::Alarm(watcher, _) if watcher.started.elapsed() >= SHORT);
        if is_due {
            state.make_thread();
        }
        match *state {
            State::Failed(error) => Err(error.map_or_else(
                || io::ErrorKind::OutOfMemory.into(),
                io::Error::from_raw_os_error,
            )),
            _ => Ok(self.cause.get()),
        }
    }
}

impl State {
    fn make_thread(&mut self) {
        let State::Alarm(watcher, _alarm) = std::mem::replace(self, Self::Failed(None)) else {
            return;
        };
        let done = Arc::clone(&watcher.done);
        let thread = std::thread::Builder::new()
            .name("andon-watch".into())
            .stack_size(64 * 1024)
            .spawn(move || watcher.run());
        *self = match thread {
            Ok(_) => Self::Thread(done),
            Err(error) => Self::Failed(error.raw_os_error()),
        };
    }
}

impl Drop for Watch {
    /// Tells the thread to end. It is not waited for: it touches nothing but what it owns.
    fn drop(&mut self) {
        if let State::Thread(done) = self.state.get_mut() {
            // An eventfd takes a first write always.
            let written = rustix::io::write(&**done, &1u64.to_le_bytes());
            debug_assert!(written.is_ok());
        }
    }
}

impl Watcher {
    fn run(&self) {
        if !self.wait() {
            return;
        }
        self.interrupter.interrupt();
        while !self.is_done(AGAIN) {
            self.interrupter.interrupt();
        }
    }

    /// Waits for a reason to interrupt; false where the watch is over.
    fn wait(&self) -> bool {
        let mut files = vec![PollFd::new(&*self.done, PollFlags::IN)];
        let signals = self
            .limits
            .signals
            .as_ref()
            .map(|signals| signals.file.as_fd());
        let lifeline = self.lifeline.as_ref().map(AsFd::as_fd);
        let watched: Vec<_> = signals.into_iter().chain(lifeline).collect();
        files.extend(
            watched
                .iter()
                .map(|file| PollFd::from_borrowed_fd(*file, PollFlags::IN)),
        );
        let ready = loop {
            match poll(&mut files, self.left().as_ref()) {
                Err(rustix::io::Errno::INTR) => {}
                result => break result.unwrap_or(0),
            }
        };
        if !files[0].revents().is_empty() {
            return false;
        }
        let signalled = signals.is_some() && !files[1].revents().is_empty();
        match &self.limits.signals {
            Some(signals) if signalled => {
                self.cause
                    .set(Stop::Signal(signals.read().unwrap_or(libc::SIGTERM)));
            }
            _ if ready == 0 => self.cause.set(Stop::Deadline),
            _ => self.cause.set_gone(),
        }
        true
    }

    /// Time left until the deadline.
    fn left(&self) -> Option<Timespec> {
        let deadline = self.limits.deadline?;
        let left = deadline.saturating_sub(self.started.elapsed());
        Timespec::try_from(left).ok()
    }

    fn is_done(&self, within: Duration) -> bool {
        let mut file = [PollFd::new(&*self.done, PollFlags::IN)];
        let within = Timespec::try_from(within).ok();
        poll(&mut file, within.as_ref()).is_ok_and(|ready| ready > 0)
    }
}

/// The signals by which a user or a service manager ends a program.
pub const USUAL_SIGNALS: [i32; 2] = [libc::SIGINT, libc::SIGTERM];

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use rustix::pipe::pipe;

    use super::{Limits, Watch};
    use crate::vcpu::Interrupter;

    /// Interrupts nobody.
    struct Mute;

    impl Interrupter for Mute {
        fn interrupt(&self) {}
    }

    #[test]
    fn a_guest_whose_process_is_gone_is_waited_for_no_longer() {
        let (lifeline, process) = pipe().unwrap();
        let watch = Watch::start(Limits::default(), Some(lifeline), Arc::new(Mute)).unwrap();
        assert!(!watch.is_over());
        drop(process);
        let limit = Instant::now() + Duration::from_secs(10);
        while !watch.is_over() && Instant::now() < limit {
            std::thread::yield_now();
        }
        assert!(watch.is_over());
        assert_eq!(watch.stop().unwrap(), None);
    }
}

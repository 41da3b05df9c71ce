//! How a trap reaches the monitor and how the guest is let go on.
//!
//! Two ways exist. A seccomp user notification (Linux 5.0) is the ordinary one: the stub's
//! system call blocks until the monitor answers, and from Linux 6.6 on the kernel switches
//! between the two synchronously. Where it is not to be had (a container that listens
//! already), the stub and the monitor pass a turn through a futex; both then share one
//! CPU, because waking across CPUs is dear.
//!
//! Hypercalls also come by the hypercall page, where notifications do: with a notification
//! each, or, while the monitor looks for them, without any system call.
#![expect(unsafe_code, reason = "the notification ioctls have no safe wrapper")]

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::atomic::Ordering;

use super::control::Control;
use super::layout::{
    FRAME, REPLY, RESUME_LOAD_THREAD_BASE, THREAD_BASE_SEEN, THREAD_BASE_WANTED, TURN_GUEST,
};
use super::page::{self, Seen};
use super::polling::Polling;

/// How traps are handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handover {
    /// Seccomp user notification.
    Notification,
    /// A futex in shared memory, guest and monitor on one CPU.
    Futex,
}

/// What waits for its answer, as the stub claims it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Claim {
    /// A trap.
    Trap(TrapClaim),
    /// A call by the hypercall page.
    Call(CallClaim),
}

/// A trap that waits for its answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct TrapClaim {
    /// Address of the signal frame.
    pub(super) frame: u64,
    /// Thread base at the trap, where it has to be told: the FS base of x86_64.
    pub(super) thread_base: u64,
    id: u64,
}

/// A call by the hypercall page that waits for its answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct CallClaim {
    /// The notification, where the guest made one.
    id: Option<u64>,
}

/// The monitor's end.
#[derive(Debug)]
pub(super) enum Channel {
    /// Notifications, and the hypercall page.
    Notification(Box<Listener>),
    /// The turn in the control area.
    Futex,
}

/// `SECCOMP_IOCTL_NOTIF_SET_FLAGS` and its only flag (linux/seccomp.h, Linux 6.6).
const SET_FLAGS: libc::Ioctl = libc::_IOW::<u64>(b'!' as u32, 4);
const SYNC_WAKE_UP: u64 = 1;

impl Channel {
    /// Waits for a trap.
    ///
    /// # Errors
    /// `Interrupted` where a signal came; others where the guest's process is gone.
    pub(super) fn wait(&mut self, control: &Control) -> io::Result<Claim> {
        match self {
            Self::Notification(listener) => listener.wait(control),
            Self::Futex => wait_for_turn(control),
        }
    }

    /// Lets the guest go on after a call by the hypercall page.
    ///
    /// # Errors
    /// Where the guest's process is gone.
    pub(super) fn answer(&mut self, control: &Control, claim: CallClaim) -> io::Result<()> {
        match self {
            Self::Notification(listener) => listener.answer(control, claim),
            Self::Futex => Ok(()),
        }
    }

    /// Lets the guest go on after a trap, with a new thread base where one is given.
    ///
    /// # Errors
    /// Where the guest's process is gone.
    pub(super) fn resume(
        &self,
        control: &mut Control,
        claim: TrapClaim,
        thread_base: Option<u64>,
    ) -> io::Result<()> {
        if let Some(thread_base) = thread_base {
            control.write(THREAD_BASE_WANTED, &thread_base.to_le_bytes());
        }
        let reply = if thread_base.is_some() {
            RESUME_LOAD_THREAD_BASE
        } else {
            0
        };
        match self {
            Self::Notification(listener) => {
                page::go_on(control, listener.polling.looks());
                send(&listener.file, claim.id, reply)
            }
            Self::Futex => {
                control.write(REPLY, &reply.to_le_bytes());
                control.pass_turn(TURN_GUEST)
            }
        }
    }
}

/// The listener of the notification filter.
#[derive(Debug)]
pub(super) struct Listener {
    file: OwnedFd,
    polling: Polling,
    /// A call was answered after the guest had stopped looking: its notification, which
    /// says nothing new, is to be answered as well.
    owes: bool,
}

impl Listener {
    pub(super) fn new(file: OwnedFd, polling: Polling) -> Self {
        Self {
            file,
            polling,
            owes: false,
        }
    }

    /// Makes the kernel switch synchronously; whether it can.
    pub(super) fn wake_synchronously(&self) -> bool {
        // SAFETY: the ioctl takes the flags by value and touches no memory of ours.
        unsafe { libc::ioctl(self.file.as_raw_fd(), SET_FLAGS, SYNC_WAKE_UP) == 0 }
    }

    fn wait(&mut self, control: &Control) -> io::Result<Claim> {
        loop {
            if !self.owes && self.polling.looks() && self.look(control) {
                return Ok(Claim::Call(CallClaim { id: None }));
            }
            match receive(&self.file)? {
                Claim::Call(CallClaim { id: Some(id) }) if self.owes => send(&self.file, id, 0)?,
                claim => {
                    self.owes = false;
                    if matches!(claim, Claim::Call(_)) {
                        self.polling.woke();
                    }
                    return Ok(claim);
                }
            }
            self.owes = false;
        }
    }

    /// Looks for a call; whether there is one.
    fn look(&mut self, control: &Control) -> bool {
        match page::look(control) {
            Seen::Call => {
                self.polling.saw();
                true
            }
            Seen::Blocked => false,
            Seen::Nothing => {
                self.polling.missed();
                page::fall_asleep(control)
            }
        }
    }

    fn answer(&mut self, control: &Control, claim: CallClaim) -> io::Result<()> {
        let looks = self.polling.looks();
        match claim.id {
            Some(id) => {
                page::go_on(control, looks);
                self.polling.answered();
                send(&self.file, id, 0)
            }
            None => {
                if page::answer(control, looks) {
                    self.owes = true;
                    self.polling.missed();
                }
                Ok(())
            }
        }
    }
}

fn receive(listener: &OwnedFd) -> io::Result<Claim> {
    let mut notification = libc::seccomp_notif {
        id: 0,
        pid: 0,
        flags: 0,
        data: libc::seccomp_data {
            nr: 0,
            arch: 0,
            instruction_pointer: 0,
            args: [0; 6],
        },
    };
    // SAFETY: the ioctl fills in one struct seccomp_notif, which must be zeroed and lives
    // for the call.
    let result = unsafe {
        libc::ioctl(
            listener.as_raw_fd(),
            libc::SECCOMP_IOCTL_NOTIF_RECV,
            &raw mut notification,
        )
    };
    if result != 0 {
        return Err(io::Error::last_os_error());
    }
    let [frame, thread_base, ..] = notification.data.args;
    let id = notification.id;
    Ok(if frame == 0 {
        Claim::Call(CallClaim { id: Some(id) })
    } else {
        Claim::Trap(TrapClaim {
            frame,
            thread_base,
            id,
        })
    })
}

fn send(listener: &OwnedFd, id: u64, value: u32) -> io::Result<()> {
    let response = libc::seccomp_notif_resp {
        id,
        val: i64::from(value),
        error: 0,
        flags: 0,
    };
    // SAFETY: the ioctl reads one struct seccomp_notif_resp, which lives for the call.
    let result = unsafe {
        libc::ioctl(
            listener.as_raw_fd(),
            libc::SECCOMP_IOCTL_NOTIF_SEND,
            &raw const response,
        )
    };
    if result == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

fn wait_for_turn(control: &Control) -> io::Result<Claim> {
    while control.turn().load(Ordering::Acquire) == TURN_GUEST {
        let flags = rustix::thread::futex::Flags::empty();
        match rustix::thread::futex::wait(control.turn(), flags, TURN_GUEST, None) {
            Ok(()) | Err(rustix::io::Errno::AGAIN) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Claim::Trap(TrapClaim {
        frame: control.word(FRAME),
        thread_base: control.word(THREAD_BASE_SEEN),
        id: 0,
    }))
}

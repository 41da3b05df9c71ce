//! Keeps outputs safe when the monitor itself is killed.
//!
//! The guardian is a fork of the monitor, made when the devices are open and nothing else
//! runs yet. It does nothing but wait for a pipe: a byte says that the monitor has put the
//! outputs into their safe state itself; the end of the pipe without one says that the
//! monitor is gone, and the guardian does it. It cannot help where it is killed as well,
//! as by SIGKILL to a whole control group.
#![expect(unsafe_code, reason = "fork has no safe wrapper")]

use std::io;
use std::os::fd::OwnedFd;

use rustix::pipe::PipeFlags;
use rustix::process::{Pid, WaitOptions};

use crate::device::Devices;

/// A process that waits for the monitor's death; dismissed when this is dropped.
#[derive(Debug)]
pub struct Guardian {
    monitor: OwnedFd,
    process: Pid,
}

impl Guardian {
    /// Starts a guardian over these devices. The calling process has no other thread that
    /// could hold a lock of theirs.
    ///
    /// # Errors
    /// Where the host has no process or descriptor left.
    pub fn start(devices: &mut Devices) -> io::Result<Self> {
        let (guardian, monitor) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?;
        // SAFETY: the child calls nothing but guard(), which takes no lock that another
        // thread could have held: the caller promises that there is none.
        match unsafe { libc::fork() } {
            -1 => Err(io::Error::last_os_error()),
            0 => {
                drop(monitor);
                guard(&guardian, devices);
            }
            process => {
                let process = Pid::from_raw(process).ok_or(io::ErrorKind::Other)?;
                Ok(Self { monitor, process })
            }
        }
    }
}

impl Drop for Guardian {
    fn drop(&mut self) {
        // A pipe takes a first byte always; where the guardian is gone, so is its task.
        let _ = rustix::io::write(&self.monitor, &[1]);
        let _ = rustix::io::retry_on_intr(|| {
            rustix::process::waitpid(Some(self.process), WaitOptions::empty())
        });
    }
}

/// The guardian's life.
fn guard(pipe: &OwnedFd, devices: &mut Devices) -> ! {
    ignore_signals();
    let mut byte = [0];
    let told = rustix::io::retry_on_intr(|| rustix::io::read(pipe, &mut byte));
    if told != Ok(1) {
        // Nobody is left to tell of a failure.
        let _ = devices.make_safe();
        devices.release();
    }
    // SAFETY: ends this process at once, without the destructors that are the monitor's.
    unsafe { libc::_exit(0) }
}

/// Signals to the monitor's process group are not for the guardian.
fn ignore_signals() {
    let mut all = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: sigfillset initialises the set.
    unsafe { libc::sigfillset(all.as_mut_ptr()) };
    // SAFETY: the set is initialised, the old mask is not asked for.
    unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, all.as_ptr(), std::ptr::null_mut()) };
}

//! Makes the guest's process: starts the stub, hands it its files, waits until it is locked.
#![expect(
    unsafe_code,
    reason = "clone has no safe wrapper that takes descriptors"
)]

use std::ffi::{CStr, CString};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};

use std::sync::atomic::{AtomicI32, Ordering};

use rustix::fs::MemfdFlags;
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SocketFlags, SocketType,
};
use rustix::process::{Pid, PidfdFlags, Signal, WaitIdOptions, WaitIdStatus};

use super::affinity;
use super::layout::{CONTROL_FD, MEMORY_FD, SOCKET_FD};

/// A guest's process; killed and reaped when dropped.
#[derive(Debug)]
pub(super) struct Child {
    pid: Pid,
    pidfd: OwnedFd,
    ended: Option<Ended>,
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// With a status of its own.
    Exited(i32),
    /// By a signal.
    Killed(i32),
}

impl Child {
    /// Whether the process has ended, and how.
    pub(super) fn ended(&mut self) -> io::Result<Option<Ended>> {
        if self.ended.is_none() {
            self.ended = self.wait(WaitIdOptions::EXITED | WaitIdOptions::NOHANG)?;
        }
        Ok(self.ended)
    }

    /// Waits for a process that is ending by itself.
    pub(super) fn wait_end(&mut self) -> io::Result<Option<Ended>> {
        if self.ended.is_none() {
            self.ended = self.wait(WaitIdOptions::EXITED)?;
        }
        Ok(self.ended)
    }

    /// Sends the signal of a trap, which the stub tells from a trap of the guest's.
    pub(super) fn send_trap(&self) -> io::Result<()> {
        Ok(rustix::process::pidfd_send_signal(
            &self.pidfd,
            Signal::TRAP,
        )?)
    }

    pub(super) fn pid(&self) -> Pid {
        self.pid
    }

    /// A descriptor that becomes readable when the process ends.
    pub(super) fn pidfd(&self) -> BorrowedFd<'_> {
        self.pidfd.as_fd()
    }

    fn wait(&self, options: WaitIdOptions) -> io::Result<Option<Ended>> {
        let id = rustix::process::WaitId::PidFd(self.pidfd.as_fd());
        let status = rustix::io::retry_on_intr(|| rustix::process::waitid(id.clone(), options))?;
        Ok(
            status.map(|status: WaitIdStatus| match status.exit_status() {
                Some(code) => Ended::Exited(code),
                None => Ended::Killed(status.terminating_signal().unwrap_or(0)),
            }),
        )
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if self.ended.is_some() {
            return;
        }
        affinity::fetch(self);
        // Both fail only where the process is already gone, which is what is wanted.
        let _ = rustix::process::pidfd_send_signal(&self.pidfd, Signal::KILL);
        let _ = self.wait_end();
    }
}

/// A descriptor number above those that the stub expects.
const ABOVE_TARGETS: RawFd = 64;

/// Starts the stub with its files at the descriptors of `layout.rs`.
pub(super) fn stub(
    elf: &[u8],
    control: BorrowedFd<'_>,
    memory: BorrowedFd<'_>,
    socket: BorrowedFd<'_>,
) -> io::Result<Child> {
    // The targets are low numbers: files above them cannot be overwritten on the way.
    let file = rustix::io::fcntl_dupfd_cloexec(executable(elf)?, ABOVE_TARGETS)?;
    let path = CString::new(format!("/proc/self/fd/{}", file.as_raw_fd()))?;
    let files = [
        (control, CONTROL_FD),
        (memory, MEMORY_FD),
        (socket, SOCKET_FD),
    ];
    let mut sources = Vec::with_capacity(files.len());
    for (source, target) in files {
        sources.push((
            rustix::io::fcntl_dupfd_cloexec(source, ABOVE_TARGETS)?,
            target,
        ));
    }
    let pid = spawn(&path, &sources)?;
    let pid = Pid::from_raw(pid).ok_or(io::ErrorKind::Other)?;
    let pidfd = rustix::process::pidfd_open(pid, PidfdFlags::empty())?;
    Ok(Child {
        pid,
        pidfd,
        ended: None,
    })
}

/// The ELF file as a memfd that can be executed.
fn executable(elf: &[u8]) -> io::Result<OwnedFd> {
    let wanted = MemfdFlags::CLOEXEC | MemfdFlags::EXEC;
    let file = match rustix::fs::memfd_create("andon-stub", wanted) {
        // Before Linux 6.3 the flag is unknown, and every memfd can be executed.
        Err(rustix::io::Errno::INVAL) => {
            rustix::fs::memfd_create("andon-stub", MemfdFlags::CLOEXEC)
        }
        result => result,
    }?;
    let mut rest = elf;
    while !rest.is_empty() {
        let written = rustix::io::write(&file, rest)?;
        rest = &rest[written..];
    }
    Ok(file)
}

/// What the child does between its beginning and its program.
struct Launch<'a> {
    path: &'a CStr,
    files: &'a [(OwnedFd, RawFd)],
    /// The system call's error where it could not.
    error: AtomicI32,
}

/// Size of the stack on which the child runs [`launch`], in bytes.
const LAUNCH_STACK: usize = 16 * 1024;

/// Starts the program at `path` with these files and nothing else.
///
/// The child borrows the monitor's memory until it has its program, as with vfork(2): what
/// would be copied is the larger part of the time that a fork takes. posix_spawn(3) does
/// the same, after asking for each signal's handler.
fn spawn(path: &CStr, files: &[(OwnedFd, RawFd)]) -> io::Result<libc::pid_t> {
    let launch_plan = Launch {
        path,
        files,
        error: AtomicI32::new(0),
    };
    let mut stack = vec![0_u128; LAUNCH_STACK / size_of::<u128>()];
    let mask = block_signals();
    // SAFETY: the stack grows down from its end and is not used otherwise; the child runs
    // nothing but launch() on it, and this thread waits until the child has left both the
    // stack and the plan, because of CLONE_VFORK.
    let process = unsafe {
        libc::clone(
            launch,
            stack.as_mut_ptr_range().end.cast(),
            libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD,
            (&raw const launch_plan).cast_mut().cast(),
        )
    };
    let cloned = if process < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(process)
    };
    restore_signals(&mask);
    let process = cloned?;
    match launch_plan.error.load(Ordering::Relaxed) {
        0 => Ok(process),
        error => {
            // SAFETY: the child has ended and is this process's; its status is not wanted.
            unsafe { libc::waitpid(process, std::ptr::null_mut(), 0) };
            Err(io::Error::from_raw_os_error(error))
        }
    }
}

/// The child: system calls only, because the memory is the monitor's.
extern "C" fn launch(plan: *mut libc::c_void) -> libc::c_int {
    // SAFETY: spawn() gives its plan, which outlives the child's use of it.
    let plan = unsafe { &*plan.cast::<Launch<'_>>() };
    let placed = plan.files.iter().all(|(source, target)| {
        // SAFETY: the call touches no memory.
        unsafe { libc::dup2(source.as_raw_fd(), *target) >= 0 }
    });
    let arguments = [c"andon-guest".as_ptr(), std::ptr::null()];
    let environment = [std::ptr::null()];
    if placed {
        // SAFETY: path is zero-terminated, both arrays are null-terminated.
        unsafe { libc::execve(plan.path.as_ptr(), arguments.as_ptr(), environment.as_ptr()) };
    }
    let error = io::Error::last_os_error().raw_os_error();
    plan.error
        .store(error.unwrap_or(libc::EINVAL), Ordering::Relaxed);
    // SAFETY: ends the child without destructors, which are the monitor's.
    unsafe { libc::_exit(127) }
}

/// Keeps every signal from the calling thread, so that none is handled in a child that
/// shares its memory; returns what was blocked before.
fn block_signals() -> libc::sigset_t {
    let mut all = MaybeUninit::uninit();
    // SAFETY: sigfillset initialises the set.
    unsafe { libc::sigfillset(all.as_mut_ptr()) };
    let mut before = MaybeUninit::uninit();
    // SAFETY: the set is initialised, and there is room for the old one.
    unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, all.as_ptr(), before.as_mut_ptr()) };
    // SAFETY: the call fails for a wrong first argument only, and so has filled it in.
    unsafe { before.assume_init() }
}

fn restore_signals(mask: &libc::sigset_t) {
    // SAFETY: the mask is initialised, the old one is not asked for.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, mask, std::ptr::null_mut()) };
}

/// The socket pair over which the stub passes its listener: ours, the stub's.
pub(super) fn socket_pair() -> io::Result<(OwnedFd, OwnedFd)> {
    let pair = rustix::net::socketpair(
        AddressFamily::UNIX,
        SocketType::SEQPACKET,
        SocketFlags::CLOEXEC,
        None,
    )?;
    Ok(pair)
}

/// Waits until the stub has closed its end, and returns the descriptor that it passed.
pub(super) fn receive_descriptor(socket: &OwnedFd) -> io::Result<Option<OwnedFd>> {
    let mut byte = [0];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let message = rustix::io::retry_on_intr(|| {
        let mut buffers = [io::IoSliceMut::new(&mut byte)];
        rustix::net::recvmsg(
            socket,
            &mut buffers,
            &mut ancillary,
            RecvFlags::CMSG_CLOEXEC,
        )
    })?;
    if message.bytes == 0 {
        return Ok(None);
    }
    Ok(ancillary.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
        _ => None,
    }))
}

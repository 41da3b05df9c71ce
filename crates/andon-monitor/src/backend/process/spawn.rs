//! Makes the guest's process: starts the stub, hands it its files, waits until it is locked.
#![expect(
    unsafe_code,
    reason = "posix_spawn has no safe wrapper that takes descriptors"
)]

use std::ffi::CString;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};

use rustix::fs::MemfdFlags;
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SocketFlags, SocketType,
};
use rustix::process::{Pid, PidfdFlags, Signal, WaitIdOptions, WaitIdStatus};

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

fn spawn(path: &CString, files: &[(OwnedFd, RawFd)]) -> io::Result<libc::pid_t> {
    let mut actions = Actions::new()?;
    for (source, target) in files {
        actions.duplicate(source.as_raw_fd(), *target)?;
    }
    let name = c"andon-guest";
    let arguments = [name.as_ptr().cast_mut(), std::ptr::null_mut()];
    let environment = [std::ptr::null_mut()];
    let mut pid = 0;
    // SAFETY: every pointer is to a live, zero-terminated string or null-terminated array,
    // the actions are initialised, and null attributes are the default ones.
    check(unsafe {
        libc::posix_spawn(
            &raw mut pid,
            path.as_ptr(),
            &raw const actions.0,
            std::ptr::null(),
            arguments.as_ptr(),
            environment.as_ptr(),
        )
    })?;
    Ok(pid)
}

/// `posix_spawn_file_actions_t` that is destroyed.
struct Actions(libc::posix_spawn_file_actions_t);

impl Actions {
    fn new() -> io::Result<Self> {
        let mut actions = std::mem::MaybeUninit::uninit();
        // SAFETY: init() takes uninitialised memory of the right type.
        check(unsafe { libc::posix_spawn_file_actions_init(actions.as_mut_ptr()) })?;
        // SAFETY: init() succeeded.
        Ok(Self(unsafe { actions.assume_init() }))
    }

    fn duplicate(&mut self, source: RawFd, target: RawFd) -> io::Result<()> {
        // SAFETY: the actions are initialised.
        check(unsafe { libc::posix_spawn_file_actions_adddup2(&raw mut self.0, source, target) })
    }
}

impl Drop for Actions {
    fn drop(&mut self) {
        // SAFETY: the actions are initialised and not used afterwards.
        unsafe { libc::posix_spawn_file_actions_destroy(&raw mut self.0) };
    }
}

fn check(error: libc::c_int) -> io::Result<()> {
    if error == 0 {
        Ok(())
    } else {
        Err(io::Error::from_raw_os_error(error))
    }
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
    let mut space = [std::mem::MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
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

//! One running emulated board.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

use anyhow::Context;
use rustix::io::{FdFlags, fcntl_setfd};

use super::kit::{Emulator, System};
use super::machine::Machine;
use super::pc;
use super::programs::{Finished, Programs};
use super::qmp::Qmp;
use super::qtest::Qtest;

/// How long a board may take from power-on to its first program.
const BOOT_LIMIT: Duration = Duration::from_secs(60);

/// How long an ordinary program may take.
const PROGRAM_LIMIT: Duration = Duration::from_secs(30);

/// What a board is started with.
pub(crate) struct Setup<'a> {
    /// Which machine.
    pub(crate) machine: Machine,
    /// The emulator of its architecture.
    pub(crate) emulator: &'a Emulator,
    /// The system files of its architecture.
    pub(crate) system: &'a System,
    /// Its initial file system, an archive.
    pub(crate) initramfs: &'a Path,
    /// Where the kernel's console is written to.
    pub(crate) console: &'a Path,
}

/// A board under power; it loses power when dropped.
pub(crate) struct Emulation {
    emulator: Child,
    console: PathBuf,
    /// Programs on the board.
    pub(crate) programs: Programs,
    /// The board's registers, from outside.
    pub(crate) registers: Qtest,
    /// The board's parts.
    pub(crate) parts: Qmp,
}

impl Emulation {
    /// Powers a board on and waits until it takes programs.
    pub(crate) fn start(setup: &Setup<'_>) -> anyhow::Result<Self> {
        let (channel, channel_end) = UnixStream::pair().context("cannot make a channel")?;
        let (qtest, qtest_end) = UnixStream::pair().context("cannot make a channel")?;
        let (qmp, qmp_end) = UnixStream::pair().context("cannot make a channel")?;
        let mut command = command(setup)?;
        for (id, end) in [
            ("channel", &channel_end),
            ("qtest", &qtest_end),
            ("qmp", &qmp_end),
        ] {
            fcntl_setfd(end, FdFlags::empty()).context("cannot pass on a channel")?;
            let socket = format!("socket,id={id},fd={}", end.as_raw_fd());
            command.arg("-chardev").arg(socket);
        }
        command.args(["-qtest", "chardev:qtest", "-qtest-log", "none"]);
        command.args(["-qmp", "chardev:qmp"]);
        let emulator = command
            .spawn()
            .with_context(|| format!("cannot start {}", setup.emulator.program.display()))?;
        // The ends belong to the emulator now: when it ends, ours see it.
        drop((channel_end, qtest_end, qmp_end));
        let mut board = Self {
            emulator,
            console: setup.console.to_path_buf(),
            programs: Programs::new(channel)?,
            registers: Qtest::new(qtest),
            parts: Qmp::new(qmp)?,
        };
        let ready = board.programs.wait_ready(BOOT_LIMIT);
        ready.with_context(|| board.last_words())?;
        Ok(board)
    }

    /// Runs a program to its end.
    pub(crate) fn run(&mut self, command: &[&str]) -> anyhow::Result<Finished> {
        self.programs.run(command, PROGRAM_LIMIT)
    }

    /// Runs a shell command to its end and gives what it printed, where it ended well.
    pub(crate) fn shell(&mut self, text: &str) -> anyhow::Result<String> {
        self.run(&["/bin/sh", "-c", text])?
            .success()
            .with_context(|| text.to_owned())
    }

    /// The end of what the kernel wrote to the console and the emulator to its error output.
    fn last_words(&self) -> String {
        let console = std::fs::read(&self.console).unwrap_or_default();
        let text = String::from_utf8_lossy(&console);
        let lines: Vec<_> = text.lines().collect();
        let tail = &lines[lines.len().saturating_sub(20)..];
        format!("console: {}", tail.join("\n"))
    }
}

impl Drop for Emulation {
    fn drop(&mut self) {
        // An emulator that has ended already cannot be killed, and need not be.
        let _ = self.emulator.kill();
        let _ = self.emulator.wait();
    }
}

/// The emulator's command line but for the channels.
fn command(setup: &Setup<'_>) -> anyhow::Result<Command> {
    let Setup {
        machine, emulator, ..
    } = setup;
    let mut command = Command::new(&emulator.program);
    let libraries = std::env::join_paths(&emulator.libraries)?;
    if !libraries.is_empty() {
        command.env("LD_LIBRARY_PATH", libraries);
    }
    if let Some(modules) = &emulator.modules {
        command.env("QEMU_MODULE_DIR", modules);
    }
    for folder in &emulator.firmware {
        command.arg("-L").arg(folder);
    }
    command.args(["-nodefaults", "-no-user-config", "-no-reboot"]);
    // A second thread lets the idle CPUs spin: a run takes many times as long.
    command.args(["-accel", "tcg,thread=single", "-display", "none"]);
    command.args(machine.options()).args(machine.serial_lines());
    if *machine == Machine::Q35 {
        command.args(pc::buses::DEVICES);
    }
    command.arg("-kernel").arg(setup.system.kernel()?);
    if let Some(name) = machine.device_tree() {
        command.arg("-dtb").arg(setup.system.device_tree(name)?);
    }
    command.arg("-initrd").arg(setup.initramfs);
    command.arg("-append").arg(kernel_command_line(*machine)?);
    let console = format!("file,id=console,path={}", setup.console.display());
    command.arg("-chardev").arg(console);
    let log = File::create(setup.console.with_extension("emulator.log"))?;
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log);
    Ok(command)
}

fn kernel_command_line(machine: Machine) -> anyhow::Result<String> {
    let time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    Ok(format!(
        "console={} quiet panic=-1 nokaslr BOARD_CHANNEL={} BOARD_TIME={}",
        machine.console(),
        machine.channel(),
        time.as_secs()
    ))
}

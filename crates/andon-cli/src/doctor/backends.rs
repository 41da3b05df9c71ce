//! Whether guests can run: in a virtual machine, in a process.

use andon_monitor::arch::Registers;
use andon_monitor::backend::kvm::{self, Machine};
use andon_monitor::backend::process::{Handover, ProcessVcpu, SpawnError, Start};
use andon_monitor::memory::GuestMemory;

use super::check::{Check, Verdict};
use super::tree::Tree;

const DEVICE: &str = "dev/kvm";

/// Memory of the guest that is made and not run, in bytes.
const TRIAL_MEMORY: u64 = 0x1_0000;

/// One of the two suffices.
pub(super) fn check(tree: &Tree) -> [Check; 2] {
    either(virtual_machine(tree), process(try_process()))
}

/// What fails where the other is well is no more than a warning.
fn either(kvm: Check, process: Check) -> [Check; 2] {
    let process = match kvm.verdict {
        Verdict::Ok => process.at_most_warn(),
        _ => process,
    };
    [kvm, process]
}

/// KVM as far as files tell, then as the kernel does. It never fails: a process does as well.
fn virtual_machine(tree: &Tree) -> Check {
    if !tree.has(DEVICE) {
        return Check::warn("kvm", "there is no /dev/kvm; guests run in processes")
            .hint(how_to_get(std::env::consts::ARCH));
    }
    if let Some(denied) = tree.denied(DEVICE) {
        return Check::denied("kvm", &denied).at_most_warn();
    }
    let extension = match kvm::hardware() {
        Ok(extension) => extension,
        Err(unusable) => {
            return Check::warn("kvm", format!("{unusable}; guests run in processes")).hint(
                "turn virtualization on in the firmware's setup, or nested virtualization \
                 where this is a virtual machine",
            );
        }
    };
    match Machine::open() {
        Ok(_) => Check::ok(
            "kvm",
            format!("the cpu has {extension}, and a vm can be made"),
        ),
        Err(error) => Check::warn("kvm", error).hint("--backend process does without"),
    }
}

/// What to do about a missing device.
fn how_to_get(architecture: &str) -> &'static str {
    match architecture {
        "aarch64" => {
            "start a 64-bit kernel with KVM, as Raspberry Pi OS and Debian have it; `sudo dmesg | \
             grep -i kvm` tells why it is not there"
        }
        _ => "`sudo modprobe kvm-intel` or `sudo modprobe kvm-amd` tells why it is not there",
    }
}

/// Makes a guest's process up to its first instruction, and ends it.
fn try_process() -> Result<Handover, SpawnError> {
    let memory = GuestMemory::new(TRIAL_MEMORY).map_err(std::io::Error::other)?;
    let start = Start {
        registers: Registers::default(),
        handover: None,
        clock: None,
    };
    Ok(ProcessVcpu::new(&memory, &start)?.handover())
}

fn process(made: Result<Handover, SpawnError>) -> Check {
    match made {
        Ok(Handover::Notification) => Check::ok("process", "guests can run in processes"),
        Ok(Handover::Futex) => Check::warn(
            "process",
            "guests can run in processes, slowly: somebody listens for seccomp notifications \
             already",
        )
        .hint("start the container with `--security-opt seccomp=unconfined`"),
        Err(error @ SpawnError::PageSize { .. }) => Check::fail("process", error)
            .hint("on a Raspberry Pi 5: `kernel=kernel8.img` in /boot/firmware/config.txt"),
        Err(error) => Check::fail("process", error)
            .hint("a container or unit around andon may forbid it a system call"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{Check, Verdict};
    use super::super::tree::tests::machine;
    use super::{SpawnError, either, how_to_get, process, try_process, virtual_machine};

    #[test]
    fn a_machine_without_kvm_is_told_how_to_get_it() {
        let (_root, tree) = machine(&[]);
        let check = virtual_machine(&tree);
        assert_eq!(check.verdict, Verdict::Warn);
        assert!(
            check.to_string().contains("there is no /dev/kvm"),
            "{check}"
        );
        assert!(how_to_get("aarch64").contains("64-bit"));
        assert!(how_to_get("x86_64").contains("kvm-amd"));
    }

    #[test]
    fn a_process_can_be_made_here() {
        assert!(try_process().is_ok());
    }

    #[test]
    fn pages_that_are_too_large_name_the_other_kernel() {
        let check = process(Err(SpawnError::PageSize { page_size: 16384 }));
        assert_eq!(check.verdict, Verdict::Fail);
        assert!(check.to_string().contains("kernel8.img"), "{check}");
    }

    #[test]
    fn a_process_that_cannot_be_made_fails_only_where_there_is_no_kvm() {
        let verdicts = [Check::ok("kvm", ""), Check::warn("kvm", "")]
            .map(|kvm| either(kvm, Check::fail("process", ""))[1].verdict);
        assert_eq!(verdicts, [Verdict::Warn, Verdict::Fail]);
    }
}

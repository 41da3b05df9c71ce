//! Kernel modules that Debian does not ship, built once from its source of the kernel: the
//! drivers of GPIO chips and of an analogue input that need no hardware.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};

use super::apt::Apt;
use super::kit::System;
use crate::workspace::{Architecture, succeed};

/// The modules, in an order in which they can be loaded.
const MODULES: [&str; 8] = [
    "irq_sim",
    "gpio-sim",
    "gpio-pca953x",
    "industrialio-configfs",
    "industrialio-sw-device",
    "industrialio-sw-trigger",
    "iio-trig-hrtimer",
    "iio_dummy",
];

/// What they are built from, in the kernel's source.
const SOURCES: [&str; 11] = [
    "kernel/irq/irq_sim.c",
    "drivers/gpio/gpio-sim.c",
    "drivers/gpio/gpio-pca953x.c",
    "drivers/gpio/gpiolib.h",
    "drivers/iio/industrialio-configfs.c",
    "drivers/iio/industrialio-sw-device.c",
    "drivers/iio/industrialio-sw-trigger.c",
    "drivers/iio/trigger/iio-trig-hrtimer.c",
    "drivers/iio/dummy/iio_simple_dummy.c",
    "drivers/iio/dummy/iio_simple_dummy.h",
    "drivers/iio/dummy/iio_simple_dummy_buffer.c",
];

/// What makes one module of two sources, the second of which is an option of the kernel's.
const IIO_DUMMY: &str = "iio_dummy-y := iio_simple_dummy.o iio_simple_dummy_buffer.o
ccflags-y := -DCONFIG_IIO_SIMPLE_DUMMY_BUFFER
";

/// The kernel can only have `irq_sim` built in. As a module it has to call what is exported
/// to modules, and to say its licence.
const IRQ_SIM_EDITS: [(&str, &str); 2] = [
    (
        "handle_simple_irq(irq_to_desc(irqnum));",
        "generic_handle_irq(irqnum);",
    ),
    (
        "#include <linux/irq.h>",
        "#include <linux/irq.h>\n#include <linux/module.h>\nMODULE_LICENSE(\"GPL\");",
    ),
];

/// Paths of the modules for the kernel of a system; builds them where that was not done yet.
pub(super) fn build(
    apt: impl FnOnce() -> anyhow::Result<Apt>,
    system: &System,
    cache: &Path,
) -> anyhow::Result<Vec<PathBuf>> {
    let version = system.kernel_version()?;
    let folder = cache.join(format!("modules-{version}"));
    let paths: Vec<_> = MODULES
        .iter()
        .map(|name| folder.join(name).with_extension("ko"))
        .collect();
    if !paths.iter().all(|path| path.is_file()) {
        // What another version of this list has left.
        let _ = fs::remove_dir_all(&folder);
        println!("building kernel modules for {version}");
        let work = cache.join(format!("modules-{version}.work-{}", std::process::id()));
        let built = Build::new(&apt()?, &version, &work).and_then(|build| build.run(&folder));
        // It is as large as the kernel's source; where it cannot go it is only in the way.
        let _ = fs::remove_dir_all(&work);
        built?;
    }
    Ok(paths)
}

/// A folder with everything that the modules are built from.
struct Build {
    /// The kernel's headers, configuration and tools, as they would be installed.
    headers: PathBuf,
    /// The modules' sources.
    modules: PathBuf,
}

impl Build {
    /// Fetches and lays it out.
    fn new(apt: &Apt, version: &str, work: &Path) -> anyhow::Result<Self> {
        ensure!(
            Architecture::host()? == Architecture::X86_64,
            "the compiler of this machine does not make modules for x86_64"
        );
        fs::create_dir_all(work).with_context(|| format!("cannot make {}", work.display()))?;
        let root = work.join("packages");
        apt.unpack(&packages(apt, version)?, &root)?;
        let headers = root.join(format!("usr/src/linux-headers-{version}"));
        relocate(&headers.join("Makefile"), &root)?;
        let modules = work.join("modules");
        lay_out_sources(&root, version, &modules)?;
        Ok(Self { headers, modules })
    }

    /// Builds, and leaves the modules in `folder`, which appears whole or not at all.
    fn run(&self, folder: &Path) -> anyhow::Result<()> {
        let log = log(folder);
        let output =
            File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut make = Command::new("make");
        make.arg("-C")
            .arg(&self.headers)
            .arg(format!("M={}", self.modules.display()))
            .args(["CC=gcc", "-j2", "modules"])
            .stdin(Stdio::null())
            .stderr(output.try_clone()?)
            .stdout(output);
        succeed(&mut make).with_context(|| format!("see {}", log.display()))?;
        let whole = self.modules.join("built");
        fs::create_dir(&whole)?;
        for name in MODULES {
            let file = format!("{name}.ko");
            fs::rename(self.modules.join(&file), whole.join(&file))
                .with_context(|| format!("make has left no {file}"))?;
        }
        fs::rename(&whole, folder).with_context(|| format!("cannot write {}", folder.display()))
    }
}

/// Where make's words go.
fn log(folder: &Path) -> PathBuf {
    let mut name = folder.as_os_str().to_owned();
    name.push(".log");
    name.into()
}

/// What has to be fetched for modules of a kernel.
fn packages(apt: &Apt, version: &str) -> anyhow::Result<Vec<String>> {
    let headers = format!("linux-headers-{version}");
    let needed = |name: &String| !name.starts_with("linux-compiler-");
    let mut packages: Vec<_> = apt
        .dependencies(&headers)?
        .into_iter()
        .filter(needed)
        .collect();
    packages.push(headers);
    packages.push(format!("linux-source-{}", series(version)?));
    Ok(packages)
}

/// `6.1` of `6.1.0-1-amd64`.
fn series(version: &str) -> anyhow::Result<&str> {
    version
        .match_indices('.')
        .nth(1)
        .map(|(end, _)| &version[..end])
        .with_context(|| format!("{version} is no version of a kernel"))
}

/// Has the headers' makefile find the files of its package where they were unpacked.
fn relocate(makefile: &Path, root: &Path) -> anyhow::Result<()> {
    let text = fs::read_to_string(makefile)
        .with_context(|| format!("cannot read {}", makefile.display()))?;
    let installed = " /usr/src/";
    ensure!(text.contains(installed), "{text:?} includes nothing");
    let unpacked = format!(" {}/usr/src/", root.display());
    fs::write(makefile, text.replace(installed, &unpacked))?;
    Ok(())
}

/// Takes the modules' sources out of the archive of the kernel's.
fn lay_out_sources(root: &Path, version: &str, modules: &Path) -> anyhow::Result<()> {
    fs::create_dir(modules)?;
    let source = format!("linux-source-{}", series(version)?);
    let mut tar = Command::new("tar");
    tar.arg("-xf")
        .arg(root.join(format!("usr/src/{source}.tar.xz")))
        .arg("-C")
        .arg(modules)
        .args(["--transform", "s,.*/,,"])
        .args(SOURCES.map(|path| format!("{source}/{path}")));
    succeed(&mut tar)?;
    let irq_sim = modules.join("irq_sim.c");
    let text = fs::read_to_string(&irq_sim).context("cannot read irq_sim.c")?;
    fs::write(&irq_sim, edited(text, &IRQ_SIM_EDITS)?)?;
    let objects: Vec<_> = MODULES.iter().map(|name| format!("{name}.o")).collect();
    fs::write(
        modules.join("Makefile"),
        format!("obj-m := {}\n{IIO_DUMMY}", objects.join(" ")),
    )?;
    Ok(())
}

fn edited(mut text: String, edits: &[(&str, &str)]) -> anyhow::Result<String> {
    for (old, new) in edits {
        ensure!(text.contains(old), "this kernel's source has no `{old}`");
        text = text.replace(old, new);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::{edited, series};

    #[test]
    fn the_source_of_a_kernel_has_its_first_two_numbers() {
        assert_eq!(series("6.1.0-56-amd64").unwrap(), "6.1");
        assert_eq!(series("6.12.43+deb13-amd64").unwrap(), "6.12");
        assert!(series("6").is_err());
    }

    #[test]
    fn an_edit_of_what_is_not_there_is_an_error() {
        assert_eq!(edited("a b".into(), &[("a", "c")]).unwrap(), "c b");
        assert!(edited("a b".into(), &[("d", "c")]).is_err());
    }
}

//! C guests: what their compiler needs, as it would be installed, and the example guests.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use andon_guest_build::{DEFAULT_STACK_SIZE, driver_arguments, linker_script};
use anyhow::Context;

use crate::workspace::{Architecture, Workspace, succeed};

/// File name of the library.
pub(super) const LIBRARY: &str = "libandon.a";

/// The headers, below `include` in the tree and in the kit.
const HEADERS: [&str; 2] = ["andon.h", "solo5.h"];

/// Options of the compiler: no C library, nothing that a kernel or a dynamic linker would
/// have to support; frames, for the backtrace of a fault.
const COMPILER: [&str; 5] = [
    "-ffreestanding",
    "-fno-omit-frame-pointer",
    "-fno-stack-protector",
    "-fno-pic",
    "-fno-asynchronous-unwind-tables",
];

/// The same for x86_64 alone.
const COMPILER_X86_64: [&str; 2] = ["-fcf-protection=none", "-mno-red-zone"];

/// Further options for the example guests, which compute with integers only: so they run on
/// tenders whose KVM is software and knows no SSE, too.
const EXAMPLES: [&str; 7] = [
    "-std=c11",
    "-O2",
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Werror",
    "-mgeneral-regs-only",
];

/// Headers, library, linker script and pkg-config file, in the folders of a prefix.
pub(super) struct Kit {
    prefix: PathBuf,
    architecture: Architecture,
}

impl Kit {
    /// Makes the kit of an architecture: `target/c` for this machine's own, a folder of the
    /// architecture's name there for others.
    pub(super) fn make(
        workspace: &Workspace,
        architecture: Architecture,
        library: &Path,
    ) -> anyhow::Result<Self> {
        let mut prefix = workspace.path("target/c");
        if architecture != Architecture::host()? {
            prefix.push(architecture.name());
        }
        let kit = Self {
            prefix,
            architecture,
        };
        for header in HEADERS {
            kit.put(
                &format!("include/{header}"),
                workspace.path("include").join(header),
            )?;
        }
        kit.put(&format!("lib/{LIBRARY}"), library.to_path_buf())?;
        kit.write("lib/andon/guest.ld", &linker_script(DEFAULT_STACK_SIZE))?;
        kit.write("lib/pkgconfig/andon-guest.pc", &kit.package())?;
        Ok(kit)
    }

    /// Compiles the example guests `guests/c/NAME/NAME.c`; returns where they are. Where the
    /// compiler for another architecture is not there, says so and builds none.
    pub(super) fn guests(&self, workspace: &Workspace) -> anyhow::Result<Vec<PathBuf>> {
        let Some(compiler) = self.compiler()? else {
            return Ok(Vec::new());
        };
        let folder = self.prefix.join("guests");
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let mut guests = Vec::new();
        for source in sources(&workspace.path("guests/c"))? {
            let guest = folder.join(source.file_stem().context("a source has a name")?);
            let mut command = Command::new(&compiler);
            command
                .args(EXAMPLES)
                .args(self.compiler_arguments("include"))
                .arg(&source)
                .arg("-o")
                .arg(&guest)
                .args(self.linker_arguments("lib"))
                .current_dir(&self.prefix);
            succeed(&mut command)?;
            guests.push(guest);
        }
        Ok(guests)
    }

    fn compiler(&self) -> anyhow::Result<Option<OsString>> {
        if self.architecture == Architecture::host()? {
            return Ok(Some(std::env::var_os("CC").unwrap_or_else(|| "cc".into())));
        }
        let name = format!("{}-linux-gnu-gcc", self.architecture.name());
        let found = Command::new(&name)
            .arg("--version")
            .stdout(Stdio::null())
            .status();
        match found {
            Ok(status) if status.success() => Ok(Some(name.into())),
            _ => {
                eprintln!(
                    "C guests for {}: {name} is not there",
                    self.architecture.name()
                );
                Ok(None)
            }
        }
    }

    fn compiler_arguments(&self, include: &str) -> Vec<String> {
        let own: &[&str] = match self.architecture {
            Architecture::X86_64 => &COMPILER_X86_64,
            Architecture::Aarch64 => &[],
        };
        let common = COMPILER.iter().chain(own).copied().map(String::from);
        common.chain([format!("-I{include}")]).collect()
    }

    fn linker_arguments(&self, lib: &str) -> Vec<String> {
        let mut arguments = driver_arguments(&format!("{lib}/andon/guest.ld"));
        arguments.extend([format!("-L{lib}"), "-landon".into()]);
        arguments
    }

    /// The pkg-config file; its paths are relative to itself, so that the kit can be moved.
    fn package(&self) -> String {
        format!(
            "prefix=${{pcfiledir}}/../..\n\
             includedir=${{prefix}}/include\n\
             libdir=${{prefix}}/lib\n\
             \n\
             Name: andon-guest\n\
             Description: C guests of Andon, for {}\n\
             Version: {}\n\
             Cflags: {}\n\
             Libs: {}\n",
            self.architecture.name(),
            env!("CARGO_PKG_VERSION"),
            self.compiler_arguments("${includedir}").join(" "),
            self.linker_arguments("${libdir}").join(" "),
        )
    }

    fn put(&self, inside: &str, from: PathBuf) -> anyhow::Result<()> {
        let to = self.place(inside)?;
        fs::copy(&from, &to).with_context(|| format!("cannot copy {}", from.display()))?;
        Ok(())
    }

    fn write(&self, inside: &str, content: &str) -> anyhow::Result<()> {
        let to = self.place(inside)?;
        fs::write(&to, content).with_context(|| format!("cannot write {}", to.display()))
    }

    /// A path inside the kit, whose folder is made.
    fn place(&self, inside: &str) -> anyhow::Result<PathBuf> {
        let path = self.prefix.join(inside);
        let folder = path.parent().context("a path inside the kit")?;
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(path)
    }
}

/// The sources `NAME/NAME.c` in a folder.
fn sources(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut sources = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        let source = folder.join(&name).join(&name).with_extension("c");
        if source.is_file() {
            sources.push(source);
        }
    }
    Ok(sources)
}

//! `andon test`: runs a guest against what its tests do to it and expect of it.

mod case;
mod console;
mod report;
mod run;

use std::path::{Path, PathBuf};
use std::time::Instant;

use andon_monitor::device::gpio::Host;
use clap::Args;

use crate::backend::Backend;
use crate::failure::{Failure, Problem, REFUSED, failed};
use crate::image_file::{self, ImageFile};
use case::Ready;
use report::{Report, Summary};

/// Run the tests of a guest
///
/// A test is a file DIR/tests/NAME.toml: what the guest is given, what is done to its simulated
/// board, and what is expected of its lines, its console, the parts and its end. Devices that
/// the test's config does not bind are simulated. Time passes only by what the guest does, so
/// that every run is the same, unless a test says otherwise or the guest does not run in a
/// process on x86_64.
#[derive(Debug, Args)]
#[command(after_long_help = super::EXIT_STATUS)]
pub(crate) struct Test {
    /// Folder of a guest, which is built first, or with one image in it, *.elf
    dir: PathBuf,

    /// Run only the tests with this in their names
    filter: Option<String>,

    /// How to run the guest [default: process; where a test has the host's clock, what
    /// ANDON_BACKEND says in the environment, else auto]
    #[arg(long, value_enum)]
    backend: Option<Backend>,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Test {
    pub(crate) fn perform(self) -> Result<u8, Failure> {
        let all = test_files(&self.dir)?;
        let filter = self.filter.as_deref().unwrap_or("");
        let count = all.len();
        let files: Vec<_> = all
            .into_iter()
            .filter(|(name, _)| name.contains(filter))
            .collect();
        let filtered_out = count - files.len();
        let image = ImageFile::load(&image(&self.dir)?)?;
        let tests = self.prepare(files, &image)?;
        if !self.json {
            let plural = if tests.len() == 1 { "" } else { "s" };
            super::print(&format!("running {} test{plural}\n", tests.len()))?;
        }
        let reports = tests.into_iter().map(|test| self.run(test));
        let reports = reports.collect::<Result<Vec<_>, _>>()?;
        let summary = Summary::new(reports, filtered_out);
        if self.json {
            super::print_json(&summary)?;
        } else {
            super::print(&summary.text())?;
        }
        Ok(if summary.failed == 0 { 0 } else { REFUSED })
    }

    /// Reads all tests, so that a mistake in one is told before any is run.
    fn prepare(
        &self,
        files: Vec<(String, PathBuf)>,
        image: &ImageFile,
    ) -> Result<Vec<Ready>, Failure> {
        let mut tests = Vec::new();
        let mut problems = Vec::new();
        for (name, path) in files {
            match Ready::new(name, path, image.clone(), self.backend) {
                Ok(test) => tests.push(test),
                Err(failure) => problems.extend(failure.into_problems()),
            }
        }
        if problems.is_empty() {
            Ok(tests)
        } else {
            Err(Failure::of(problems))
        }
    }

    fn run(&self, test: Ready) -> Result<Report, Failure> {
        let (name, path) = (test.name.clone(), test.path.clone());
        let started = Instant::now();
        let result = run::run(test, &Host::default());
        let report = Report::new(name, path, started.elapsed(), result);
        if !self.json {
            super::print(&report.line())?;
        }
        Ok(report)
    }
}

/// Names and files of the tests of a guest, in the order of the names.
fn test_files(dir: &Path) -> Result<Vec<(String, PathBuf)>, Failure> {
    let folder = dir.join("tests");
    let hint = "a test is a file DIR/tests/NAME.toml, see docs/testing.md";
    let entries = folder.read_dir().map_err(|error| {
        let problem = Problem::new(format_args!("cannot read `{}`: {error}", folder.display()));
        Failure::from(problem.hint(hint))
    })?;
    let mut tests = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed("cannot read the tests"))?.path();
        let name = path.file_stem().and_then(|name| name.to_str());
        if let (Some(name), Some("toml")) = (name, extension(&path)) {
            tests.push((name.to_owned(), path.clone()));
        }
    }
    tests.sort();
    if tests.is_empty() {
        let message = format_args!("`{}` has no test", folder.display());
        return Err(Problem::new(message).hint(hint).into());
    }
    Ok(tests)
}

/// What is to be loaded: the guest's folder where it has a source, else the image in it.
fn image(dir: &Path) -> Result<PathBuf, Failure> {
    if image_file::is_source(dir) {
        return Ok(dir.to_owned());
    }
    let entries = dir
        .read_dir()
        .map_err(failed("cannot read the guest's folder"))?;
    let paths = entries.flatten().map(|entry| entry.path());
    let mut images: Vec<_> = paths
        .filter(|path| extension(path) == Some("elf"))
        .collect();
    if images.len() == 1 {
        return Ok(images.remove(0));
    }
    let found = images.len();
    let message = format_args!(
        "`{}` has no source of a guest and {found} images",
        dir.display()
    );
    Err(Problem::new(message)
        .hint("give the folder of a guest crate, or one with one file *.elf in it")
        .into())
}

fn extension(path: &Path) -> Option<&str> {
    path.extension()?.to_str()
}

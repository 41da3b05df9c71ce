//! A test that is ready to run: its file read, its names found, its guest prepared.

use std::path::{Path, PathBuf};

use andon_monitor::config::{Config, MemorySize};
use andon_monitor::device::gpio::Host;
use andon_monitor::grant::{Bindings, Granted, Spec};
use andon_monitor::sim::{BoundCase, Case, Pace, Stimuli};

use crate::backend::Backend;
use crate::failure::{Failure, Problem};
use crate::guest_options::Settings;
use crate::image_file::ImageFile;
use crate::prepared::{Guest, Prepared};

/// A test that is ready to run.
pub(super) struct Ready {
    /// Name of its file without the extension.
    pub(super) name: String,
    /// Its file.
    pub(super) path: PathBuf,
    /// What is done and expected.
    pub(super) case: BoundCase,
    /// Where the board is from.
    pub(super) config: PathBuf,
    /// How time passes.
    pub(super) pace: Pace,
    pub(super) backend: Option<Backend>,
    pub(super) guest: Guest,
    pub(super) granted: Granted,
}

impl Ready {
    /// Reads a test and prepares its guest.
    pub(super) fn new(
        name: String,
        path: PathBuf,
        image: ImageFile,
        backend: Option<Backend>,
    ) -> Result<Self, Failure> {
        let case = Case::load(&path).map_err(Failure::new)?;
        let settings = settings(&case)?;
        let prepared = Prepared::join(image, settings, &Host::default())?;
        let (guest, granted) = prepared.accept().map_err(|failure| of(failure, &path))?;
        let bound = case.bind(&guest.settings.parts, &granted.signals());
        let bound = bound.map_err(|mistake| {
            let place = format!("{}:{}", path.display(), mistake.line);
            Failure::new(format_args!("{place}: {}", mistake.problem))
        })?;
        Ok(Self {
            name,
            case: bound,
            config: case.config.unwrap_or_default(),
            pace: case.clock.unwrap_or(usual(backend)),
            path,
            backend,
            guest,
            granted,
        })
    }
}

/// What the guest gets: what the test says, and beside that what its config says.
fn settings(case: &Case) -> Result<Settings, Failure> {
    let config = match &case.config {
        Some(path) => Config::load(path).map_err(Failure::new)?,
        None => Config::default(),
    };
    let mut devices = config.devices;
    for device in config.sim.devices() {
        let bound = devices.remove(device).map_or(Spec::SIM, Spec::simulated);
        devices.insert(device.to_owned(), bound);
    }
    let args = case.args.clone().or(config.guest.args).unwrap_or_default();
    Ok(Settings {
        memory: config.guest.mem.unwrap_or(MemorySize::DEFAULT),
        timeout: Some(case.timeout),
        command_line: args.join(" "),
        bindings: Bindings {
            devices,
            simulate_unbound: true,
        },
        parts: config.sim,
        stimuli: Stimuli::default(),
    })
}

/// Virtual time where there can be.
fn usual(backend: Option<Backend>) -> Pace {
    if cfg!(target_arch = "x86_64") && backend != Some(Backend::Kvm) {
        Pace::Virtual
    } else {
        Pace::Host
    }
}

/// The same problems, with the test that has them.
fn of(failure: Failure, path: &Path) -> Failure {
    let problems = failure.into_problems().into_iter();
    let problems = problems.map(|problem| {
        let told = Problem::new(format_args!("{}: {}", path.display(), problem.message()));
        match problem.hint_text() {
            Some(hint) => told.hint(hint),
            None => told,
        }
    });
    Failure::of(problems.collect())
}

//! What `run` and `explain` are told about a guest, joined with the config file.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use andon_monitor::config::{Config, MemorySize, Timeout};
use andon_monitor::grant::{Bindings, Spec};
use andon_monitor::sim::{Plan, Stimuli};
use clap::Args;

use crate::backend::Backend;
use crate::failure::{Failure, MISUSE, Problem};

/// Arguments of `run` and `explain`.
#[derive(Debug, Args)]
pub(crate) struct GuestOptions {
    /// ELF file, or folder of a guest, which is built first [default: the config's]
    #[arg(required_unless_present = "config")]
    image: Option<PathBuf>,

    /// How to run the guest [default: what ANDON_BACKEND says in the environment, else auto]
    #[arg(long, value_enum)]
    pub(crate) backend: Option<Backend>,

    /// Guest memory, with K, M or G [default: 16M]
    #[arg(long, value_name = "SIZE")]
    mem: Option<MemorySize>,

    /// Bind a device that the image declares
    ///
    /// SPEC is sim, gpio:CHIP/LINE, gpio-sysfs:CHIP/OFFSET or gpio-sysfs:NUMBER, then any of
    /// ,in ,out ,active-low ,init=LEVEL ,safe=LEVEL with LEVEL active, inactive or keep.
    /// CHIP is a label, name or path, LINE a name or offset; LINE+LINE+... is a group.
    ///
    /// For a disk it is block:PATH, then ,ro or ,sector=BYTES. For a network it is
    /// net:INTERFACE, net:@ for a new TAP interface or net:@FD for an open descriptor, then
    /// ,mac=ADDRESS or ,mtu=BYTES.
    ///
    /// Other classes are i2c:BUS/ADDRESS, spi:BUS.CS, pwm:CHIP/CHANNEL, adc:DEVICE/CHANNEL,
    /// led:NAME, w1:ID, hwmon:CHIP/CHANNEL, thermal:TYPE and rtc:NAME, with options that
    /// docs/config.md lists. `andon devices` shows what this machine has of each.
    #[arg(long = "device", value_name = "NAME=SPEC")]
    devices: Vec<String>,

    /// TOML file of what the guest gets; what is said here goes before it
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Simulate every device that is not bound, and show each change of a line
    ///
    /// Shows lamps in place where stderr is a terminal, else a line of text for each change.
    #[arg(long)]
    pub(crate) sim: bool,

    /// Do this to the parts of the simulated board: lines of TIME PART.INPUT = VALUE
    ///
    /// The parts are those of the table `[sim]` of the config.
    #[arg(long, value_name = "FILE", requires = "sim")]
    stimulus: Option<PathBuf>,

    /// End the guest after this time, with ms, s, m or h [default: none]
    #[arg(long, value_name = "TIME")]
    timeout: Option<Timeout>,

    /// Write every device operation: a Value Change Dump for .vcd, else JSON lines
    #[arg(long, value_name = "FILE")]
    pub(crate) trace: Option<PathBuf>,

    /// Write how long each phase of the run took, as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) timings: Option<PathBuf>,

    /// Say what is done and why
    #[arg(short, long)]
    pub(crate) verbose: bool,

    /// Words of the guest's command line
    #[arg(last = true)]
    args: Vec<String>,
}

/// What the guest gets, from command line and config together.
pub(crate) struct Settings {
    /// Guest memory.
    pub(crate) memory: MemorySize,
    /// Longest time that it may run.
    pub(crate) timeout: Option<Duration>,
    /// Its command line.
    pub(crate) command_line: String,
    /// Its devices.
    pub(crate) bindings: Bindings,
    /// The parts of the simulated board.
    pub(crate) parts: Plan,
    /// What is done to them.
    pub(crate) stimuli: Stimuli,
}

impl GuestOptions {
    /// Joins the options with the config file; the image may be the folder that it is built in.
    pub(crate) fn image_and_settings(&self) -> Result<(PathBuf, Settings), Failure> {
        let mut bound = self.bound()?;
        let config = match &self.config {
            Some(path) => Config::load(path).map_err(Failure::new)?,
            None => Config::default(),
        };
        let mut devices = config.devices;
        let parts = if self.sim {
            config.sim
        } else {
            Plan::default()
        };
        for device in parts.devices() {
            let bound = devices.remove(device).map_or(Spec::SIM, Spec::simulated);
            devices.insert(device.to_owned(), bound);
        }
        devices.append(&mut bound);
        let stimuli = match &self.stimulus {
            Some(path) => Stimuli::load(path, &parts).map_err(Failure::new)?,
            None => Stimuli::default(),
        };
        let args = if self.args.is_empty() {
            config.guest.args.unwrap_or_default()
        } else {
            self.args.clone()
        };
        let image = self.image.clone().or(config.guest.image);
        let settings = Settings {
            memory: self.mem.or(config.guest.mem).unwrap_or(MemorySize::DEFAULT),
            timeout: self.timeout.or(config.guest.timeout).map(Timeout::duration),
            command_line: args.join(" "),
            bindings: Bindings {
                devices,
                simulate_unbound: self.sim,
            },
            parts,
            stimuli,
        };
        Ok((image.ok_or_else(no_image)?, settings))
    }

    /// The bindings of the command line.
    fn bound(&self) -> Result<BTreeMap<String, Spec>, Failure> {
        let mut bound = BTreeMap::new();
        for argument in &self.devices {
            let (name, spec) = binding(argument)?;
            if bound.insert(name.to_owned(), spec).is_some() {
                let message = format_args!("device `{name}` is bound twice on the command line");
                return Err(Failure::new(message).status(MISUSE));
            }
        }
        Ok(bound)
    }
}

fn no_image() -> Failure {
    let problem = Problem::new("neither the command line nor the config names an image");
    misuse(problem.hint("write `image = \"FILE\"` into its table [guest]"))
}

/// Splits NAME=SPEC.
fn binding(argument: &str) -> Result<(&str, Spec), Failure> {
    let (name, spec) = argument
        .split_once('=')
        .filter(|(name, _)| !name.is_empty())
        .ok_or_else(|| {
            let problem = Problem::new(format_args!("--device {argument}: it names no device"));
            misuse(problem.hint("write NAME=SPEC, as in --device led=gpio:gpiochip0/25"))
        })?;
    let spec = spec
        .parse()
        .map_err(|error| misuse(Problem::new(format_args!("--device {argument}: {error}"))))?;
    Ok((name, spec))
}

fn misuse(problem: Problem) -> Failure {
    Failure::from(problem).status(MISUSE)
}

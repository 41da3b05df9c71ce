//! `andon explain`: what a guest would get, and what is refused and why.

use andon_monitor::device::gpio::Host;
use andon_monitor::grant::{Asked, DeviceGrant, Outcome};
use clap::Args;

use crate::failure::{Failure, Problem, REFUSED};
use crate::guest_options::GuestOptions;
use crate::prepared::{Prepared, refused};

/// Show what a guest would get with the same options, what it is refused, and why
///
/// Exit status 1 where the guest would not start. Nothing is opened or changed.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    #[command(flatten)]
    options: GuestOptions,
}

impl Explain {
    pub(crate) fn perform(self) -> Result<u8, Failure> {
        let prepared = Prepared::new(&self.options, &Host::default())?;
        let starts = prepared.problems().is_empty();
        super::print(&report(&prepared, starts))?;
        Ok(if starts { 0 } else { REFUSED })
    }
}

fn report(prepared: &Prepared, starts: bool) -> String {
    let mut lines = vec![format!(
        "{}: guest for {}, gets {} of memory",
        prepared.guest.file.path.display(),
        prepared.guest.image.architecture,
        prepared.guest.settings.memory
    )];
    for misfit in prepared.guest.misfits() {
        lines.extend(indented(&misfit));
    }
    for device in &prepared.grant.devices {
        lines.push(format!("{}: {}", device.name, asked(&device.asked)));
        lines.extend(outcome(device));
    }
    for refusal in &prepared.grant.undeclared {
        lines.extend(indented(&refused(refusal)));
    }
    lines.push(
        if starts {
            "it would start"
        } else {
            "it would not start"
        }
        .to_owned(),
    );
    lines.push(String::new());
    lines.join("\n")
}

fn asked(asked: &Asked) -> String {
    match asked {
        Asked::Solo5(kind) => format!("asks for {kind}"),
        Asked::Andon { ask, optional } => {
            let optional = if *optional { ", optional" } else { "" };
            format!("asks for {ask}{optional}")
        }
    }
}

fn outcome(device: &DeviceGrant) -> Vec<String> {
    match &device.outcome {
        Outcome::Granted(resolved) => vec![format!("  gets {resolved}")],
        Outcome::Absent => vec!["  gets nothing: it is not bound".to_owned()],
        Outcome::Refused(refusal) => indented(&refused(refusal)),
    }
}

fn indented(problem: &Problem) -> Vec<String> {
    let message = format!("  refused: {}", problem.message());
    let hint = problem.hint_text().map(|hint| format!("  hint: {hint}"));
    [Some(message), hint].into_iter().flatten().collect()
}

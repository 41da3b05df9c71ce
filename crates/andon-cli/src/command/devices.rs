//! `andon devices`: what this machine has to offer a guest.

use std::collections::BTreeMap;

use andon_monitor::device::Denied;
use andon_monitor::device::class::{self, Offer};
use andon_monitor::device::gpio::Host;
use andon_monitor::device::gpio::inventory::{
    ChipError, ChipId, Entry, Inventory, Line, Sysfs, SysfsChip,
};
use clap::Args;
use serde::Serialize;

use crate::failure::Failure;

/// Show what this machine has to offer a guest
///
/// Where this user may not use something, shows what to do about it. Changes nothing.
#[derive(Debug, Args)]
pub(crate) struct Devices {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Devices {
    pub(crate) fn perform(self) -> Result<u8, Failure> {
        let host = Host::default();
        let report = Report::new(&Inventory::take(&host), &host);
        if self.json {
            super::print_json(&report)
        } else {
            super::print(&report.text())
        }
    }
}

/// What is shown; the field names are those of the JSON.
#[derive(Serialize)]
struct Report {
    gpio: Vec<ChipReport>,
    gpio_sysfs: Option<SysfsReport>,
    #[serde(flatten)]
    classes: BTreeMap<&'static str, ClassReport>,
}

/// Resources of a class that tells no more of each than a name and a text.
#[derive(Serialize)]
#[serde(transparent)]
struct ClassReport {
    offers: Vec<OfferReport>,
    #[serde(skip)]
    forms: String,
}

#[derive(Serialize)]
struct OfferReport {
    name: String,
    about: String,
    #[serde(flatten)]
    denied: Option<Obstacle>,
}

#[derive(Serialize)]
struct ChipReport {
    path: String,
    #[serde(flatten)]
    content: Content,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Content {
    Chip {
        name: String,
        label: String,
        lines: Vec<LineReport>,
    },
    Error(Obstacle),
}

#[derive(Serialize)]
struct LineReport {
    offset: u32,
    name: Option<String>,
    direction: String,
    used: bool,
    consumer: Option<String>,
}

#[derive(Serialize)]
struct SysfsReport {
    chips: Vec<SysfsChipReport>,
    #[serde(flatten)]
    denied: Option<Obstacle>,
}

#[derive(Serialize)]
struct SysfsChipReport {
    name: String,
    label: String,
    base: u32,
    lines: u32,
}

/// Why something tells nothing, or may not be used.
#[derive(Serialize)]
struct Obstacle {
    error: String,
    hint: Option<String>,
}

impl Report {
    fn new(inventory: &Inventory, host: &Host) -> Self {
        let classes = class::offers(host).into_iter();
        Self {
            classes: classes
                .map(|(name, forms, offers)| (name, ClassReport::new(forms, &offers)))
                .collect(),
            gpio: inventory.chips.iter().map(ChipReport::new).collect(),
            gpio_sysfs: inventory.sysfs.as_ref().map(SysfsReport::new),
        }
    }

    fn text(&self) -> String {
        let mut lines = vec!["GPIO chips, for --device NAME=gpio:CHIP/LINE".to_owned()];
        if self.gpio.is_empty() {
            lines.push("  none".to_owned());
        }
        lines.extend(self.gpio.iter().flat_map(ChipReport::text));
        lines.push("GPIO chips in sysfs, for --device NAME=gpio-sysfs:CHIP/OFFSET".to_owned());
        match &self.gpio_sysfs {
            None => lines.push("  none: the kernel has no GPIO in sysfs".to_owned()),
            Some(sysfs) => lines.extend(sysfs.text()),
        }
        for (name, class) in &self.classes {
            lines.extend(class.text(name));
        }
        lines.push(String::new());
        lines.join("\n")
    }
}

impl ClassReport {
    fn new(forms: &[&str], offers: &[Offer]) -> Self {
        Self {
            offers: offers.iter().map(OfferReport::new).collect(),
            forms: forms.join(" or "),
        }
    }

    fn text(&self, name: &str) -> Vec<String> {
        let head = format!("{name}, for --device NAME={}", self.forms);
        let none = self.offers.is_empty().then(|| "  none".to_owned());
        let offers = self.offers.iter().flat_map(OfferReport::text);
        [head].into_iter().chain(none).chain(offers).collect()
    }
}

impl OfferReport {
    fn new(offer: &Offer) -> Self {
        Self {
            name: offer.name.clone(),
            about: offer.about.clone(),
            denied: offer.denied.as_ref().map(Obstacle::of_denied),
        }
    }

    fn text(&self) -> Vec<String> {
        let offer = format!("  {} ({})", self.name, self.about);
        let denied = self.denied.iter().flat_map(Obstacle::text);
        [offer].into_iter().chain(denied).collect()
    }
}

impl ChipReport {
    fn new(entry: &Entry) -> Self {
        let content = match &entry.content {
            Ok((ChipId { name, label, .. }, lines)) => Content::Chip {
                name: name.clone(),
                label: label.clone(),
                lines: lines.iter().map(LineReport::new).collect(),
            },
            Err(error) => Content::Error(Obstacle::of_chip(error)),
        };
        Self {
            path: entry.path.display().to_string(),
            content,
        }
    }

    fn text(&self) -> Vec<String> {
        match &self.content {
            Content::Chip { name, label, lines } => {
                let head = format!("  {name} ({label}), {} lines", lines.len());
                [head]
                    .into_iter()
                    .chain(lines.iter().map(LineReport::text))
                    .collect()
            }
            Content::Error(obstacle) => obstacle.text(),
        }
    }
}

impl LineReport {
    fn new(line: &Line) -> Self {
        Self {
            offset: line.offset,
            name: line.name.clone(),
            direction: line.direction.to_string(),
            used: line.used,
            consumer: line.consumer.clone(),
        }
    }

    fn text(&self) -> String {
        let name = self.name.as_deref().unwrap_or("-");
        let direction = &self.direction;
        let line = format!("    {:3} {name:<24} {direction:<3}", self.offset);
        match (&self.consumer, self.used) {
            (Some(consumer), _) => format!("{line}  held by `{consumer}`"),
            (None, true) => format!("{line}  already in use"),
            (None, false) => line.trim_end().to_owned(),
        }
    }
}

impl SysfsReport {
    fn new(sysfs: &Sysfs) -> Self {
        let denied = sysfs.denied.as_ref().map(Obstacle::of_denied);
        Self {
            chips: sysfs.chips.iter().map(SysfsChipReport::new).collect(),
            denied,
        }
    }

    fn text(&self) -> Vec<String> {
        let mut lines: Vec<_> = self.chips.iter().map(SysfsChipReport::text).collect();
        if self.chips.is_empty() {
            lines.push("  none".to_owned());
        }
        lines.extend(self.denied.iter().flat_map(Obstacle::text));
        lines
    }
}

impl SysfsChipReport {
    fn new(chip: &SysfsChip) -> Self {
        Self {
            name: chip.name.clone(),
            label: chip.label.clone(),
            base: chip.base,
            lines: chip.lines,
        }
    }

    fn text(&self) -> String {
        let Self {
            name,
            label,
            base,
            lines,
        } = self;
        format!("  {name} ({label}), {lines} lines, numbers from {base}")
    }
}

impl Obstacle {
    fn of_denied(denied: &Denied) -> Self {
        Self {
            error: denied.to_string(),
            hint: Some(denied.hint()),
        }
    }

    fn of_chip(error: &ChipError) -> Self {
        let hint = match error {
            ChipError::Denied(denied) => Some(denied.hint()),
            _ => None,
        };
        Self {
            error: error.to_string(),
            hint,
        }
    }

    fn text(&self) -> Vec<String> {
        let error = format!("  {}", self.error);
        let hint = self.hint.as_ref().map(|hint| format!("  hint: {hint}"));
        [Some(error), hint].into_iter().flatten().collect()
    }
}

//! `andon inspect`: what an image is and what it asks for.

use std::path::PathBuf;

use andon_monitor::abi::solo5::ABI_VERSION;
use andon_monitor::image::{Ask, Image, Segment};
use andon_monitor::memory::Access;
use clap::Args;
use serde::Serialize;

use crate::failure::Failure;
use crate::image_file::ImageFile;
use crate::manifest::json;

/// Show what an image is: its ABI, size, segments, and the devices that it asks for
#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// ELF file, or folder of a guest, which is built first
    image: PathBuf,

    /// Print JSON
    #[arg(long)]
    json: bool,

    /// Print the Solo5 manifest only, as `solo5-elftool query-manifest` does; of an image for
    /// any of Solo5's targets
    #[arg(long, conflicts_with = "json")]
    manifest: bool,
}

impl Inspect {
    pub(crate) fn perform(self) -> Result<u8, Failure> {
        let file = ImageFile::load(&self.image)?;
        if self.manifest {
            return super::print(&json(&file.manifest()?));
        }
        let image = file.parse()?;
        let report = Report::new(&file, &image);
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
    file: String,
    size: usize,
    architecture: String,
    abi: Abi,
    entry: u64,
    end: u64,
    memory_needed: u64,
    segments: Vec<SegmentReport>,
    devices: Vec<DeviceReport>,
}

#[derive(Serialize)]
struct Abi {
    target: &'static str,
    version: u32,
}

#[derive(Serialize)]
struct SegmentReport {
    start: u64,
    end: u64,
    file_size: usize,
    access: String,
}

#[derive(Serialize)]
struct DeviceReport {
    handle: usize,
    name: String,
    class: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    asks: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    direction: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lines: Option<u32>,
    optional: bool,
}

impl Report {
    fn new(file: &ImageFile, image: &Image) -> Self {
        Self {
            file: file.path.display().to_string(),
            size: file.bytes.len(),
            architecture: image.architecture.to_string(),
            abi: Abi {
                target: "hvt",
                version: ABI_VERSION,
            },
            entry: image.entry,
            end: image.end,
            memory_needed: image.memory_needed(),
            segments: image.segments.iter().map(SegmentReport::new).collect(),
            devices: devices(image),
        }
    }

    fn text(&self) -> String {
        let mut lines = vec![
            self.file.clone(),
            format!(
                "  guest for {}, ABI {} {}",
                self.architecture, self.abi.target, self.abi.version
            ),
            format!(
                "  {} bytes, needs at least {} KiB of memory",
                self.size,
                self.memory_needed.div_ceil(1024)
            ),
            format!("  starts at {:#x}", self.entry),
            "segments".to_owned(),
        ];
        lines.extend(self.segments.iter().map(SegmentReport::text));
        lines.push("devices".to_owned());
        if self.devices.is_empty() {
            lines.push("  none".to_owned());
        }
        lines.extend(self.devices.iter().map(DeviceReport::text));
        lines.push(String::new());
        lines.join("\n")
    }
}

impl SegmentReport {
    fn new(segment: &Segment) -> Self {
        Self {
            start: segment.start,
            end: segment.end(),
            file_size: segment.file.len(),
            access: rights(segment.access),
        }
    }

    fn text(&self) -> String {
        format!(
            "  {:#010x}-{:#010x} {} {:8} bytes, {} in the file",
            self.start,
            self.end,
            self.access,
            self.end - self.start,
            self.file_size
        )
    }
}

/// Rights as `ls` and `/proc/self/maps` show them.
fn rights(access: Access) -> String {
    let letter = |right: bool, letter: char| if right { letter } else { '-' };
    [
        letter(access.read, 'r'),
        letter(access.write, 'w'),
        letter(access.execute, 'x'),
    ]
    .iter()
    .collect()
}

/// All devices in the order of their handles.
fn devices(image: &Image) -> Vec<DeviceReport> {
    let solo5 = image.manifest.entries.iter().map(|entry| DeviceReport {
        handle: 0,
        name: entry.name.clone(),
        class: entry.kind.to_string(),
        asks: None,
        direction: None,
        lines: None,
        optional: false,
    });
    let andon = image.declarations.iter().map(|declaration| {
        let (direction, lines) = match declaration.ask {
            Ask::Gpio(ask) => (Some(ask.direction.to_string()), Some(ask.lines)),
        };
        DeviceReport {
            handle: 0,
            name: declaration.name.clone(),
            class: declaration.ask.class().to_owned(),
            asks: Some(declaration.ask.details()),
            direction,
            lines,
            optional: declaration.optional,
        }
    });
    solo5
        .chain(andon)
        .zip(1..)
        .map(|(device, handle)| DeviceReport { handle, ..device })
        .collect()
}

impl DeviceReport {
    fn text(&self) -> String {
        let mut text = format!("  {:2} {:16} {}", self.handle, self.name, self.class);
        if let Some(asks) = &self.asks {
            text += &format!(", {asks}");
        }
        if self.optional {
            text += ", optional";
        }
        text
    }
}

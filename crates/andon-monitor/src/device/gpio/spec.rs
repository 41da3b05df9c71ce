//! What an operator binds a GPIO device to: as text on the command line, as text or a table
//! in a config. It is well formed here; whether the lines exist is resolved later.

mod options;
mod table;
mod text;

pub use options::Options;

use andon_abi::gpio::MAX_LINES;
use thiserror::Error;

/// A target and how its lines are used.
///
/// As text: `sim`, `gpio:CHIP/LINE`, `gpio-sysfs:CHIP/OFFSET` or `gpio-sysfs:NUMBER`, then
/// options. `LINE+LINE+…` is a group, in this order. What is written with `+` and `,` has
/// no such sign in its name; a line that has one is given by offset, or in a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// The lines.
    pub target: Target,
    /// How they are used.
    pub options: Options,
}

/// The lines that a [`Spec`] names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Simulated lines, as many as the guest asks for.
    Sim,
    /// Lines of one chip, through its character device.
    Cdev {
        /// Label, name (`gpiochip0`) or path (`/dev/gpiochip0`) of the chip.
        chip: String,
        /// Names or offsets, in the order of the guest's bits.
        lines: Vec<String>,
    },
    /// Lines through `/sys/class/gpio`.
    Sysfs {
        /// Label or sysfs name (`gpiochip512`) of the chip; none for global numbers.
        chip: Option<String>,
        /// Offsets on the chip, or global numbers.
        lines: Vec<u32>,
    },
}

impl Target {
    /// How many lines there are; none where that is up to the guest.
    pub fn lines(&self) -> Option<usize> {
        match self {
            Self::Sim => None,
            Self::Cdev { lines, .. } => Some(lines.len()),
            Self::Sysfs { lines, .. } => Some(lines.len()),
        }
    }
}

/// Why something is no [`Spec`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SpecError {
    /// It begins with none of the known words.
    #[error(
        "`{0}` is no GPIO device: write sim, gpio:CHIP/LINE, gpio-sysfs:CHIP/OFFSET or gpio-sysfs:NUMBER"
    )]
    UnknownKind(String),
    /// There is no chip, or no line of it.
    #[error("`{0}` does not name a chip and a line: write CHIP/LINE, such as gpiochip0/25")]
    NoLine(String),
    /// A sysfs line is given by something else than a number.
    #[error("`{0}` is no number of a line: sysfs knows lines by number only")]
    NotANumber(String),
    /// A group names a line more than once.
    #[error("the line `{0}` is given twice")]
    SameLine(String),
    /// A group is too large.
    #[error("a device has 1 to {MAX_LINES} lines, not {0}")]
    LineCount(usize),
    /// An option is not known.
    #[error(
        "`{0}` is no option: use out, in, active-low, safe=, init=, bias=, debounce= or drive="
    )]
    UnknownOption(String),
    /// An option is given more than once.
    #[error("{0} is given twice")]
    RepeatedOption(&'static str),
    /// A preset is not known.
    #[error("`{value}` is nothing that {option} can be: use active, inactive or keep")]
    UnknownPreset {
        /// `safe` or `init`.
        option: &'static str,
        /// What was written.
        value: String,
    },
    /// An electrical option is not understood.
    #[error("`{value}` is nothing that {option} can be: use {expected}")]
    UnknownWord {
        /// `bias`, `debounce` or `drive`.
        option: &'static str,
        /// What was written.
        value: String,
        /// What it should be.
        expected: &'static str,
    },
    /// There are neither one preset nor as many as lines.
    #[error("{option} has {presets} values for {lines} lines")]
    PresetCount {
        /// `safe` or `init`.
        option: &'static str,
        /// How many values it has.
        presets: usize,
        /// How many lines there are.
        lines: usize,
    },
    /// An input has a preset.
    #[error("{0} is for outputs only")]
    OutputsOnly(&'static str),
    /// An output has an option of inputs.
    #[error("{0} is for inputs only")]
    InputsOnly(&'static str),
    /// A line of sysfs has an option that sysfs cannot set.
    #[error("sysfs cannot set {0}: name the lines by gpio:CHIP/LINE")]
    NotBySysfs(&'static str),
    /// A table lacks a key.
    #[error("`{key}` is missing, which the {provider} provider needs")]
    MissingKey {
        /// The provider of the table.
        provider: &'static str,
        /// The key that it needs.
        key: &'static str,
    },
    /// A table has a key that means nothing in it.
    #[error("the sim provider has no `{0}`")]
    SimKey(&'static str),
}

impl Spec {
    /// Simulated lines with no options.
    pub const SIM: Self = Self {
        target: Target::Sim,
        options: Options::NONE,
    };

    /// A target with options that suit it.
    ///
    /// # Errors
    /// Where the target names no line, a line twice or too many, or an option does not fit.
    pub fn new(target: Target, options: Options) -> Result<Self, SpecError> {
        match &target {
            Target::Sim => {}
            Target::Cdev { lines, .. } => check_lines(lines)?,
            Target::Sysfs { lines, .. } => check_lines(lines)?,
        }
        let electrical = options.electrical.first();
        if let (Target::Sysfs { .. }, Some(option)) = (&target, electrical) {
            return Err(SpecError::NotBySysfs(option));
        }
        options.check(options.direction, target.lines())?;
        Ok(Self { target, options })
    }
}

fn check_lines<L: PartialEq + ToString>(lines: &[L]) -> Result<(), SpecError> {
    if lines.is_empty() || lines.len() > MAX_LINES as usize {
        return Err(SpecError::LineCount(lines.len()));
    }
    let repeated = lines
        .iter()
        .enumerate()
        .find(|(at, line)| lines[..*at].contains(line));
    repeated.map_or(Ok(()), |(_, line)| {
        Err(SpecError::SameLine(line.to_string()))
    })
}

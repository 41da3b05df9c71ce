//! The PC's GPIO chips: a PCA9539 whose registers are a table in `i2c-stub`, so that what it
//! was told can be read there, and chips of `gpio-sim`, which show every level in sysfs.
//!
//! The tests of `andon-monitor` in `tests/gpio_machine` rely on each of them.
//! Source: Linux, Documentation/admin-guide/gpio/gpio-sim.rst.

/// Where the module is that has the expander's registers; it is loaded with its address.
pub(super) const EXPANDER_MODULE: &str = "/parts/i2c-stub.ko";

/// Where the kernel is told of simulated chips.
const CONFIGURATION: &str = "/sys/kernel/config";

/// A simulated chip.
struct Chip {
    label: &'static str,
    lines: u32,
    /// Offsets with names.
    names: &'static [(u32, &'static str)],
    /// A line that the kernel drives high, and for whom.
    held: Option<(u32, &'static str)>,
    /// Whether it is there from the beginning.
    plugged: bool,
}

const CHIPS: [Chip; 6] = [
    chip("lamps", 64),
    chip("board", 64),
    Chip {
        names: &[
            (0, "RED"),
            (1, "GREEN"),
            (2, "BUTTON"),
            (3, "5"),
            (6, "TWIN"),
            (7, "TWIN"),
        ],
        held: Some((4, "kettle")),
        ..chip("panel", 8)
    },
    chip("shelf", 4),
    Chip {
        plugged: false,
        ..chip("usb", 4)
    },
    Chip {
        plugged: false,
        ..chip("stick", 4)
    },
];

const fn chip(label: &'static str, lines: u32) -> Chip {
    Chip {
        label,
        lines,
        names: &[],
        held: None,
        plugged: true,
    }
}

/// The shell commands that make all chips.
pub(super) fn script() -> String {
    let mut script = Script::default();
    script.run(&format!("mount -t configfs configfs {CONFIGURATION}"));
    script.expander();
    for chip in &CHIPS {
        script.describe(chip);
    }
    for chip in CHIPS.iter().filter(|chip| chip.plugged) {
        script.write(&format!("{}/live", chip.folder()), "1");
    }
    script.commands.join(" && ")
}

impl Chip {
    fn folder(&self) -> String {
        format!("{CONFIGURATION}/gpio-sim/{}", self.label)
    }
}

/// Commands, each of which has to succeed.
#[derive(Default)]
struct Script {
    commands: Vec<String>,
}

impl Script {
    fn run(&mut self, command: &str) {
        self.commands.push(command.to_owned());
    }

    fn write(&mut self, path: &str, text: &str) {
        self.run(&format!("echo {text} > {path}"));
    }

    /// The expander as it is after power-on (PCA9539 data sheet, registers): all lines are
    /// inputs, and would be high as outputs.
    fn expander(&mut self) {
        self.run(&format!(
            "insmod {EXPANDER_MODULE} chip_addr=0x20,0x48,0x50"
        ));
        for register in [2, 3, 6, 7] {
            self.run(&format!("i2cset -y -f 0 0x20 {register} 0xff"));
        }
        let device = "/sys/class/i2c-dev/i2c-0/device/new_device";
        self.write(device, "pca9539 0x20");
    }

    fn describe(&mut self, chip: &Chip) {
        let bank = format!("{}/bank", chip.folder());
        self.run(&format!("mkdir -p {bank}"));
        self.write(&format!("{bank}/label"), chip.label);
        self.write(&format!("{bank}/num_lines"), &chip.lines.to_string());
        for (line, name) in chip.names {
            self.run(&format!("mkdir -p {bank}/line{line}"));
            self.write(&format!("{bank}/line{line}/name"), name);
        }
        if let Some((line, holder)) = chip.held {
            let hog = format!("{bank}/line{line}/hog");
            self.run(&format!("mkdir -p {hog}"));
            self.write(&format!("{hog}/name"), holder);
            self.write(&format!("{hog}/direction"), "output-high");
        }
    }
}

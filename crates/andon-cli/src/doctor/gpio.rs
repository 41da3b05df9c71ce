//! Whether GPIO lines can be granted, and by which names.

use andon_monitor::device::gpio::inventory::{ChipError, ChipId, Entry, Inventory, Sysfs};

use super::board::Board;
use super::check::Check;

/// The chips of the header of Raspberry Pi boards: up to 3, 4, 5.
const HEADERS: [&str; 3] = ["pinctrl-bcm2835", "pinctrl-bcm2711", "pinctrl-rp1"];

/// The line in the examples.
const LAMP: u32 = 25;

pub(super) fn check(inventory: &Inventory, board: &Board) -> Vec<Check> {
    let mut checks: Vec<_> = inventory.chips.iter().map(chip).collect();
    if checks.is_empty() {
        checks.push(
            Check::none("gpio", "there is no /dev/gpiochip*").hint_if_any(
                board.on_raspberry_pi("update the system: every kernel of Raspberry Pi OS has it"),
            ),
        );
    }
    if board.is_raspberry_pi() {
        checks.push(header(inventory));
    }
    checks.push(sysfs(inventory.sysfs.as_ref()));
    checks
}

fn chip(entry: &Entry) -> Check {
    match &entry.content {
        Ok((id, _)) => Check::ok("gpio", format!("{id}, {} lines", id.lines)),
        Err(ChipError::Denied(denied)) => Check::denied("gpio", denied),
        Err(error) => Check::warn("gpio", error),
    }
}

/// Which chip is the header's: its number moves between kernels and boards, its label does not.
fn header(inventory: &Inventory) -> Check {
    let ids = inventory.chips.iter().filter_map(|entry| {
        let (id, _) = entry.content.as_ref().ok()?;
        HEADERS.contains(&id.label.as_str()).then_some(id)
    });
    match ids.collect::<Vec<_>>()[..] {
        [ChipId { name, label, .. }, ..] => Check::ok(
            "header",
            format!("its lines are gpio:{label}/LINE; {name} may be another chip tomorrow"),
        ),
        [] => Check::warn("header", "no chip that can be read is the header's")
            .hint(format_args!("it is labelled {}", HEADERS.join(", "))),
    }
}

/// GPIO by sysfs, for what has no other way.
fn sysfs(sysfs: Option<&Sysfs>) -> Check {
    let Some(sysfs) = sysfs else {
        return Check::none(
            "gpio-sysfs",
            "the kernel has no GPIO in sysfs; nothing needs it",
        );
    };
    if let Some(denied) = &sysfs.denied {
        return Check::warn("gpio-sysfs", denied).hint(denied.hint());
    }
    let header = sysfs
        .chips
        .iter()
        .find(|chip| HEADERS.contains(&chip.label.as_str()));
    match header {
        Some(chip) => Check::ok(
            "gpio-sysfs",
            format!(
                "numbers of {} begin at {}: line {LAMP} is {}, until the next kernel",
                chip.label,
                chip.base,
                chip.base + LAMP
            ),
        ),
        None => Check::ok("gpio-sysfs", format!("{} chips", sysfs.chips.len())),
    }
}

#[cfg(test)]
mod tests {
    use andon_monitor::device::gpio::inventory::{ChipId, Entry, Inventory, Sysfs, SysfsChip};
    use andon_monitor::device::gpio::{Denial, Denied};

    use super::super::board::Board;
    use super::super::check::Verdict;
    use super::super::tree::tests::machine;
    use super::check;

    fn chip(number: u32, label: &str) -> Entry {
        let id = ChipId {
            name: format!("gpiochip{number}"),
            label: label.into(),
            lines: 54,
        };
        Entry {
            path: format!("/dev/gpiochip{number}").into(),
            content: Ok((id, Vec::new())),
        }
    }

    fn raspberry_pi() -> Board {
        let model = "Raspberry Pi 5 Model B Rev 1.0\0";
        let (_root, tree) = machine(&[("proc/device-tree/model", model)]);
        Board::of(&tree)
    }

    fn pc() -> Board {
        let (_root, tree) = machine(&[]);
        Board::of(&tree)
    }

    /// All checks as they are shown.
    fn shown(inventory: &Inventory, board: &Board) -> String {
        check(inventory, board)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn the_header_of_a_pi_5_is_found_whatever_its_number() {
        let inventory = Inventory {
            chips: vec![chip(0, "gpio-brcmstb@107d508500"), chip(4, "pinctrl-rp1")],
            sysfs: None,
        };
        let shown = shown(&inventory, &raspberry_pi());
        assert!(
            shown.contains("ok    header      its lines are gpio:pinctrl-rp1/LINE"),
            "{shown}"
        );
        assert!(shown.contains("gpiochip4 may be another chip"), "{shown}");
    }

    #[test]
    fn a_pi_without_its_header_is_warned_of() {
        let inventory = Inventory {
            chips: vec![chip(0, "raspberrypi-exp-gpio")],
            sysfs: None,
        };
        let shown = shown(&inventory, &raspberry_pi());
        assert!(shown.contains("warn  header"), "{shown}");
    }

    #[test]
    fn a_chip_that_is_denied_fails_with_the_way_to_it() {
        let denied = Denied {
            path: "/dev/gpiochip0".into(),
            denial: Denial::Group("gpio".into()),
        };
        let inventory = Inventory {
            chips: vec![Entry {
                path: denied.path.clone(),
                content: Err(denied.into()),
            }],
            sysfs: None,
        };
        let checks = check(&inventory, &pc());
        assert_eq!(checks[0].verdict, Verdict::Fail);
        assert!(checks[0].to_string().contains("usermod -aG gpio"));
    }

    #[test]
    fn a_pc_without_gpio_lacks_nothing() {
        let inventory = Inventory {
            chips: Vec::new(),
            sysfs: None,
        };
        let verdicts: Vec<_> = check(&inventory, &pc())
            .iter()
            .map(|check| check.verdict)
            .collect();
        assert_eq!(verdicts, [Verdict::None, Verdict::None]);
    }

    #[test]
    fn the_number_of_the_lamp_is_told_from_the_base() {
        let chip = SysfsChip {
            name: "gpiochip512".into(),
            label: "pinctrl-bcm2835".into(),
            base: 512,
            lines: 54,
        };
        let inventory = Inventory {
            chips: Vec::new(),
            sysfs: Some(Sysfs {
                chips: vec![chip],
                denied: None,
            }),
        };
        let shown = shown(&inventory, &raspberry_pi());
        assert!(shown.contains("begin at 512: line 25 is 537"), "{shown}");
    }
}

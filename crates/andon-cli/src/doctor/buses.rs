//! Whether buses, PWM and networks are there for a guest to be granted.

use super::board::Board;
use super::check::Check;
use super::tree::Tree;

/// Device nodes of a kind.
struct Nodes {
    /// Word of the check.
    name: &'static str,
    /// Folder and beginning of the names.
    folder: &'static str,
    prefix: &'static str,
    /// The file in a node's folder that has to be writable; none where it is the node.
    file: Option<&'static str>,
    /// What to do on a Raspberry Pi where there are none.
    missing: &'static str,
}

const NODES: [Nodes; 3] = [
    Nodes {
        name: "i2c",
        folder: "dev",
        prefix: "i2c-",
        file: None,
        missing: "`sudo raspi-config nonint do_i2c 0` turns it on",
    },
    Nodes {
        name: "spi",
        folder: "dev",
        prefix: "spidev",
        file: None,
        missing: "`sudo raspi-config nonint do_spi 0` turns it on",
    },
    Nodes {
        name: "pwm",
        folder: "sys/class/pwm",
        prefix: "pwmchip",
        file: Some("export"),
        missing: "`dtoverlay=pwm` in /boot/firmware/config.txt turns it on",
    },
];

/// Makes TAP interfaces.
const TUN: &str = "dev/net/tun";

pub(super) fn check(tree: &Tree, board: &Board) -> Vec<Check> {
    let mut checks: Vec<_> = NODES.iter().map(|nodes| nodes.check(tree, board)).collect();
    checks.push(tap(tree));
    checks
}

impl Nodes {
    fn check(&self, tree: &Tree, board: &Board) -> Check {
        let names = tree.entries(self.folder, self.prefix);
        if names.is_empty() {
            let text = format!("there is no /{}/{}*", self.folder, self.prefix);
            return Check::none(self.name, text).hint_if_any(board.on_raspberry_pi(self.missing));
        }
        let denied = names.iter().find_map(|name| {
            let node = format!("{}/{name}", self.folder);
            match self.file {
                Some(file) => tree.unwritable(&format!("{node}/{file}")),
                None => tree.denied(&node),
            }
        });
        match denied {
            Some(denied) => Check::denied(self.name, &denied),
            None => Check::ok(self.name, names.join(", ")),
        }
    }
}

fn tap(tree: &Tree) -> Check {
    if !tree.has(TUN) {
        return Check::none("tap", "there is no /dev/net/tun")
            .hint("`sudo modprobe tun` for guests with a network");
    }
    match tree.denied(TUN) {
        Some(denied) => Check::denied("tap", &denied),
        None => Check::ok("tap", "/dev/net/tun"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::board::Board;
    use super::super::tree::tests::machine;
    use super::check;

    const PI: (&str, &str) = ("proc/device-tree/model", "Raspberry Pi 3 Model B\0");

    /// All checks as they are shown on a machine of these files.
    fn shown(files: &[(&str, &str)]) -> String {
        let (_root, tree) = machine(files);
        let checks = check(&tree, &Board::of(&tree));
        checks.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_pi_whose_buses_are_off_is_told_how_to_turn_them_on() {
        let shown = shown(&[PI]);
        assert!(shown.contains("none  i2c "), "{shown}");
        assert!(shown.contains("do_i2c 0"), "{shown}");
        assert!(shown.contains("do_spi 0"), "{shown}");
        assert!(shown.contains("dtoverlay=pwm"), "{shown}");
    }

    #[test]
    fn a_pc_is_not_told_of_raspi_config() {
        assert!(!shown(&[]).contains("raspi-config"));
    }

    #[test]
    fn buses_that_are_there_are_listed() {
        let shown = shown(&[
            ("dev/i2c-1", ""),
            ("dev/spidev0.0", ""),
            ("dev/spidev0.1", ""),
            ("sys/class/pwm/pwmchip0/export", ""),
            ("dev/net/tun", ""),
        ]);
        let expected = "\
ok    i2c         i2c-1
ok    spi         spidev0.0, spidev0.1
ok    pwm         pwmchip0
ok    tap         /dev/net/tun
";
        assert_eq!(shown, expected);
    }
}

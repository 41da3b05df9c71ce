//! What holds of the package, in this order: each test goes on where the one before ended.

use anyhow::{Context, ensure};
use board_agent::End;

use super::{Installed, PACKAGE};

/// A test on the machine.
pub(super) struct Case {
    /// What holds where it passes.
    pub(super) name: &'static str,
    /// Fails where it does not hold.
    pub(super) run: fn(&mut Installed) -> anyhow::Result<()>,
}

const fn case(name: &'static str, run: fn(&mut Installed) -> anyhow::Result<()>) -> Case {
    Case { name, run }
}

/// All of them.
pub(super) const CASES: &[Case] = &[
    case("dpkg installs the package", dpkg_installs_the_package),
    case(
        "the udev rule gives the chip to its group",
        the_udev_rule_gives_the_chip_to_its_group,
    ),
    case("systemd accepts the unit", systemd_accepts_the_unit),
    case("doctor finds nothing wrong", doctor_finds_nothing_wrong),
    case("systemd starts the guest", systemd_starts_the_guest),
    case(
        "the monitor is a user of its own",
        the_monitor_is_a_user_of_its_own,
    ),
    case(
        "a monitor that was killed is started again",
        a_monitor_that_was_killed_is_started_again,
    ),
    case(
        "the unit runs a guest where there is no kvm",
        the_unit_runs_a_guest_where_there_is_no_kvm,
    ),
    case(
        "systemd stops the guest, and the lamp is out",
        systemd_stops_the_guest,
    ),
    case(
        "an upgrade keeps the guest and its changed config",
        an_upgrade_keeps_the_guest_and_its_config,
    ),
    case(
        "removal stops the guest and keeps its config",
        removal_stops_the_guest_and_keeps_its_config,
    ),
    case("purging leaves nothing", purging_leaves_nothing),
];

const START: &str = "systemctl start andon@blink";

fn dpkg_installs_the_package(board: &mut Installed) -> anyhow::Result<()> {
    board.connect_lamp()?;
    let said = board.root(&format!("dpkg --install {PACKAGE}"))?;
    let status =
        board.root("dpkg-query --show --showformat='${Status}' andon; dpkg --verify andon")?;
    ensure!(status == "install ok installed\n", "{status}: {said}");
    let version = board.root("andon --version")?;
    ensure!(
        version == format!("andon {}\n", env!("CARGO_PKG_VERSION")),
        "{version}"
    );
    Ok(())
}

fn the_udev_rule_gives_the_chip_to_its_group(board: &mut Installed) -> anyhow::Result<()> {
    let nodes = board.root("udevadm settle; stat --format '%G %a' /dev/gpiochip0 /dev/kvm")?;
    ensure!(nodes == "gpio 660\nkvm 660\n", "{nodes}");
    Ok(())
}

fn systemd_accepts_the_unit(board: &mut Installed) -> anyhow::Result<()> {
    let said = board.root("systemd-analyze verify --man=no andon@blink.service")?;
    ensure!(said.is_empty(), "{said}");
    Ok(())
}

fn doctor_finds_nothing_wrong(board: &mut Installed) -> anyhow::Result<()> {
    let finished = board.board.run(&["/usr/bin/andon", "doctor"])?;
    ensure!(
        finished.end == End::Exit(0) && finished.output.contains("pinctrl-bcm2835"),
        "{finished:?}"
    );
    Ok(())
}

fn systemd_starts_the_guest(board: &mut Installed) -> anyhow::Result<()> {
    board.root(START)?;
    board.expect_blinking()?;
    board.expect_property("ActiveState", "active")
}

fn the_monitor_is_a_user_of_its_own(board: &mut Installed) -> anyhow::Result<()> {
    let monitor = board.property("MainPID")?;
    let status = board.root(&format!("cat /proc/{monitor}/status"))?;
    let line = |name| status.lines().find(|line| line.starts_with(name));
    let user = line("Uid:").context("there is no monitor")?;
    ensure!(!user.contains("\t0"), "{user}");
    ensure!(
        line("CapEff:") == Some("CapEff:\t0000000000000000"),
        "{status}"
    );
    ensure!(line("NoNewPrivs:") == Some("NoNewPrivs:\t1"), "{status}");
    Ok(())
}

fn a_monitor_that_was_killed_is_started_again(board: &mut Installed) -> anyhow::Result<()> {
    let before = board.property("MainPID")?;
    ensure!(before != "0", "there is no monitor");
    board.root(&format!("kill -9 {before}"))?;
    board.root("until systemctl show --property NRestarts andon@blink | grep -q =1; do :; done")?;
    board.expect_blinking()?;
    let after = board.property("MainPID")?;
    ensure!(after != before && after != "0", "{before}, then {after}");
    Ok(())
}

fn the_unit_runs_a_guest_where_there_is_no_kvm(board: &mut Installed) -> anyhow::Result<()> {
    board.root("chmod 0 /dev/kvm; systemctl restart andon@blink")?;
    board.expect_blinking()?;
    board.root("pidof andon-guest; chmod 660 /dev/kvm")?;
    Ok(())
}

fn systemd_stops_the_guest(board: &mut Installed) -> anyhow::Result<()> {
    board.root("systemctl stop andon@blink")?;
    board.expect_lamp_out()?;
    board.expect_property("ActiveState", "inactive")?;
    board.expect_property("Result", "success")
}

fn an_upgrade_keeps_the_guest_and_its_config(board: &mut Installed) -> anyhow::Result<()> {
    board.root("sed -i s/500/400/ /etc/andon/blink.toml")?;
    board.root(START)?;
    let before = board.property("MainPID")?;
    board.root(&format!("dpkg --install {PACKAGE} < /dev/null"))?;
    board.expect_property("MainPID", &before)?;
    board.root("grep -q 400 /etc/andon/blink.toml")?;
    board.expect_blinking()
}

fn removal_stops_the_guest_and_keeps_its_config(board: &mut Installed) -> anyhow::Result<()> {
    board.root("dpkg --remove andon")?;
    board.expect_lamp_out()?;
    let left = board.root("pidof andon; ls /usr/bin/andon /etc/andon; true")?;
    ensure!(
        left.contains("blink.toml") && left.contains("cannot access '/usr/bin/andon'"),
        "{left}"
    );
    Ok(())
}

fn purging_leaves_nothing(board: &mut Installed) -> anyhow::Result<()> {
    board.root("dpkg --purge andon")?;
    let left = board
        .root("find / -xdev -path '*andon*' -not -path '/andon.deb' -not -path '/var/l*/*'")?;
    ensure!(left.is_empty(), "{left}");
    Ok(())
}

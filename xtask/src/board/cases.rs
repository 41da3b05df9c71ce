//! What is tested on boards beyond the suites of the crates: what only a machine with a
//! kernel of its own, and an observer outside it, can show.

mod bench;
mod blink;
mod buses;
mod button;
mod images;
mod readings;
mod safe_state;

use std::time::Duration;

use super::emulation::Emulation;
use super::machine::Machine;

const SIGKILL: i32 = 9;
const SIGTERM: i32 = 15;

/// How long a program may take to say or do something.
const LIMIT: Duration = Duration::from_secs(30);

/// One test on a running board.
pub(crate) struct Case {
    /// What holds where it passes.
    pub(crate) name: &'static str,
    /// Where it is run.
    pub(crate) machines: &'static [Machine],
    /// A guest without which it cannot be run.
    pub(crate) guest: Option<&'static str>,
    /// Fails where it does not hold.
    pub(crate) run: fn(&mut Emulation) -> anyhow::Result<()>,
}

const ALL: &[Machine] = &Machine::ALL;
const PI: &[Machine] = &[Machine::RaspberryPi3];
const PC: &[Machine] = &[Machine::Q35];
const VIRT: &[Machine] = &[Machine::Virt];

const fn case(
    name: &'static str,
    machines: &'static [Machine],
    run: fn(&mut Emulation) -> anyhow::Result<()>,
) -> Case {
    Case {
        name,
        machines,
        guest: None,
        run,
    }
}

/// All of them.
pub(crate) const CASES: &[Case] = &[
    case(
        "a pwm channel runs in the chip, and is safe after SIGTERM",
        PI,
        readings::a_pwm_channel_is_safe_after_sigterm,
    ),
    case(
        "a pwm channel is safe after SIGKILL of the monitor",
        PI,
        readings::a_pwm_channel_is_safe_after_sigkill,
    ),
    case(
        "a duty beyond the grant reaches no chip",
        PI,
        readings::a_duty_beyond_the_grant_reaches_no_chip,
    ),
    case(
        "a temperature is the chip's, by hwmon and by thermal zone",
        PI,
        readings::a_temperature_is_the_chips,
    ),
    case(
        "a clock is the board's",
        &[Machine::Virt, Machine::Q35],
        readings::a_clock_is_the_boards,
    ),
    case(
        "an analogue input is measured and captured",
        &[Machine::Q35],
        readings::an_analogue_input_is_measured_and_captured,
    ),
    case(
        "an led gets its trigger back after SIGKILL of the monitor",
        &[Machine::Q35],
        readings::an_led_gets_its_trigger_back,
    ),
    case("the kernel offers kvm", ALL, bench::the_kernel_offers_kvm),
    case(
        "a program is ended by a signal",
        ALL,
        bench::a_program_is_ended_by_a_signal,
    ),
    case(
        "a line that a program sets is seen outside",
        PI,
        bench::a_line_that_a_program_sets_is_seen_outside,
    ),
    case(
        "a line that is driven outside is read by a program",
        PI,
        bench::a_line_that_is_driven_outside_is_read_by_a_program,
    ),
    case(
        "an input of the pl061 is read by a program",
        VIRT,
        bench::an_input_of_the_pl061_is_read_by_a_program,
    ),
    case("hello runs on kvm", ALL, images::hello_runs_on_kvm),
    case(
        "hello runs in a process",
        ALL,
        images::hello_runs_in_a_process,
    ),
    case(
        "an image for another architecture is refused",
        ALL,
        images::an_image_for_another_architecture_is_refused,
    ),
    case("blink on kvm moves line 25 and no other", PI, blink::on_kvm),
    case(
        "blink in a process moves line 25 and no other",
        PI,
        blink::in_a_process,
    ),
    case(
        "blink moves a line that is named",
        PI,
        blink::a_line_by_its_name,
    ),
    case("blink moves a line of sysfs", PI, blink::a_line_of_sysfs),
    Case {
        guest: Some("test_led"),
        ..case("a guest in C lights the lamp", PI, blink::a_guest_in_c)
    },
    case(
        "an output is safe after SIGTERM",
        PI,
        safe_state::after_sigterm,
    ),
    case(
        "an output is safe after SIGKILL of the guest's process",
        PI,
        safe_state::after_sigkill_of_the_guest,
    ),
    case(
        "an output is safe after SIGKILL of the monitor on kvm",
        PI,
        safe_state::after_sigkill_on_kvm,
    ),
    case(
        "an output is safe after SIGKILL of the monitor of a process",
        PI,
        safe_state::after_sigkill_of_a_process,
    ),
    case(
        "an output through sysfs is safe after SIGKILL of the monitor",
        PI,
        safe_state::after_sigkill_through_sysfs,
    ),
    case(
        "a button that is pressed outside lights the lamp",
        PI,
        button::on_kvm,
    ),
    case(
        "a guest reads parts on the bus of a graphics adapter",
        PC,
        buses::a_part_is_read,
    ),
    case(
        "a guest is told that no part acknowledges",
        PC,
        buses::nobody_acknowledges,
    ),
    case(
        "a memory on the smbus has what a guest and a program write to it",
        PC,
        buses::a_memory_is_written,
    ),
    case(
        "what is no command of the smbus is not supported",
        PC,
        buses::smbus_has_its_limits,
    ),
    case(
        "an address that a driver of the kernel has is refused",
        PC,
        buses::a_held_address_is_refused,
    ),
];

//! The hypercall page: calls that the guest makes by calling a function of the stub's.
//!
//! Such a call costs no signal. The guest leaves what it asks for in the control area and
//! says so in the call's state, a word that both sides change atomically:
//! ```text
//! ASLEEP   the monitor waits for a notification        a call blocks at once
//! AWAITED  the monitor looks at the state, awake       a call is looked after for a while
//! MADE     the guest made a call and looks for its answer, awake
//! BLOCKED  the guest makes a notification, or was in a trap: it waits for one's answer
//! ```
//! The guest may write whatever it likes there; all that follows is a call that it made.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Release};
use std::time::{Duration, Instant};

use super::control::Control;
use super::layout::{CALL, CALL_STATE};
use super::machine::page as machine;
use crate::arch::Registers;
use crate::memory::Gpa;
use crate::vcpu::Exit;

/// See the module; also what a new control area says.
pub(super) const ASLEEP: u32 = 0;
/// See the module.
pub(super) const AWAITED: u32 = 1;
/// See the module.
pub(super) const MADE: u32 = 2;
/// See the module.
pub(super) const BLOCKED: u32 = 3;

/// How long the monitor looks for the guest's next call, see [`look`].
pub(super) const WINDOW: Duration = Duration::from_micros(20);

/// Looks between two looks at the clock.
const LOOKS_PER_TIME: u32 = 16;

/// A call as the guest left it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    /// Its number; any value.
    pub(super) number: u64,
    /// The argument block's address; any value.
    pub(super) block: u64,
    /// The registers that the call keeps, as the guest says that they are.
    pub(super) registers: Registers,
}

impl Call {
    /// Copies the call out of the control area, once.
    pub(super) fn copy(control: &Control) -> Self {
        let bytes: [u8; machine::SIZE] = control.read(CALL);
        machine::call(&bytes)
    }

    /// The request that it is. Numbers above 16 bits are none's.
    pub(super) fn exit(&self) -> Exit {
        Exit::Hypercall {
            number: u16::try_from(self.number).unwrap_or(u16::MAX),
            block: Gpa(self.block),
        }
    }
}

/// What the monitor saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// A call.
    Call,
    /// A guest that waits for a notification's answer.
    Blocked,
    /// Nothing for as long as it looked.
    Nothing,
}

/// Looks for a call, awake, for a short time.
pub(super) fn look(control: &Control) -> Seen {
    let began = Instant::now();
    loop {
        for _ in 0..LOOKS_PER_TIME {
            match control.atomic(CALL_STATE).load(Acquire) {
                MADE => return Seen::Call,
                BLOCKED => return Seen::Blocked,
                _ => std::hint::spin_loop(),
            }
        }
        if began.elapsed() > WINDOW {
            return Seen::Nothing;
        }
    }
}

/// Says that the monitor does not look any longer; whether a call came before.
pub(super) fn fall_asleep(control: &Control) -> bool {
    let state = control.atomic(CALL_STATE);
    state.compare_exchange(AWAITED, ASLEEP, AcqRel, Acquire) == Err(MADE)
}

/// Says that the guest goes on, and whether the monitor will look for its next call.
pub(super) fn go_on(control: &Control, will_look: bool) {
    control.atomic(CALL_STATE).store(next(will_look), Release);
}

/// The same for a guest that is looking for its answer; whether it has stopped looking and
/// has to be answered by notification.
pub(super) fn answer(control: &Control, will_look: bool) -> bool {
    let before = control.atomic(CALL_STATE).swap(next(will_look), AcqRel);
    before == BLOCKED
}

fn next(will_look: bool) -> u32 {
    if will_look { AWAITED } else { ASLEEP }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering::Relaxed;

    use super::super::control::Control;
    use super::super::layout::CALL_STATE;
    use super::{ASLEEP, AWAITED, BLOCKED, MADE, Seen, answer, fall_asleep, look};

    fn control(state: u32) -> Control {
        let control = Control::new().unwrap();
        control.atomic(CALL_STATE).store(state, Relaxed);
        control
    }

    fn state(control: &Control) -> u32 {
        control.atomic(CALL_STATE).load(Relaxed)
    }

    #[test]
    fn what_the_guest_says_is_seen() {
        assert_eq!(look(&control(MADE)), Seen::Call);
        assert_eq!(look(&control(BLOCKED)), Seen::Blocked);
        assert_eq!(look(&control(AWAITED)), Seen::Nothing);
        assert_eq!(look(&control(77)), Seen::Nothing);
    }

    #[test]
    fn a_call_that_comes_last_keeps_the_monitor_awake() {
        let made = control(MADE);
        assert!(fall_asleep(&made));
        assert_eq!(state(&made), MADE);
        let awaited = control(AWAITED);
        assert!(!fall_asleep(&awaited));
        assert_eq!(state(&awaited), ASLEEP);
    }

    #[test]
    fn a_guest_that_stopped_looking_is_owed_an_answer() {
        let blocked = control(BLOCKED);
        assert!(answer(&blocked, true));
        assert_eq!(state(&blocked), AWAITED);
        let looking = control(MADE);
        assert!(!answer(&looking, false));
        assert_eq!(state(&looking), ASLEEP);
    }
}

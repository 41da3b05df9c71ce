//! One way to misbehave, and what came of it.

use andon_guest::Status;

/// A way to misbehave.
pub(crate) struct Behaviour {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// Does it, with the address of the command line.
    pub(crate) perform: fn(u64) -> Outcome,
}

/// What came of it, where the guest still runs.
pub(crate) enum Outcome {
    /// Nothing: the monitor should have ended the guest.
    Survived,
    /// The monitor answered this.
    Told(Status),
}

/// A behaviour that is a few instructions, which may use any register that a function may.
macro_rules! instructions {
    ($name:literal, $($instruction:literal),+ $(, $operand:ident = const $value:expr)* $(,)?) => {
        $crate::behaviour::Behaviour {
            name: $name,
            perform: |_| {
                // SAFETY: none; the monitor has to end the guest.
                unsafe {
                    core::arch::asm!(
                        $($instruction),+,
                        $($operand = const $value,)*
                        clobber_abi("C"),
                    );
                }
                $crate::behaviour::Outcome::Survived
            },
        }
    };
}
pub(crate) use instructions;

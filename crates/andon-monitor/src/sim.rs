//! The simulated board: parts on the lines and buses of simulated devices, what is done to
//! them from outside, and what they show.
//!
//! An operator's [`Plan`] names parts, what each is wired to and what its inputs are. A
//! [`Board`] makes the parts of it and wires them to a guest's open devices. Parts see what
//! the guest drives, and drive what the guest reads; [`Stimuli`] are what a run does to them.
//!
//! A [`Case`] is a test of a guest: what is done to it, and what is expected. A [`Recording`]
//! keeps what its lines did, and [`BoundCase::check`] compares the two.

mod board;
mod case;
mod curve;
mod expectation;
mod part;
mod parts;
mod plan;
mod player;
mod recording;
mod stimuli;
mod time;

pub use board::{Board, BoardError, PartState, Sample};
pub use case::{BoundCase, Case, CaseError, CaseMistake, Pace};
pub use curve::{Curve, CurveError};
pub use expectation::{End, Finding, Run};
pub use part::{
    Allowed, Burst, Bus, Drive, Input, Kind, NoAcknowledge, Part, Pin, Reading, Setting, Shown, Way,
};
pub use parts::KINDS;
pub use plan::{Place, Plan, PlanError, Planned, Seat, Source, Tap, Wire};
pub use player::Player;
pub use recording::Recording;
pub use stimuli::{Stimuli, StimulusError};

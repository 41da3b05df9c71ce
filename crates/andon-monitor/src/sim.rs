//! The simulated board: parts on the lines and buses of simulated devices, what is done to
//! them from outside, and what they show.
//!
//! An operator's [`Plan`] names parts, what each is wired to and what its inputs are. A
//! [`Board`] makes the parts of it and wires them to a guest's open devices. Parts see what
//! the guest drives, and drive what the guest reads; [`Stimuli`] are what a run does to them.

mod board;
mod curve;
mod part;
mod parts;
mod plan;
mod player;
mod stimuli;
mod time;

pub use board::{Board, BoardError, PartState};
pub use curve::{Curve, CurveError};
pub use part::{
    Allowed, Bus, Drive, Input, Kind, NoAcknowledge, Part, Pin, Reading, Setting, Shown, Way,
};
pub use parts::KINDS;
pub use plan::{Plan, PlanError, Planned, Seat, Source, Wire};
pub use player::Player;
pub use stimuli::{Stimuli, StimulusError};

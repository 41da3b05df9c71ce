//! The simulated board of a guest: placed on its devices, and brought to life.

use std::path::Path;

use andon_monitor::clock::{Agenda, Time};
use andon_monitor::device::Devices;
use andon_monitor::sim::{Board, BoardError, Plan, Player, Stimuli};

use crate::failure::{Failure, failed};

/// The board of a plan, which is that of the file `config`; none where it has no part. It lives
/// by the guest's clock.
pub(crate) fn board(
    plan: &Plan,
    stimuli: Stimuli,
    config: &Path,
    devices: &Devices,
    time: &Time,
) -> Result<Option<Board>, Failure> {
    if plan.parts.is_empty() {
        return Ok(None);
    }
    let board = Board::new(plan, stimuli, devices, time).map_err(|error| {
        let BoardError { line, problem } = error;
        Failure::new(format_args!("{}:{line}: {problem}", config.display()))
    })?;
    Ok(Some(board))
}

/// What has a board's things happen.
#[derive(Default)]
pub(crate) struct Life {
    /// By the guest's own clock.
    pub(crate) agenda: Option<Box<dyn Agenda>>,
    /// By the host's.
    pub(crate) player: Option<Player>,
}

impl Life {
    /// Brings a board to life.
    pub(crate) fn of(board: Option<Board>, time: &Time) -> Result<Self, Failure> {
        let mut life = Self::default();
        match (board, time.own()) {
            (None, _) => {}
            (Some(board), Some(_)) => life.agenda = Some(Box::new(board)),
            (Some(board), None) => {
                let player = Player::start(board, time.clone());
                life.player = Some(player.map_err(failed("cannot run the simulated board"))?);
            }
        }
        Ok(life)
    }
}

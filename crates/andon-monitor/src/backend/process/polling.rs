//! When the monitor looks for the guest's next call instead of sleeping until it comes.
//!
//! Looking costs a CPU but saves two switches; it pays while calls follow each other within
//! [`WINDOW`], and while guest and monitor have a CPU each. So it begins after a run of
//! such calls and ends when they become rare. A guest that made it begin too early has to
//! show a longer run the next time.

use std::time::Instant;

use rustix::process::Pid;
use rustix::thread::CpuSet;

use super::affinity::Apart;
use super::page::WINDOW;

/// Calls in quick succession after which the monitor begins to look.
const SHORTEST_RUN: u32 = 8;
/// The longest run that is asked for.
const LONGEST_RUN: u32 = 8192;
/// Calls that can be missed without an end to looking, times [`MISS`].
const MOST_CREDIT: u32 = 32;
/// What a call that was not seen costs: as much as so many are worth that were.
const MISS: u32 = 8;
/// Calls seen after which it was right to look.
const WORTHWHILE: u32 = 256;

/// What was seen of a guest's calls.
#[derive(Debug)]
struct Habit {
    looks: bool,
    /// Calls in quick succession while the monitor slept.
    run: u32,
    /// How long a run has to be.
    needed: u32,
    credit: u32,
    /// Calls seen since the monitor began to look.
    seen: u32,
}

impl Default for Habit {
    fn default() -> Self {
        Self {
            looks: false,
            run: 0,
            needed: SHORTEST_RUN,
            credit: 0,
            seen: 0,
        }
    }
}

impl Habit {
    /// A call came while the monitor slept.
    fn woke(&mut self, quickly: bool) {
        self.run = if quickly { self.run + 1 } else { 0 };
        if self.run >= self.needed {
            self.looks = true;
            self.run = 0;
            self.seen = 0;
            self.credit = MISS;
        }
    }

    /// A call came while the monitor looked.
    fn saw(&mut self) {
        self.seen = self.seen.saturating_add(1);
        self.credit = MOST_CREDIT.min(self.credit + 1);
    }

    /// The monitor looked for nothing, or the guest did.
    fn missed(&mut self) {
        if let Some(left) = self.credit.checked_sub(MISS) {
            self.credit = left;
            return;
        }
        self.looks = false;
        self.needed = if self.seen < WORTHWHILE {
            LONGEST_RUN.min(self.needed * 2)
        } else {
            SHORTEST_RUN
        };
    }
}

/// The habit of one guest's, and the CPUs that go with it.
#[derive(Debug)]
pub(super) struct Polling {
    guest: Pid,
    /// Where guest and monitor may run.
    cpus: CpuSet,
    habit: Habit,
    answered: Option<Instant>,
    apart: Option<Apart>,
}

impl Polling {
    /// At first the monitor sleeps. With less than two CPUs it always does.
    pub(super) fn new(guest: Pid, cpus: CpuSet) -> Self {
        Self {
            guest,
            cpus,
            habit: Habit::default(),
            answered: None,
            apart: None,
        }
    }

    /// Whether the monitor is to look for the next call.
    pub(super) fn looks(&self) -> bool {
        self.apart.is_some()
    }

    /// A call of the page's was answered.
    pub(super) fn answered(&mut self) {
        if !self.looks() {
            self.answered = Some(Instant::now());
        }
    }

    /// A call of the page's came by notification.
    pub(super) fn woke(&mut self) {
        let answered = self.answered.take();
        self.habit
            .woke(answered.is_some_and(|answered| answered.elapsed() < WINDOW));
        self.follow();
    }

    /// A call was seen.
    pub(super) fn saw(&mut self) {
        self.habit.saw();
    }

    /// One side looked for nothing.
    pub(super) fn missed(&mut self) {
        self.habit.missed();
        self.follow();
    }

    fn follow(&mut self) {
        if !self.habit.looks {
            self.apart = None;
        } else if self.apart.is_none() {
            self.apart = Apart::keep(self.guest, &self.cpus);
            self.habit.looks = self.apart.is_some();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Habit, LONGEST_RUN, MISS, MOST_CREDIT, SHORTEST_RUN, WORTHWHILE};

    fn awake() -> Habit {
        let mut habit = Habit::default();
        (0..SHORTEST_RUN).for_each(|_| habit.woke(true));
        habit
    }

    #[test]
    fn a_run_of_quick_calls_has_the_monitor_look() {
        let mut habit = Habit::default();
        (1..SHORTEST_RUN).for_each(|_| habit.woke(true));
        assert!(!habit.looks);
        habit.woke(true);
        assert!(habit.looks);
    }

    #[test]
    fn a_slow_call_begins_the_run_anew() {
        let mut habit = Habit::default();
        (1..SHORTEST_RUN).for_each(|_| habit.woke(true));
        habit.woke(false);
        habit.woke(true);
        assert!(!habit.looks);
    }

    #[test]
    fn looking_in_vain_twice_at_the_beginning_ends_it() {
        let mut habit = awake();
        habit.missed();
        assert!(habit.looks);
        habit.missed();
        assert!(!habit.looks);
    }

    #[test]
    fn calls_seen_make_up_for_some_that_were_missed() {
        let mut habit = awake();
        (0..MOST_CREDIT).for_each(|_| habit.saw());
        (0..MOST_CREDIT / MISS).for_each(|_| habit.missed());
        assert!(habit.looks);
        habit.missed();
        assert!(!habit.looks);
    }

    #[test]
    fn who_made_it_begin_for_little_has_to_show_twice_the_run() {
        let mut habit = awake();
        habit.missed();
        habit.missed();
        assert_eq!(habit.needed, 2 * SHORTEST_RUN);
        (0..SHORTEST_RUN).for_each(|_| habit.woke(true));
        assert!(!habit.looks);
    }

    #[test]
    fn the_run_has_an_upper_bound_and_a_way_back() {
        let mut habit = Habit {
            needed: LONGEST_RUN,
            ..Habit::default()
        };
        (0..LONGEST_RUN).for_each(|_| habit.woke(true));
        (0..WORTHWHILE).for_each(|_| habit.saw());
        (0..=MOST_CREDIT / MISS).for_each(|_| habit.missed());
        assert_eq!(habit.needed, SHORTEST_RUN);
    }
}

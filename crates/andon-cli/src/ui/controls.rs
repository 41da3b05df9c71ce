//! Keys: which part each presses, and which input is turned.
//!
//! A terminal does not tell when a key is let go, so a key presses a button for [`TAP`]; with
//! Shift it holds it until it is pressed again. Other switches change at each press of theirs.

use std::time::{Duration, Instant};

use andon_monitor::sim::{PartState, Plan};
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// How long a key presses a button.
const TAP: Duration = Duration::from_millis(250);

/// Steps from the smallest value of an input to the largest, about.
const STEPS: f64 = 100.0;

/// Steps of Page Up and Page Down.
const LEAP: f64 = 10.0;

/// An input whose name says that it goes back by itself.
const MOMENTARY: &str = "pressed";

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Wish {
    /// Part, input, value.
    Set(usize, usize, f64),
    /// The guest is to end.
    End,
}

/// An input that can be changed.
#[derive(Clone, Debug)]
pub(super) struct Control {
    pub(super) part: usize,
    pub(super) input: usize,
    /// Key of a switch; none where there are more switches than letters.
    pub(super) key: Option<char>,
    is_switch: bool,
    is_momentary: bool,
    range: (f64, f64),
}

/// All inputs, the one that is selected, and what is still pressed.
pub(super) struct Controls {
    pub(super) all: Vec<Control>,
    selected: usize,
    taps: Vec<(Instant, usize)>,
}

impl Controls {
    /// The inputs of a plan's parts.
    pub(super) fn new(plan: &Plan) -> Self {
        // The letters that mean something else.
        let mut taken = vec!['q'];
        let mut all = Vec::new();
        for (part, planned) in plan.parts.iter().enumerate() {
            for (index, input) in planned.kind.inputs.iter().enumerate() {
                let is_switch = input.is_switch();
                let key = is_switch
                    .then(|| free_letter(&planned.name, &taken))
                    .flatten();
                taken.extend(key);
                all.push(Control {
                    part,
                    input: index,
                    key,
                    is_switch,
                    is_momentary: is_switch && input.name == MOMENTARY,
                    range: (*input.range.start(), *input.range.end()),
                });
            }
        }
        Self {
            all,
            selected: 0,
            taps: Vec::new(),
        }
    }

    /// The input that the arrows turn.
    pub(super) fn selected(&self) -> Option<&Control> {
        self.all.get(self.selected)
    }

    /// What a key asks for, where it asks for something.
    pub(super) fn key(&mut self, key: KeyEvent, parts: &[PartState], now: Instant) -> Option<Wish> {
        if key.kind == KeyEventKind::Release {
            return None;
        }
        match key.code {
            KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => Some(Wish::End),
            KeyCode::Char('q') => Some(Wish::End),
            KeyCode::Tab | KeyCode::Down => self.select(1),
            KeyCode::BackTab | KeyCode::Up => self.select(self.all.len().saturating_sub(1)),
            KeyCode::Char('+' | '=') | KeyCode::Right => self.turn(1.0, parts),
            KeyCode::Char('-') | KeyCode::Left => self.turn(-1.0, parts),
            KeyCode::PageUp => self.turn(LEAP, parts),
            KeyCode::PageDown => self.turn(-LEAP, parts),
            KeyCode::Char(' ') | KeyCode::Enter => self.press(self.selected, false, parts, now),
            KeyCode::Char(letter) => {
                let key = Some(letter.to_ascii_lowercase());
                let index = self.all.iter().position(|control| control.key == key)?;
                self.press(index, letter.is_ascii_uppercase(), parts, now)
            }
            _ => None,
        }
    }

    /// What is let go by now.
    pub(super) fn due(&mut self, now: Instant) -> Vec<Wish> {
        let (due, left): (Vec<_>, _) = self.taps.drain(..).partition(|(end, _)| *end <= now);
        self.taps = left;
        let wishes = due.iter().filter_map(|(_, index)| self.all.get(*index));
        wishes.map(|control| control.set(0.0)).collect()
    }

    fn select(&mut self, by: usize) -> Option<Wish> {
        self.selected = (self.selected + by) % self.all.len().max(1);
        None
    }

    fn turn(&self, steps: f64, parts: &[PartState]) -> Option<Wish> {
        let control = self.selected()?;
        let (low, high) = control.range;
        if control.is_switch {
            return Some(control.set(if steps > 0.0 { high } else { low }));
        }
        let step = step(low, high);
        // On the steps, so that what is written is round.
        let value = ((control.value(parts) / step).round() + steps) * step;
        Some(control.set(value.clamp(low, high)))
    }

    fn press(
        &mut self,
        index: usize,
        hold: bool,
        parts: &[PartState],
        now: Instant,
    ) -> Option<Wish> {
        let control = self.all.get(index).filter(|control| control.is_switch)?;
        let pressed = control.value(parts) != 0.0;
        let tapped = self.taps.iter().any(|(_, tapped)| *tapped == index);
        self.taps.retain(|(_, tapped)| *tapped != index);
        // A key that repeats goes on pressing; what is held is let go.
        let on = tapped || !pressed;
        if on && control.is_momentary && !hold {
            self.taps.push((now + TAP, index));
        }
        Some(control.set(f64::from(u8::from(on))))
    }
}

impl Control {
    fn set(&self, value: f64) -> Wish {
        Wish::Set(self.part, self.input, value)
    }

    fn value(&self, parts: &[PartState]) -> f64 {
        let part = parts.get(self.part);
        part.and_then(|part| part.inputs.get(self.input).copied())
            .unwrap_or(self.range.0)
    }
}

/// A letter of a part's name that is free, or any.
fn free_letter(name: &str, taken: &[char]) -> Option<char> {
    let letters = name.chars().map(|c| c.to_ascii_lowercase());
    let mut letters = letters.chain('a'..='z');
    letters.find(|c| c.is_ascii_lowercase() && !taken.contains(c))
}

/// 1, 2 or 5 times a power of ten, so that a range has about [`STEPS`] of them.
fn step(low: f64, high: f64) -> f64 {
    let wanted = (high - low) / STEPS;
    let power = 10_f64.powf(wanted.log10().floor());
    let factors = [5.0, 2.0, 1.0];
    let factor = factors.into_iter().find(|factor| factor * power <= wanted);
    factor.unwrap_or(1.0) * power
}

#[cfg(test)]
mod tests;

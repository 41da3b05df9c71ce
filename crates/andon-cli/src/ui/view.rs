//! Draws a picture of the board: panes of parts, lines, operations and console.

mod lines;
mod parts;
mod pixels;

use std::time::Duration;

use andon_monitor::sim::PartState;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Style, Stylize};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph};

use super::Subject;
use super::controls::Controls;
use super::operations;
use super::scene::Picture;

/// Columns from which panes stand side by side.
const WIDE: u16 = 72;

const KEYS: &str = " q end   a letter presses, with Shift holds   Tab selects   ← → change ";

pub(super) fn draw(
    frame: &mut Frame<'_>,
    subject: &Subject,
    controls: &Controls,
    parts: &[PartState],
    picture: &Picture,
) {
    let rows = [
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(1),
    ];
    let [head, body, foot] = Layout::vertical(rows).areas(frame.area());
    frame.render_widget(header(subject, picture.now), head);
    frame.render_widget(Line::from(KEYS).dim(), foot);
    let panes = Panes::of(body, !parts.is_empty());
    if let Some(board) = panes.parts {
        parts::draw(frame, board, subject, controls, parts);
    }
    lines::draw(frame, panes.lines, picture);
    draw_last(
        frame,
        panes.operations,
        "operations",
        operations_of(picture),
    );
    let console = picture.console.iter();
    let console = console.map(|line| Line::from(line.as_str())).collect();
    draw_last(frame, panes.console, "console", console);
}

/// Where what is drawn.
struct Panes {
    /// Where the board has parts.
    parts: Option<Rect>,
    lines: Rect,
    operations: Rect,
    console: Rect,
}

impl Panes {
    fn of(area: Rect, has_parts: bool) -> Self {
        let beside = if area.width < WIDE {
            Layout::vertical
        } else {
            Layout::horizontal
        };
        let rows = [Constraint::Fill(3), Constraint::Fill(2)];
        let [upper, lower] = Layout::vertical(rows).areas(area);
        let [left, right] = beside([Constraint::Fill(1), Constraint::Fill(1)]).areas(upper);
        let [operations, console] = beside([Constraint::Fill(3), Constraint::Fill(2)]).areas(lower);
        Self {
            parts: has_parts.then_some(left),
            lines: if has_parts { right } else { upper },
            operations,
            console,
        }
    }
}

fn header(subject: &Subject, now: Duration) -> Line<'_> {
    let seconds = now.as_secs_f64();
    Line::from(vec![
        Span::from(" andon ").reversed(),
        Span::from(format!(" {}  {seconds:.1} s", subject.title)),
    ])
}

fn operations_of(picture: &Picture) -> Vec<Line<'_>> {
    let lines = picture.operations.iter().map(|operation| {
        let operations::Line {
            time,
            text,
            failed,
            times,
        } = operation;
        let style = if *failed {
            Style::new().red()
        } else {
            Style::new()
        };
        let times = match times {
            1 => String::new(),
            times => format!("×{times}"),
        };
        Line::from(vec![
            Span::from(format!("{:8.3} {times:>6} ", time.as_secs_f64())).dim(),
            Span::styled(text.as_str(), style),
        ])
    });
    lines.collect()
}

/// A pane of the last of these lines.
fn draw_last(frame: &mut Frame<'_>, area: Rect, title: &str, lines: Vec<Line<'_>>) {
    let block = pane(title);
    let rows = usize::from(block.inner(area).height);
    let first = lines.len().saturating_sub(rows);
    let shown: Vec<_> = lines.into_iter().skip(first).collect();
    frame.render_widget(Paragraph::new(shown).block(block), area);
}

fn pane(title: &str) -> Block<'_> {
    let title = Line::from(format!(" {title} ")).style(Style::new().not_dim().bold());
    Block::bordered()
        .border_style(Style::new().dim())
        .title(title)
}

#[cfg(test)]
mod tests;

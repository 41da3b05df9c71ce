//! The pane of lines: each with its lamp and its last seconds.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Style, Stylize};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::super::history::{Column, History, WINDOW};
use super::super::other::Other;
use super::super::scene::Picture;
use super::pane;

/// Columns of the longest name that is shown whole.
const MOST_NAME: usize = 16;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, picture: &Picture) {
    let title = format!("lines, the last {} s", WINDOW.as_secs());
    let block = pane(&title);
    let inner = block.inner(area);
    let names = picture.lines.iter().map(|(name, _)| name.chars().count());
    let names = names.max().unwrap_or(0).min(MOST_NAME);
    // A blank, the lamp, a blank.
    let columns = u32::from(inner.width).saturating_sub(names as u32 + 3);
    let lines = picture.lines.iter();
    let lines = lines.map(|(name, history)| row(name, names, history, columns, picture));
    let others = picture.others.iter();
    let others = others.map(other);
    let mut shown: Vec<_> = lines.chain(others).collect();
    let rows = usize::from(inner.height);
    if shown.len() > rows && rows > 0 {
        let hidden = shown.len() - rows + 1;
        shown.truncate(rows - 1);
        shown.push(Line::from(format!("and {hidden} more")).dim());
    }
    frame.render_widget(Paragraph::new(shown).block(block), area);
}

fn row<'a>(
    name: &str,
    names: usize,
    history: &History,
    columns: u32,
    picture: &Picture,
) -> Line<'a> {
    let name: String = name.chars().take(names).collect();
    let lamp = if history.level() {
        Span::from("●").yellow().bold()
    } else {
        Span::from("○").dim()
    };
    let strip = history.columns(picture.now, columns);
    Line::from(vec![
        Span::from(format!("{name:names$} ")),
        lamp,
        Span::from(" "),
        Span::styled(
            strip.into_iter().map(cell).collect::<String>(),
            Style::new().green(),
        ),
    ])
}

fn cell(column: Column) -> char {
    match column {
        Column::Nothing => ' ',
        // A little less than a row, so that lines stay apart.
        Column::Level(true) => '▇',
        Column::Level(false) => '▁',
        Column::Pulses => '▒',
    }
}

/// A device that has no lines.
fn other<'a>(other: &Other) -> Line<'a> {
    let operations = other.operations;
    let plural = if operations == 1 { "" } else { "s" };
    let shown = other.shown().map(|shown| format!("{shown}  "));
    Line::from(vec![
        Span::from(format!("{}  ", other.name)),
        Span::from(shown.unwrap_or_default()),
        Span::from(format!("{operations} operation{plural}")).dim(),
    ])
}

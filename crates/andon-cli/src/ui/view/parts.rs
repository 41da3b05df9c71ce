//! The pane of parts: what each shows, and its inputs with their keys.

use andon_monitor::sim::{Allowed, Input, PartState, Planned, Reading, Shown};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style, Stylize};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::super::Subject;
use super::super::controls::Controls;
use super::{pane, pixels};

/// Columns of the bar of a number.
const BAR: f64 = 16.0;

/// Lamps of a strip in a row.
const STRIP: usize = 32;

/// Light that is seen as light.
const DARK: f64 = 0.02;

pub(super) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    subject: &Subject,
    controls: &Controls,
    parts: &[PartState],
) {
    let names = parts.iter().map(|part| part.name.chars().count());
    let names = names.max().unwrap_or(0);
    let mut rows = Vec::new();
    let mut selected = 0;
    for (index, (planned, state)) in subject.plan.parts.iter().zip(parts).enumerate() {
        rows.push(part(planned, state, names));
        rows.extend(state.readings.iter().flat_map(display));
        for (input, (kind, value)) in planned.kind.inputs.iter().zip(&state.inputs).enumerate() {
            let control = controls.all.iter();
            let mut control = control.filter(|it| (it.part, it.input) == (index, input));
            let key = control.next().and_then(|control| control.key);
            let is_selected = controls
                .selected()
                .is_some_and(|it| (it.part, it.input) == (index, input));
            if is_selected {
                selected = rows.len();
            }
            rows.push(self::input(kind, *value, key, is_selected));
        }
    }
    let block = pane("board");
    let height = usize::from(block.inner(area).height);
    // The selected input is always in sight.
    let first = (selected + 1).saturating_sub(height);
    let shown: Vec<_> = rows.into_iter().skip(first).collect();
    frame.render_widget(Paragraph::new(shown).block(block), area);
}

/// Name, kind and what it shows, but for what is one of its inputs.
fn part<'a>(planned: &Planned, state: &PartState, names: usize) -> Line<'a> {
    let mut spans = vec![
        Span::from(format!("{:names$}  ", state.name)).bold(),
        Span::from(format!("{}  ", state.kind)).dim(),
    ];
    if let Some(color) = mixed(&state.readings) {
        spans.push(lamp(1.0, color));
        return Line::from(spans);
    }
    let color = color(planned);
    for reading in &state.readings {
        let inputs = planned.kind.inputs;
        if inputs.iter().all(|input| input.name != reading.name) {
            spans.extend(self::reading(reading, color));
        }
    }
    Line::from(spans)
}

fn reading<'a>(reading: &Reading, color: Color) -> Vec<Span<'a>> {
    let name = reading.name;
    match &reading.shown {
        Shown::Light(light) => vec![lamp(*light, color), Span::from(" ")],
        Shown::Switch(on) => {
            let on = lamp(f64::from(*on), color);
            vec![Span::from(format!("{name} ")), on, Span::from("  ")]
        }
        Shown::Number { value, unit } => {
            let value_text = number(*value);
            let dial = if *unit == "°" { dial(*value) } else { "" };
            vec![Span::from(format!("{name} {dial}{value_text} {unit}  "))]
        }
        Shown::Text(_) | Shown::Colors(_) | Shown::Pixels { .. } => Vec::new(),
    }
}

/// The rows of a display: text or a picture.
fn display<'a>(reading: &Reading) -> Vec<Line<'a>> {
    let (rows, style) = match &reading.shown {
        Shown::Text(text) => {
            let rows = text.lines().map(|line| format!(" {line} ")).collect();
            (rows, Style::new().reversed())
        }
        Shown::Colors(colors) => return strip(colors),
        Shown::Pixels { width, on } => {
            let rows = pixels::rows(*width, on);
            (rows, Style::new().fg(Color::White).bg(Color::Black))
        }
        _ => return Vec::new(),
    };
    let rows = rows.into_iter();
    let rows = rows.map(|row| Line::from(vec![Span::from("  "), Span::styled(row, style)]));
    rows.collect()
}

/// Rows of lamps, each in its color.
fn strip<'a>(colors: &[[u8; 3]]) -> Vec<Line<'a>> {
    let rows = colors.chunks(STRIP).map(|colors| {
        let lamps = colors.iter().map(|[red, green, blue]| {
            let light = f64::from(*red.max(green).max(blue));
            lamp(light, Color::Rgb(*red, *green, *blue))
        });
        Line::from(
            std::iter::once(Span::from("  "))
                .chain(lamps)
                .collect::<Vec<_>>(),
        )
    });
    rows.collect()
}

/// Where an angle in degrees points: 0 is up, 90 is to the right.
fn dial(angle: f64) -> &'static str {
    const ARROWS: [&str; 8] = ["↑ ", "↗ ", "→ ", "↘ ", "↓ ", "↙ ", "← ", "↖ "];
    // A whole number from 0 to 8.
    let eighth = (angle.rem_euclid(360.0) / 45.0).round() as usize;
    ARROWS[eighth % ARROWS.len()]
}

fn input<'a>(input: &Input, value: f64, key: Option<char>, is_selected: bool) -> Line<'a> {
    let key = match key {
        Some(key) => format!("[{key}]"),
        None => "   ".to_owned(),
    };
    let mark = if is_selected { "▸" } else { " " };
    let name = format!("{mark} {key} {}", input.name);
    let name = if is_selected {
        Span::from(name).reversed()
    } else {
        Span::from(name)
    };
    let mut spans = vec![name, Span::from(" ")];
    if input.is_switch() {
        spans.push(lamp(value, Color::White));
    } else {
        let (low, high) = (input.range.start(), input.range.end());
        let share = (value - low) / (high - low);
        spans.push(Span::from(bar(share)).cyan());
        spans.push(Span::from(format!(" {} {}", number(value), input.unit)));
    }
    Line::from(spans)
}

/// A bar that is full at 1.
fn bar(share: f64) -> String {
    let full = (share.clamp(0.0, 1.0) * BAR).round() as usize;
    "━".repeat(full) + &"┄".repeat(BAR as usize - full)
}

/// A lamp as bright as its light.
fn lamp<'a>(light: f64, color: Color) -> Span<'a> {
    if light < DARK {
        return Span::from("○").dim();
    }
    let lit = Span::styled("●", Style::new().fg(color));
    if light < 0.5 { lit.dim() } else { lit.bold() }
}

/// The color of a part's light, where its plan says it.
fn color(planned: &Planned) -> Color {
    let mut settings = planned.kind.settings.iter().zip(&planned.settings);
    let setting = settings.find(|(setting, _)| setting.name == "color");
    let word = setting.and_then(|(setting, value)| match setting.allowed {
        // The value of a choice is its index.
        Allowed::Choice(words) => words.get(*value as usize).copied(),
        Allowed::Number { .. } => None,
    });
    match word {
        Some("red") => Color::LightRed,
        Some("green") => Color::LightGreen,
        Some("blue") => Color::LightBlue,
        Some("white") => Color::White,
        _ => Color::LightYellow,
    }
}

/// The color of a part that shows red, green and blue light, unless it is dark.
fn mixed(readings: &[Reading]) -> Option<Color> {
    let light = |name| {
        let mut readings = readings.iter();
        readings.find_map(|reading| match reading.shown {
            Shown::Light(light) if reading.name == name => Some(light),
            _ => None,
        })
    };
    let lights = [light("red")?, light("green")?, light("blue")?];
    if lights.iter().all(|light| *light < DARK) {
        return None;
    }
    let [red, green, blue] = lights.map(|light| (light.clamp(0.0, 1.0) * 255.0).round() as u8);
    Some(Color::Rgb(red, green, blue))
}

/// A number with up to three decimal places.
fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0" } else { text }.to_owned()
}

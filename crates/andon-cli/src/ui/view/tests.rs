use std::path::Path;
use std::time::Duration;

use andon_monitor::clock::Time;
use andon_monitor::sim::{Allowed, PartState, Plan, Reading, Shown};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::super::history::History;
use super::super::operations::Line;
use super::super::other::Other;
use super::{Controls, Picture, Subject, draw};

const BOARD: &str = "[sim.door]\npart = 'button'\ncontact = 'button'\n\
                     [sim.lamp]\npart = 'led'\nanode = 'led'\n";

fn part(name: &str, kind: &'static str, shown: Reading, inputs: Vec<f64>) -> PartState {
    PartState {
        name: name.into(),
        kind,
        readings: vec![shown],
        inputs,
    }
}

fn parts() -> Vec<PartState> {
    let pressed = Reading {
        name: "pressed",
        shown: Shown::Switch(true),
    };
    let light = Reading {
        name: "light",
        shown: Shown::Light(1.0),
    };
    vec![
        part("door", "button", pressed, vec![1.0]),
        part("lamp", "led", light, Vec::new()),
    ]
}

fn picture() -> Picture {
    let mut led = History::default();
    led.push(Duration::from_secs(15), true);
    let mut log = Other::new("log".into());
    log.operations = 3;
    Picture {
        now: Duration::from_secs(20),
        lines: vec![("led".into(), led), ("button".into(), History::default())],
        others: vec![log],
        operations: vec![Line {
            time: Duration::from_millis(1500),
            text: "led gpio_set mask 0x1 levels 0x1".into(),
            failed: false,
            times: 2,
        }],
        console: vec!["hello".into()],
    }
}

/// A picture as text, without the blanks at the ends of its lines.
fn drawn(plan: &str, parts: &[PartState], size: (u16, u16)) -> Vec<String> {
    let plan = Plan::parse(plan, Path::new("/")).expect("a plan");
    let controls = Controls::new(&plan);
    let subject = Subject {
        title: "button.elf".into(),
        plan,
        board: None,
        time: Time::default(),
    };
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).expect("it has a size");
    let drawn = terminal.draw(|frame| draw(frame, &subject, &controls, parts, &picture()));
    let buffer = drawn.expect("memory takes it").buffer;
    let cells = buffer.content.chunks(usize::from(size.0));
    let rows = cells.map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>());
    rows.map(|row| row.trim_end().to_owned()).collect()
}

#[test]
fn parts_lines_operations_and_console_have_their_panes() {
    assert_eq!(
        drawn(BOARD, &parts(), (80, 13)),
        [
            " andon  button.elf  20.0 s",
            "┌ board ───────────────────────────────┐┌ lines, the last 10 s ────────────────┐",
            "│door  button                          ││led    ● ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇│",
            "│▸ [d] pressed ●                       ││button ○ ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁│",
            "│lamp  led  ●                          ││log  3 operations                     │",
            "│                                      ││                                      │",
            "│                                      ││                                      │",
            "└──────────────────────────────────────┘└──────────────────────────────────────┘",
            "┌ operations ──────────────────────────────────┐┌ console ─────────────────────┐",
            "│   1.500     ×2 led gpio_set mask 0x1 levels 0││hello                         │",
            "│                                              ││                              │",
            "└──────────────────────────────────────────────┘└──────────────────────────────┘",
            " q end   a letter presses, with Shift holds   Tab selects   ← → change",
        ]
    );
}

#[test]
fn a_board_without_parts_shows_its_lines() {
    let rows = drawn("", &[], (80, 13));
    assert!(
        rows[1].starts_with("┌ lines, the last 10 s ──"),
        "{rows:#?}"
    );
    assert!(rows[2].starts_with("│led    ● ▁"), "{rows:#?}");
}

#[test]
fn a_terminal_of_any_size_is_drawn_on() {
    for size in [(1, 1), (3, 2), (20, 5), (40, 40), (300, 3)] {
        assert_eq!(drawn(BOARD, &parts(), size).len(), usize::from(size.1));
    }
}

#[test]
fn a_strip_has_a_lamp_for_each_color_and_an_angle_points_there() {
    let plan = "[sim.arm]\npart = 'servo'\nsignal = 'servo'\n\
                [sim.strip]\npart = 'ws2812'\nselect = 'strip'\n";
    let angle = Reading {
        name: "angle",
        shown: Shown::Number {
            value: -47.25,
            unit: "°",
        },
    };
    let colors = Reading {
        name: "colors",
        shown: Shown::Colors(vec![[255, 0, 0], [0, 0, 0], [0, 0, 1]]),
    };
    let parts = [
        part("arm", "servo", angle, Vec::new()),
        part("strip", "ws2812", colors, Vec::new()),
    ];
    let rows = drawn(plan, &parts, (80, 13));
    let board =
        [2, 3, 4].map(|row: usize| rows[row].split("││").next().unwrap_or_default().trim_end());
    let expected = [
        "│arm    servo  angle ↖ -47.25 °",
        "│strip  ws2812",
        "│  ●○●",
    ];
    assert_eq!(board, expected);
}

#[test]
fn every_color_of_a_led_is_known() {
    let led = andon_monitor::sim::KINDS
        .iter()
        .find(|kind| kind.name == "led");
    let allowed = led.map(|led| &led.settings[0].allowed);
    let words = ["red", "yellow", "green", "blue", "white"];
    assert!(matches!(allowed, Some(Allowed::Choice(known)) if **known == words));
}

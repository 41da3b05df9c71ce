//! The display of `--sim --ui`: the simulated board on the whole terminal, its parts, lines,
//! operations and the guest's console, and keys by which parts are pressed and turned.
//!
//! Drawing never holds up the guest: what it does is noted, and a thread draws the newest
//! every [`FRAME`].

mod console;
mod controls;
mod history;
mod operations;
mod other;
mod scene;
mod terminal;
mod view;

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use andon_monitor::clock::Time;
use andon_monitor::device::Devices;
use andon_monitor::sim::{Board, PartState, Plan};
use andon_monitor::trace::Signal;
use ratatui::crossterm::event::{self, Event};
use rustix::process::{self, getpid, kill_process};

use controls::{Controls, Wish};
use scene::Scene;
use terminal::Screen;

pub(crate) use terminal::is_usable;

/// Time between two pictures.
const FRAME: Duration = Duration::from_millis(40);

/// Stack of the thread that draws, in bytes.
const DRAWER_STACK: usize = 512 * 1024;

/// The display of one run.
pub(crate) struct Ui {
    scene: Scene,
    drawer: Option<Drawer>,
}

/// What the display is of.
pub(crate) struct Subject {
    /// Name of the image.
    pub(crate) title: String,
    /// The parts as they are planned.
    pub(crate) plan: Plan,
    /// The parts, where there are any.
    pub(crate) board: Option<Board>,
    /// The guest's clock.
    pub(crate) time: Time,
}

struct Drawer {
    ended: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Ui {
    /// A display of a guest with these devices, some of which have lines. Nothing is shown
    /// yet.
    pub(crate) fn new(devices: Vec<String>, signals: Vec<Signal>) -> Self {
        Self {
            scene: Scene::new(devices, signals),
            drawer: None,
        }
    }

    /// Sees simulated lines from outside, and is told of every operation.
    pub(crate) fn observe(&self, devices: &mut Devices) {
        self.scene.attach(devices);
        devices.observe(self.scene.observer());
    }

    /// Where the guest's console goes.
    pub(crate) fn console(&self) -> io::Result<Box<dyn Write + Send>> {
        Ok(Box::new(console::Pane::new(self.scene.clone())?))
    }

    /// Takes the terminal and begins to draw.
    pub(crate) fn start(&mut self, subject: Subject) -> io::Result<()> {
        let mut screen = Screen::take()?;
        let ended = Arc::new(AtomicBool::new(false));
        let (scene, end) = (self.scene.clone(), Arc::clone(&ended));
        let thread = thread::Builder::new()
            .name("andon-ui".into())
            .stack_size(DRAWER_STACK)
            .spawn(move || draw_until(&end, &mut screen, &scene, &subject))?;
        self.drawer = Some(Drawer { ended, thread });
        Ok(())
    }

    /// Gives the terminal back and leaves there what the guest wrote.
    pub(crate) fn end(self) {
        if let Some(drawer) = self.drawer {
            drawer.ended.store(true, Ordering::Relaxed);
            // A panic of the drawer's has been reported by itself.
            let _ = drawer.thread.join();
        }
        // Where stdout is closed, nobody wants to see it.
        let _ = console::leave(&self.scene);
    }
}

fn draw_until(ended: &AtomicBool, screen: &mut Screen, scene: &Scene, subject: &Subject) {
    let mut controls = Controls::new(&subject.plan);
    while !ended.load(Ordering::Relaxed) {
        let now = subject.time.now();
        let picture = scene.picture(now);
        let parts = states(subject);
        // The guest goes on without a display.
        let _ = screen.draw(|frame| {
            view::draw(frame, subject, &controls, &parts, &picture);
        });
        let next = Instant::now() + FRAME;
        while !ended.load(Ordering::Relaxed) {
            let left = next.saturating_duration_since(Instant::now());
            if !event::poll(left).unwrap_or(false) {
                break;
            }
            if let Ok(Event::Key(key)) = event::read() {
                // Keys that repeat come faster than pictures: each goes on from the one before.
                let wish = controls.key(key, &states(subject), Instant::now());
                perform(wish, subject);
            }
        }
        for wish in controls.due(Instant::now()) {
            perform(Some(wish), subject);
        }
    }
}

/// What the parts show and have as inputs now.
fn states(subject: &Subject) -> Vec<PartState> {
    subject.board.as_ref().map_or_else(Vec::new, Board::states)
}

/// Does what a key asks for.
fn perform(wish: Option<Wish>, subject: &Subject) {
    match (wish, &subject.board) {
        (Some(Wish::Set(part, input, value)), Some(board)) => board.set(part, input, value),
        // As Ctrl-C does where nobody takes the keys: the monitor ends its guest in order.
        (Some(Wish::End), _) => {
            let _ = kill_process(getpid(), process::Signal::INT);
        }
        _ => {}
    }
}

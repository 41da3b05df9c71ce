//! The guest's console: a pane of the display, and stdout where that goes elsewhere.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, IsTerminal, Write};

use super::scene::Scene;
use crate::console;

/// Bytes that are kept at most, for the end; older ones are lost.
const MOST: usize = 256 * 1024;

/// What the guest wrote last.
#[derive(Default)]
pub(super) struct Text(VecDeque<u8>);

impl Text {
    pub(super) fn append(&mut self, text: &[u8]) {
        self.0.extend(text);
        let surplus = self.0.len().saturating_sub(MOST);
        self.0.drain(..surplus);
    }

    /// The last lines, as they can be shown: without control characters.
    pub(super) fn last_lines(&self, count: usize) -> Vec<String> {
        /// More than a terminal shows.
        const SHOWN: usize = 16 * 1024;
        let start = self.0.len().saturating_sub(SHOWN);
        let bytes: Vec<u8> = self.0.range(start..).copied().collect();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<_> = text.lines().collect();
        let first = lines.len().saturating_sub(count);
        lines[first..].iter().map(|line| shown(line)).collect()
    }
}

fn shown(line: &str) -> String {
    let line = line.replace('\t', "    ");
    line.chars().filter(|c| !c.is_control()).collect()
}

/// The console as the guest writes to it.
pub(super) struct Pane {
    scene: Scene,
    /// Stdout, where it is no terminal: there the display is in the way.
    stdout: Option<File>,
}

impl Pane {
    pub(super) fn new(scene: Scene) -> io::Result<Self> {
        let stdout = console::stdout()?;
        let stdout = (!stdout.is_terminal()).then_some(stdout);
        Ok(Self { scene, stdout })
    }
}

impl Write for Pane {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        let written = match &mut self.stdout {
            Some(stdout) => stdout.write(text)?,
            None => text.len(),
        };
        self.scene
            .console(|console| console.append(&text[..written]));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes what the guest wrote to the terminal that has shown it in a pane.
pub(super) fn leave(scene: &Scene) -> io::Result<()> {
    let mut stdout = console::stdout()?;
    if !stdout.is_terminal() {
        return Ok(());
    }
    let mut text = Vec::new();
    scene.console(|console| text.extend(&console.0));
    if text.last().is_some_and(|last| *last != b'\n') {
        text.push(b'\n');
    }
    stdout.write_all(&text)
}

#[cfg(test)]
mod tests {
    use super::{MOST, Text};

    #[test]
    fn the_last_lines_are_shown_without_control_characters() {
        let mut text = Text::default();
        text.append(b"one\n\x1b[31mtwo\n");
        text.append(b"thr\tee");
        assert_eq!(text.last_lines(2), ["[31mtwo", "thr    ee"]);
    }

    #[test]
    fn what_is_kept_has_a_bound() {
        let mut text = Text::default();
        text.append(&vec![b'a'; MOST]);
        text.append(b"b");
        assert_eq!((text.0.len(), text.0.back()), (MOST, Some(&b'b')));
    }
}

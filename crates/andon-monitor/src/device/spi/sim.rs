//! A chip select with no hardware behind it, and the part that it selects.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::{Provider, Step};
use crate::device::Failure;

/// A part that is selected.
pub trait Part: Send {
    /// The guest selects it.
    fn select(&mut self) {}

    /// Bytes go to the part, and as many come back.
    fn exchange(&mut self, sent: &[u8], received: &mut [u8]);

    /// The guest does not select it any more.
    fn deselect(&mut self) {}
}

/// A wire from the bus's output to its input.
pub struct Loopback;

impl Part for Loopback {
    fn exchange(&mut self, sent: &[u8], received: &mut [u8]) {
        received.copy_from_slice(sent);
    }
}

/// A simulated chip select; clones are the same.
#[derive(Clone)]
pub struct Slot(Arc<Mutex<Box<dyn Part>>>);

impl Default for Slot {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Box::new(Loopback))))
    }
}

impl Slot {
    /// Puts a part there, in place of the one that is.
    pub fn attach(&self, part: Box<dyn Part>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = part;
    }

    /// A provider of it.
    pub fn provider(&self) -> Sim {
        Sim(self.clone())
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").finish_non_exhaustive()
    }
}

/// Provider of a simulated chip select.
#[derive(Debug)]
pub struct Sim(Slot);

impl Provider for Sim {
    fn transfer(&mut self, steps: &mut [Step<'_>]) -> Result<(), Failure> {
        let mut part = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        part.select();
        for step in steps {
            perform(&mut **part, step);
        }
        part.deselect();
        Ok(())
    }

    fn simulated(&self) -> Option<Slot> {
        Some(self.0.clone())
    }
}

fn perform(part: &mut dyn Part, step: &mut Step<'_>) {
    match step {
        Step::Write(bytes) => part.exchange(bytes, &mut vec![0; bytes.len()]),
        Step::Read(room) => part.exchange(&vec![0; room.len()], room),
        Step::InPlace(bytes) => {
            let sent = bytes.to_vec();
            part.exchange(&sent, bytes);
        }
        Step::Exchange(bytes, room) => part.exchange(bytes, room),
        Step::Delay(time) => thread::sleep(*time),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};
    use std::time::Duration;

    use super::{Part, Provider, Slot, Step};

    #[test]
    fn a_loop_brings_back_what_is_sent() {
        let (mut room, mut bytes, mut zeros) = ([0; 2], [3, 4], [9]);
        let mut steps = [
            Step::Exchange(&[1, 2], &mut room),
            Step::InPlace(&mut bytes),
            Step::Read(&mut zeros),
        ];
        let done = Slot::default().provider().transfer(&mut steps);
        assert_eq!((done, room, bytes, zeros), (Ok(()), [1, 2], [3, 4], [0]));
    }

    /// Tells what it sees.
    struct Witness(Sender<Option<Vec<u8>>>);

    impl Part for Witness {
        fn select(&mut self) {
            self.0.send(None).unwrap();
        }
        fn exchange(&mut self, sent: &[u8], received: &mut [u8]) {
            self.0.send(Some(sent.to_vec())).unwrap();
            received.fill(0xff);
        }
        fn deselect(&mut self) {
            self.0.send(None).unwrap();
        }
    }

    #[test]
    fn a_part_is_selected_once_for_all_steps() {
        let (sender, seen) = channel();
        let slot = Slot::default();
        slot.attach(Box::new(Witness(sender)));
        let mut room = [0; 2];
        let mut steps = [
            Step::Write(&[7]),
            Step::Delay(Duration::from_nanos(1)),
            Step::Read(&mut room),
        ];
        assert_eq!(slot.provider().transfer(&mut steps), Ok(()));
        let expected = [None, Some(vec![7]), Some(vec![0, 0]), None];
        assert_eq!(seen.try_iter().collect::<Vec<_>>(), expected);
        assert_eq!(room, [0xff, 0xff]);
    }
}

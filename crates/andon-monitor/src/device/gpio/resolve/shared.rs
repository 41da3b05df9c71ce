//! Finds a line that two devices would have.

use super::cdev::said;
use super::{Place, Resolved};

impl Resolved {
    /// The first line that `other` has as well, in words. That a line of a chip's node is
    /// also one of sysfs cannot be told here; the kernel refuses to hand it out twice.
    pub fn shared_line(&self, other: &Self) -> Option<String> {
        match (&self.place, &other.place) {
            (Place::Cdev(chip, lines), Place::Cdev(others_chip, others))
                if chip.id().name == others_chip.id().name =>
            {
                let offsets: Vec<u32> = others.iter().map(|line| line.offset).collect();
                let shared = lines.iter().find(|line| offsets.contains(&line.offset))?;
                Some(said(chip.id(), shared))
            }
            (Place::Sysfs(lines), Place::Sysfs(others)) => {
                let shared = lines.iter().find(|line| others.contains(line))?;
                Some(format!("line {shared}"))
            }
            _ => None,
        }
    }
}

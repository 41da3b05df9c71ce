//! A clock with no hardware behind it, which stands still.

use super::{Failure, Provider};

/// What a clock shows that was never set: the first second of 2000.
pub const NEVER_SET: i64 = 946_684_800;

/// A simulated clock at so many seconds since 1970.
#[derive(Clone, Copy, Debug)]
pub struct Clock(pub i64);

impl Provider for Clock {
    fn seconds(&mut self) -> Result<i64, Failure> {
        Ok(self.0)
    }
}

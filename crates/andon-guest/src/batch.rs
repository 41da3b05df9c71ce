//! Batches: requests to devices of any class that the monitor performs in one call.
//!
//! All of a batch's requests are checked before the first is performed. It ends at the first
//! that fails.
//!
//! ```ignore
//! let mut flash = Batch::<3>::new();
//! flash.push(lamp.batched_set(true))?;
//! flash.push(batch::delay_until(Duration::from_millis(2)))?;
//! flash.push(lamp.batched_set(false))?;
//! flash.run()?;
//! ```

use core::fmt;
use core::marker::PhantomData;
use core::time::Duration;

use andon_abi::batch::{Batch as Arguments, Delay};
use andon_abi::gpio::Lines;
use andon_abi::request::Request;
use andon_abi::{Status, call};

use crate::{Error, request};

pub use andon_abi::batch::MAX_REQUESTS;
pub use request::Segment;

/// One request of a batch; `'a` is the life of the memory that it sends or receives.
#[derive(Debug)]
pub struct Entry<'a> {
    request: Request,
    memory: PhantomData<&'a mut [u8]>,
}

impl<'a> Entry<'a> {
    /// The request with this number to a device.
    pub(crate) fn new(
        number: u16,
        handle: u64,
        arguments: [u8; 32],
        segments: &'a mut [Segment<'a>],
    ) -> Self {
        Self {
            request: request::block(number, handle, arguments, segments),
            memory: PhantomData,
        }
    }
}

/// Waits until `time` has passed since the batch began, at most ten seconds.
pub fn delay_until(time: Duration) -> Entry<'static> {
    let delay = Delay {
        until: u64::try_from(time.as_nanos()).unwrap_or(u64::MAX),
        reserved: [0; 24],
    };
    Entry::new(call::DELAY, 0, delay.to_bytes(), &mut [])
}

/// Up to `N` requests, at most [`MAX_REQUESTS`].
#[derive(Debug)]
pub struct Batch<'a, const N: usize> {
    requests: [Request; N],
    count: usize,
    memory: PhantomData<&'a mut [u8]>,
}

/// Why a batch ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed {
    /// Index of the request that failed, by the order in which they were added.
    pub index: usize,
    /// How many requests were performed before; none where it was refused by the check.
    pub done: usize,
    /// The monitor's status.
    pub error: Error,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "request {} of the batch: {}", self.index, self.error)
    }
}

impl core::error::Error for Failed {}

impl<const N: usize> Default for Batch<'_, N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a, const N: usize> Batch<'a, N> {
    /// An empty batch.
    pub fn new() -> Self {
        const {
            assert!(
                N <= MAX_REQUESTS as usize,
                "a batch has at most 256 requests"
            );
        };
        Self {
            requests: [request::block(0, 0, [0; 32], &mut []); N],
            count: 0,
            memory: PhantomData,
        }
    }

    /// Adds a request; its index.
    ///
    /// # Errors
    /// [`Status::BadArgument`] where there are `N` already.
    pub fn push(&mut self, entry: Entry<'a>) -> Result<usize, Error> {
        let index = self.count;
        let place = self.requests.get_mut(index);
        *place.ok_or(Error::of(Status::BadArgument))? = entry.request;
        self.count += 1;
        Ok(index)
    }

    /// Has the monitor perform them, in their order; again where that was done before.
    ///
    /// # Errors
    /// The first request that the monitor refuses, then none is performed, or that fails.
    pub fn run(&mut self) -> Result<(), Failed> {
        let requests = &mut self.requests[..self.count];
        for request in &mut *requests {
            request.received = 0;
        }
        let batch = Arguments {
            requests: requests.as_mut_ptr().expose_provenance() as u64,
            count: requests.len() as u32,
            done: 0,
            failed: 0,
            reserved: [0; 12],
        };
        let mut arguments = batch.to_bytes();
        let performed = request::perform(call::BATCH, 0, &mut arguments, &mut []);
        let Arguments { done, failed, .. } = Arguments::from_bytes(&arguments);
        performed.map(|_| ()).map_err(|error| Failed {
            index: failed as usize,
            done: done as usize,
            error,
        })
    }

    /// Levels that the request `index` read, by `batched_levels` of a GPIO device; of no
    /// meaning for others.
    pub fn levels(&self, index: usize) -> u64 {
        let request = self.requests[..self.count].get(index);
        request.map_or(0, |request| Lines::from_bytes(&request.arguments).values)
    }

    /// How many bytes the request `index` received.
    pub fn received(&self, index: usize) -> usize {
        let request = self.requests[..self.count].get(index);
        request.map_or(0, |request| request.received as usize)
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::{Batch, Delay, Entry, Error, Segment, Status, delay_until};

    #[test]
    fn a_delay_counts_nanoseconds() {
        let entry = delay_until(Duration::from_micros(3));
        let delay = Delay::from_bytes(&entry.request.arguments);
        assert_eq!((entry.request.handle, delay.until), (0, 3_000));
    }

    #[test]
    fn a_request_beyond_the_last_place_is_refused() {
        let mut batch = Batch::<1>::new();
        let delay = || delay_until(Duration::ZERO);
        assert_eq!(batch.push(delay()), Ok(0));
        assert_eq!(
            batch.push(delay()).map_err(Error::status),
            Err(Status::BadArgument)
        );
    }

    #[test]
    fn an_entry_keeps_the_place_of_its_segments() {
        let mut segments = [Segment::send(b"abc"), Segment::NONE];
        let address = segments.as_ptr() as u64;
        let entry = Entry::new(72, 5, [7; 32], &mut segments);
        let request = entry.request;
        assert_eq!((request.segments, request.count), (address, 2));
        assert_eq!((request.number, request.handle), (72, 5));
    }

    #[test]
    fn without_a_monitor_nothing_is_performed() {
        let failed = Batch::<1>::new().run().map_err(|failed| failed.done);
        assert_eq!(failed, Err(0));
    }
}

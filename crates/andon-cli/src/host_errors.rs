//! Tells the operator of host errors behind failed operations: each kind once, at once, and
//! how often it came at the end.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use andon_monitor::device::class::Recorded as _;
use andon_monitor::device::{Failure, Observer, Operation, Record, block, net};

/// The errors so far. A guest that meets them all the time does not flood the operator.
#[derive(Clone, Default)]
pub(crate) struct HostErrors {
    seen: Arc<Mutex<Vec<Seen>>>,
    /// Whether nothing is told before the end, because it would be in the way.
    is_quiet: bool,
}

/// One kind of error, and how often it came.
struct Seen {
    text: String,
    times: u64,
}

impl HostErrors {
    /// Errors that are told at the end only.
    pub(crate) fn quiet() -> Self {
        Self {
            is_quiet: true,
            ..Self::default()
        }
    }

    /// What is to be told of the operations.
    pub(crate) fn observer(&self) -> Box<dyn Observer> {
        Box::new(self.clone())
    }

    /// Says what came more than once, and what was not told before.
    pub(crate) fn end(&self) {
        for Seen { text, times } in self.lock().iter() {
            if *times > 1 {
                tell(&format!("andon: {text}: {times} times in all\n"));
            } else if self.is_quiet {
                tell(&format!("andon: {text}\n"));
            }
        }
    }

    /// Counts an error; true where it is the first of its kind.
    fn count(&self, text: String) -> bool {
        let mut all = self.lock();
        match all.iter_mut().find(|seen| seen.text == text) {
            Some(seen) => {
                seen.times += 1;
                false
            }
            None => {
                all.push(Seen { text, times: 1 });
                true
            }
        }
    }

    /// A panic elsewhere does not make the counts unusable.
    fn lock(&self) -> MutexGuard<'_, Vec<Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for HostErrors {
    fn operation(&mut self, record: &Record<'_>) {
        let Err(Failure {
            cause: Some(cause), ..
        }) = record.result
        else {
            return;
        };
        let text = format!(
            "device `{}`: cannot {}: {cause}",
            record.device,
            verb(record.operation)
        );
        if self.count(text.clone()) && !self.is_quiet {
            tell(&format!("andon: {text}\n"));
        }
    }
}

/// What could not be done; a class without words of its own has its operation's name.
fn verb(operation: &Operation<'_>) -> &'static str {
    match operation {
        Operation::Gpio(_) => "access lines",
        Operation::I2c(_) | Operation::Spi(_) => "transfer",
        Operation::Block(block::Operation::Read { .. }) => "read",
        Operation::Block(block::Operation::Write { .. }) => "write",
        Operation::Net(net::Operation::Send { .. }) => "send",
        Operation::Net(net::Operation::Receive { .. }) => "receive",
        operation => operation.name(),
    }
}

/// Where stderr is closed, there is nobody left to tell.
fn tell(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::HostErrors;

    #[test]
    fn an_error_is_told_the_first_time_and_counted_after() {
        let errors = HostErrors::default();
        assert!(errors.count("full".into()));
        assert!(errors.count("gone".into()));
        assert!(!errors.count("full".into()));
        assert_eq!(errors.lock()[0].times, 2);
    }
}

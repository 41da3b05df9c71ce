//! Device operations as a Value Change Dump: levels over time.
//!
//! A wire changes where a set succeeded or a get read another level; before that it is
//! unknown (`x`). What was refused leaves no mark: a dump knows levels, not requests.

use std::io::{self, Write};
use std::time::Duration;

use vcd::{IdCode, ReferenceIndex, SimulationCommand, TimescaleUnit, Value, VarType};

use super::{Signal, nanoseconds};
use crate::device::{Operation, Record};

/// Writes value changes.
pub(super) struct ValueChanges {
    groups: Vec<Group>,
    time: u64,
}

/// The wires of one device.
struct Group {
    name: String,
    wires: Vec<IdCode>,
    known: u64,
    levels: u64,
}

impl ValueChanges {
    /// Writes the header and the unknown start of every wire.
    pub(super) fn begin(writer: &mut dyn Write, signals: &[Signal]) -> io::Result<Self> {
        let mut dump = vcd::Writer::new(writer);
        dump.version(concat!("andon ", env!("CARGO_PKG_VERSION")))?;
        dump.timescale(1, TimescaleUnit::NS)?;
        dump.add_module("andon")?;
        let groups = signals
            .iter()
            .map(|signal| declare(&mut dump, signal))
            .collect::<io::Result<Vec<_>>>()?;
        dump.upscope()?;
        dump.enddefinitions()?;
        // Readers begin where the first time is: at the guest's start, not at its first change.
        dump.timestamp(0)?;
        dump.begin(SimulationCommand::Dumpvars)?;
        for wire in groups.iter().flat_map(|group| &group.wires) {
            dump.change_scalar(*wire, Value::X)?;
        }
        dump.end()?;
        Ok(Self { groups, time: 0 })
    }

    /// Writes what one operation changed.
    pub(super) fn record(&mut self, writer: &mut dyn Write, record: &Record<'_>) -> io::Result<()> {
        let Operation::Gpio(operation) = record.operation else {
            return Ok(());
        };
        let Some((mask, levels)) = operation.seen(record.result) else {
            return Ok(());
        };
        let Some(group) = self
            .groups
            .iter_mut()
            .find(|group| group.name == record.device)
        else {
            return Ok(());
        };
        let changed = mask & (!group.known | (group.levels ^ levels));
        if changed == 0 {
            return Ok(());
        }
        let mut dump = vcd::Writer::new(writer);
        let time = nanoseconds(record.time);
        if self.time != time {
            dump.timestamp(time)?;
            self.time = time;
        }
        group.change(&mut dump, changed, levels)
    }

    /// Writes the time of the end.
    pub(super) fn end(&mut self, writer: &mut dyn Write, end: Duration) -> io::Result<()> {
        let end = nanoseconds(end);
        if self.time < end {
            vcd::Writer::new(writer).timestamp(end)?;
        }
        Ok(())
    }
}

impl Group {
    fn change<W: Write>(
        &mut self,
        dump: &mut vcd::Writer<W>,
        changed: u64,
        levels: u64,
    ) -> io::Result<()> {
        for (i, wire) in self.wires.iter().enumerate() {
            if changed >> i & 1 == 1 {
                dump.change_scalar(*wire, levels >> i & 1 == 1)?;
            }
        }
        self.known |= changed;
        self.levels = self.levels & !changed | levels & changed;
        Ok(())
    }
}

fn declare<W: Write>(dump: &mut vcd::Writer<W>, signal: &Signal) -> io::Result<Group> {
    let index = |line: u32| match signal.lines {
        1 => None,
        _ => Some(ReferenceIndex::BitSelect(line.cast_signed())),
    };
    let wires = (0..signal.lines)
        .map(|line| dump.add_var(VarType::Wire, 1, &signal.name, index(line)))
        .collect::<io::Result<Vec<_>>>()?;
    Ok(Group {
        name: signal.name.clone(),
        wires,
        known: 0,
        levels: 0,
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use andon_abi::Status;

    use super::ValueChanges;
    use crate::device::{Failure, Operation, Record, Reply, gpio};
    use crate::trace::Signal;

    const HEAD: &str = concat!(
        "$version\n    andon ",
        env!("CARGO_PKG_VERSION"),
        "\n$end\n$timescale 1 ns $end\n$scope module andon $end\n",
        "$var wire 1 ! led $end\n$var wire 1 \" bar [0] $end\n$var wire 1 # bar [1] $end\n",
        "$upscope $end\n$enddefinitions $end\n#0\n$dumpvars\nx!\nx\"\nx#\n$end\n",
    );

    struct Dump {
        bytes: Vec<u8>,
        changes: ValueChanges,
    }

    impl Dump {
        fn new() -> Self {
            let signals = [("led", 1), ("bar", 2)].map(|(name, lines)| Signal {
                name: name.into(),
                lines,
            });
            let mut bytes = Vec::new();
            let changes = ValueChanges::begin(&mut bytes, &signals).expect("memory takes it");
            Self { bytes, changes }
        }

        fn record(
            &mut self,
            (time, device): (u64, &str),
            operation: gpio::Operation,
            result: Result<Reply, Status>,
        ) {
            let record = Record {
                time: Duration::from_nanos(time),
                device,
                operation: &Operation::Gpio(operation),
                result: result.map_err(Failure::from),
            };
            self.changes
                .record(&mut self.bytes, &record)
                .expect("memory takes it");
        }

        fn text(self) -> String {
            String::from_utf8(self.bytes).expect("it is text")
        }
    }

    #[test]
    fn every_line_is_a_wire_and_unknown_at_first() {
        assert_eq!(Dump::new().text(), HEAD);
    }

    #[test]
    fn a_set_changes_the_wires_of_its_mask() {
        let mut dump = Dump::new();
        dump.record(
            (5, "bar"),
            gpio::Operation::Set { mask: 3, levels: 2 },
            Ok(Reply::Done),
        );
        assert_eq!(dump.text(), format!("{HEAD}#5\n0\"\n1#\n"));
    }

    #[test]
    fn an_equal_level_is_not_written_again() {
        let mut dump = Dump::new();
        dump.record(
            (5, "led"),
            gpio::Operation::Set { mask: 1, levels: 1 },
            Ok(Reply::Done),
        );
        dump.record(
            (9, "led"),
            gpio::Operation::Get { mask: 1 },
            Ok(Reply::Levels(1)),
        );
        assert_eq!(dump.text(), format!("{HEAD}#5\n1!\n"));
    }

    #[test]
    fn a_refused_set_changes_nothing() {
        let mut dump = Dump::new();
        dump.record(
            (5, "led"),
            gpio::Operation::Set { mask: 1, levels: 1 },
            Err(Status::WrongDirection),
        );
        assert_eq!(dump.text(), HEAD);
    }

    #[test]
    fn the_end_gives_the_last_level_its_length() {
        let mut dump = Dump::new();
        dump.record(
            (5, "led"),
            gpio::Operation::Set { mask: 1, levels: 1 },
            Ok(Reply::Done),
        );
        dump.changes
            .end(&mut dump.bytes, Duration::from_nanos(70))
            .expect("memory takes it");
        assert_eq!(dump.text(), format!("{HEAD}#5\n1!\n#70\n"));
    }
}

//! The result of a whole run, as a table for people and as JSON.

use serde_json::{Value, json};

use super::sample::Sample;

/// What a median must reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Target {
    AtMost(f64),
    AtLeast(f64),
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AtMost(bound) => write!(f, "<= {bound}"),
            Self::AtLeast(bound) => write!(f, ">= {bound}"),
        }
    }
}

/// One measured thing.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) unit: &'static str,
    pub(super) sample: Sample,
    pub(super) target: Option<Target>,
}

impl Row {
    /// A row without a target.
    pub(super) fn new(name: impl Into<String>, unit: &'static str, sample: Sample) -> Self {
        Self {
            name: name.into(),
            unit,
            sample,
            target: None,
        }
    }

    /// The row with a bound that its median must not exceed.
    pub(super) fn at_most(mut self, bound: f64) -> Self {
        self.target = Some(Target::AtMost(bound));
        self
    }

    /// The row with a bound that its median must reach.
    pub(super) fn at_least(mut self, bound: f64) -> Self {
        self.target = Some(Target::AtLeast(bound));
        self
    }

    /// Whether the target is met; none where there is no target.
    pub(super) fn met(&self) -> Option<bool> {
        let median = self.sample.median();
        Some(match self.target? {
            Target::AtMost(bound) => median <= bound,
            Target::AtLeast(bound) => median >= bound,
        })
    }

    fn json(&self) -> Value {
        let target = self.target.map(|target| match target {
            Target::AtMost(bound) => json!({"at_most": bound}),
            Target::AtLeast(bound) => json!({"at_least": bound}),
        });
        json!({
            "name": self.name,
            "unit": self.unit,
            "runs": self.sample.len(),
            "p10": self.sample.percentile(10),
            "median": self.sample.median(),
            "p90": self.sample.percentile(90),
            "target": target,
            "met": self.met(),
        })
    }
}

/// Bounds the median of the row with this name, where there is one.
pub(super) fn bound(rows: &mut [Row], name: &str, bound: f64) {
    if let Some(row) = rows.iter_mut().find(|row| row.name == name) {
        row.target = Some(Target::AtMost(bound));
    }
}

/// A row `label` of how many times as large the median of the row `name` is as that of the
/// row `to`, where there are both.
pub(super) fn ratio(rows: &[Row], label: &str, name: &str, to: &str) -> Option<Row> {
    let median = |name| Some(rows.iter().find(|row| row.name == name)?.sample.median());
    let ratio = Sample::exactly(median(name)? / median(to)?);
    Some(Row::new(label, "ratio", ratio))
}

/// Prints the rows as a table.
pub(super) fn print(rows: &[Row]) {
    println!(
        "\n{:<48} {:>10} {:>10} {:>10} {:<6} {:>6}  {:<9} result",
        "measured", "p10", "median", "p90", "unit", "runs", "target"
    );
    for row in rows {
        let [low, median, high] =
            [10, 50, 90].map(|percent| number(row.sample.percentile(percent)));
        let target = row.target.map(|target| target.to_string());
        let result = row.met().map(|met| if met { "met" } else { "MISSED" });
        let line = format!(
            "{:<48} {low:>10} {median:>10} {high:>10} {:<6} {:>6}  {:<9} {}",
            row.name,
            row.unit,
            row.sample.len(),
            target.unwrap_or_default(),
            result.unwrap_or_default()
        );
        println!("{}", line.trim_end());
    }
}

/// Three significant digits after the point for what is small, none for what is large.
fn number(value: f64) -> String {
    match value.abs() {
        large if large >= 1000.0 => format!("{value:.0}"),
        _ if value.fract() == 0.0 => format!("{value}"),
        _ => format!("{value:.3}"),
    }
}

/// The rows as JSON; docs/benchmarks.md describes it.
pub(super) fn json(rows: &[Row]) -> Value {
    let rows: Vec<Value> = rows.iter().map(Row::json).collect();
    json!({"version": 1, "machine": machine(), "rows": rows})
}

fn machine() -> Value {
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let cpus = std::thread::available_parallelism().map_or(0, usize::from);
    json!({
        "architecture": std::env::consts::ARCH,
        "cpu": cpu_name(),
        "cpus": cpus,
        "kernel": kernel.trim(),
    })
}

fn cpu_name() -> Option<String> {
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = cpuinfo
        .lines()
        .find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Row, bound, number, ratio};
    use crate::bench::sample::Sample;

    #[test]
    fn a_median_on_its_bound_meets_it() {
        let row = Row::new("start", "ms", Sample::exactly(2.0));
        assert_eq!(row.clone().at_most(2.0).met(), Some(true));
        assert_eq!(row.clone().at_least(2.0).met(), Some(true));
        assert_eq!(row.met(), None);
    }

    #[test]
    fn a_median_beyond_its_bound_misses_it() {
        let row = Row::new("start", "ms", Sample::exactly(2.0));
        assert_eq!(row.clone().at_most(1.9).met(), Some(false));
        assert_eq!(row.at_least(2.1).met(), Some(false));
    }

    #[test]
    fn a_row_in_json_says_what_it_is_and_whether_it_is_met() {
        let row = Row::new("start", "ms", Sample::exactly(1.5)).at_most(2.0);
        assert_eq!(
            row.json(),
            serde_json::json!({
                "name": "start", "unit": "ms", "runs": 1,
                "p10": 1.5, "median": 1.5, "p90": 1.5,
                "target": {"at_most": 2.0}, "met": true,
            })
        );
    }

    #[test]
    fn a_ratio_is_one_of_medians() {
        let rows = [("a", 3.0), ("b", 2.0)]
            .map(|(name, value)| Row::new(name, "ms", Sample::exactly(value)));
        assert_eq!(
            ratio(&rows, "a to b", "a", "b").unwrap().sample.median(),
            1.5
        );
        assert!(ratio(&rows, "a to c", "a", "c").is_none());
    }

    #[test]
    fn a_row_is_bounded_by_its_name() {
        let mut rows = [Row::new("a", "ms", Sample::exactly(3.0))];
        bound(&mut rows, "b", 1.0);
        assert_eq!(rows[0].met(), None);
        bound(&mut rows, "a", 1.0);
        assert_eq!(rows[0].met(), Some(false));
    }

    #[test]
    fn numbers_are_as_precise_as_they_are_large() {
        assert_eq!(
            [0.5, 12.0, 0.1234, 16384.4].map(number),
            ["0.500", "12", "0.123", "16384"]
        );
    }
}

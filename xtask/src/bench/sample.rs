//! A set of measurements of one thing.

/// Measurements, in ascending order; at least one.
#[derive(Clone, Debug)]
pub(super) struct Sample(Vec<f64>);

impl Sample {
    /// Takes measurements in any order; none where there are none.
    pub(super) fn new(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        (!values.is_empty()).then_some(Self(values))
    }

    /// One measurement that does not vary.
    pub(super) fn exactly(value: f64) -> Self {
        Self(vec![value])
    }

    /// How many measurements there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The measurement that half of them do not exceed.
    pub(super) fn median(&self) -> f64 {
        self.percentile(50)
    }

    /// The least measurement that at least `percent` of 100 do not exceed.
    pub(super) fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.0.len() * percent).div_ceil(100);
        self.0[rank.max(1) - 1]
    }
}

#[cfg(test)]
mod tests {
    use super::Sample;

    #[test]
    fn percentiles_are_measurements_themselves() {
        let sample = Sample::new((1..=10).rev().map(f64::from).collect()).unwrap();
        let percentiles = [10, 50, 90].map(|percent| sample.percentile(percent));
        assert_eq!(percentiles, [1.0, 5.0, 9.0]);
    }

    #[test]
    fn a_single_measurement_is_every_percentile() {
        let sample = Sample::exactly(3.0);
        assert_eq!([sample.percentile(10), sample.percentile(90)], [3.0, 3.0]);
    }

    #[test]
    fn no_measurements_are_no_sample() {
        assert!(Sample::new(Vec::new()).is_none());
    }
}

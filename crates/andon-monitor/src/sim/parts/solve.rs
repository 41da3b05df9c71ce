//! Looks for what a converter gives for a physical value.

/// The smallest whole number up to `most` that is large enough; all above it are too.
pub(super) fn solve(most: f64, is_enough: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, most);
    while high - low >= 1.0 {
        let middle = ((low + high) / 2.0_f64).floor();
        if is_enough(middle) {
            high = middle;
        } else {
            low = middle + 1.0;
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::solve;

    #[test]
    fn the_smallest_that_is_enough_is_found() {
        assert_eq!(solve(1000.0, |number| number * number >= 99.0), 10.0);
        assert_eq!(solve(1000.0, |_| true), 0.0);
        assert_eq!(solve(1000.0, |_| false), 1000.0);
    }
}

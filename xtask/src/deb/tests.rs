use std::path::Path;

use super::epoch;

#[test]
fn the_time_of_a_package_is_that_of_its_newest_change() {
    let changelog = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/debian/changelog");
    assert_eq!(epoch(&changelog).unwrap() % 86_400, 0);
}

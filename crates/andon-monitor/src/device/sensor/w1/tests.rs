use super::{Failure, Status, temperature};

fn read(bytes: &str, sum: &str, value: &str) -> Result<i64, Status> {
    let report = format!("{bytes} : crc=1c {sum}\n{bytes} t={value}\n");
    temperature(&report).map_err(|failure: Failure| failure.status)
}

const ROOM: &str = "57 01 4b 46 7f ff 09 10 8d";
const POWER_ON: &str = "50 05 4b 46 7f ff 0c 10 1c";
/// 85 °C that were measured.
const HOT: &str = "50 05 4b 46 7f ff 10 10 5d";

#[test]
fn a_value_with_the_right_checksum_is_read() {
    assert_eq!(read(ROOM, "YES", "21437"), Ok(21_437));
    assert_eq!(read(ROOM, "YES", "-10125"), Ok(-10_125));
}

#[test]
fn a_wrong_checksum_is_corrupt_data() {
    assert_eq!(read(ROOM, "NO", "21437"), Err(Status::Corrupt));
}

#[test]
fn a_bus_that_is_tied_to_ground_is_corrupt_data() {
    let zeros = "00 00 00 00 00 00 00 00 00";
    assert_eq!(read(zeros, "YES", "0"), Err(Status::Corrupt));
}

#[test]
fn the_value_after_power_on_is_no_temperature() {
    assert_eq!(read(POWER_ON, "YES", "85000"), Err(Status::NotReady));
}

#[test]
fn eighty_five_degrees_that_were_measured_are() {
    assert_eq!(read(HOT, "YES", "85000"), Ok(85_000));
}

#[test]
fn a_report_that_is_none_is_an_io_error() {
    let reports = [
        "",
        "57 01",
        "57 01 : crc=1c YES\n",
        "57 01 : crc=1c YES\nt=x\n",
    ];
    let statuses = reports.map(|report| temperature(report).unwrap_err().status);
    assert_eq!(statuses, [Status::IoError; 4]);
}

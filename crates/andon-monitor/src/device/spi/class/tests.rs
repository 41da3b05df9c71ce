//! Decoding what guests declare and ask.

use super::*;
use crate::device::class::Class as _;

fn decode<'a>(table: &[(u32, u32)], segments: &'a mut Segments) -> Result<Operation<'a>, Status> {
    for (byte, (length, flags)) in (1..).zip(table) {
        segments.push(*length, *flags).fill(byte);
    }
    Class::decode(SPI_TRANSFER, &[0; 32], segments)
}

fn refused(table: &[(u32, u32)]) -> bool {
    decode(table, &mut Segments::default()) == Err(Status::BadArgument)
}

#[test]
fn segments_are_steps_in_their_order() {
    let mut segments = Segments::default();
    let table = [
        (1, SEND),
        (1000, DELAY),
        (2, RECEIVE),
        (3, SEND | RECEIVE),
        (1, SEND | JOIN),
        (1, RECEIVE),
    ];
    let operation = decode(&table, &mut segments).unwrap();
    let (mut read, mut in_place, mut joined) = ([3; 2], [4; 3], [6]);
    let expected = vec![
        Step::Write(&[1]),
        Step::Delay(Duration::from_micros(1)),
        Step::Read(&mut read),
        Step::InPlace(&mut in_place),
        Step::Exchange(&[5], &mut joined),
    ];
    assert_eq!(operation.steps, expected);
}

#[test]
fn what_is_joined_is_received_and_as_long() {
    assert!(refused(&[(1, SEND | JOIN)]));
    assert!(refused(&[(1, SEND | JOIN), (2, RECEIVE)]));
    assert!(refused(&[(1, SEND | JOIN), (1, SEND)]));
    assert!(refused(&[(1, RECEIVE | JOIN), (1, RECEIVE)]));
}

#[test]
fn a_segment_with_other_flags_is_refused() {
    assert!(refused(&[(1, 0)]));
    assert!(refused(&[(1, SEND | DELAY)]));
    assert!(refused(&[(1, SEND | DELAY << 1)]));
}

#[test]
fn a_reserved_byte_that_is_not_zero_is_refused() {
    let arguments = std::array::from_fn(|i| u8::from(i == 31));
    let mut segments = Segments::default();
    let result = Class::decode(SPI_TRANSFER, &arguments, &mut segments);
    assert_eq!(result, Err(Status::BadArgument));
}

#[test]
fn the_number_of_another_call_is_refused() {
    let mut segments = Segments::default();
    let result = Class::decode(SPI_TRANSFER + 1, &[0; 32], &mut segments);
    assert_eq!(result, Err(Status::BadArgument));
}

const ASK: abi::Ask = abi::Ask {
    speed: 0,
    bits: 8,
    reserved: [0; 40],
};

#[test]
fn an_ask_is_shown_with_the_speed_that_matters() {
    let asked = Class::ask(&abi::Ask { speed: 1000, ..ASK }.to_bytes()).unwrap();
    assert_eq!(asked.to_string(), "at most 1000 Hz, words of 8 bits");
    assert_eq!(Class::form(asked), "spi:BUS.CS,speed=HERTZ");
}

#[test]
fn an_ask_for_no_bits_is_refused() {
    let error = Class::ask(&abi::Ask { bits: 0, ..ASK }.to_bytes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "asks for 0 bits in an SPI word, 1 to 32 are possible"
    );
}

#[test]
fn an_ask_with_reserved_bytes_is_refused() {
    let reserved = [1; 40];
    let error = Class::ask(&abi::Ask { reserved, ..ASK }.to_bytes()).unwrap_err();
    assert_eq!(error, AskProblem::Reserved);
}

fn shown(result: Result<Reply, Failure>) -> Vec<String> {
    let (mut room, mut in_place) = ([2], [3]);
    let steps = vec![
        Step::Write(&[1]),
        Step::Read(&mut room),
        Step::InPlace(&mut in_place),
    ];
    let mut fields = Vec::new();
    Operation { steps }.fields(result, &mut |name, value| {
        fields.push(format!("{name} {value:?}"));
    });
    fields
}

#[test]
fn a_record_shows_what_was_received_only_where_it_was() {
    let expected = ["sent Bytes([1])", "received Bytes([2, 3])"];
    assert_eq!(shown(Ok(Reply::Done)), expected);
    assert_eq!(shown(Err(Status::Timeout.into())), ["sent Bytes([1, 3])"]);
}

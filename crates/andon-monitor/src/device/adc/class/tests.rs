use super::*;
use crate::device::class::Class as _;

#[test]
fn a_read_has_no_arguments_and_no_data() {
    let mut none = Segments::default();
    assert_eq!(
        Class::decode(ADC_READ, &[0; 32], &mut none),
        Ok(Operation::Read)
    );
    let refused = Err(Status::BadArgument);
    assert_eq!(Class::decode(ADC_READ, &[1; 32], &mut none), refused);
    assert_eq!(Class::decode(ADC_CAPTURE + 1, &[0; 32], &mut none), refused);
    let mut data = Segments::default();
    data.push(4, RECEIVE);
    assert_eq!(Class::decode(ADC_READ, &[0; 32], &mut data), refused);
}

#[test]
fn a_capture_is_into_the_segments() {
    let mut room = Segments::default();
    room.push(4, RECEIVE);
    room.push(8, RECEIVE);
    let capture = Class::decode(ADC_CAPTURE, &[0; 32], &mut room);
    let samples = &mut [0; 12];
    assert_eq!(capture, Ok(Operation::Capture { samples }));
}

#[test]
fn a_capture_that_sends_is_refused() {
    let mut data = Segments::default();
    data.push(4, RECEIVE | 1);
    let refused = Class::decode(ADC_CAPTURE, &[0; 32], &mut data);
    assert_eq!(refused, Err(Status::BadArgument));
}

#[test]
fn a_voltage_is_answered() {
    let mut arguments = [0; 32];
    Class::answer(Reply::Number(-7), &mut arguments);
    assert_eq!(abi::Voltage::from_bytes(&arguments).microvolts, -7);
}

#[test]
fn an_ask_with_reserved_bytes_is_refused() {
    assert_eq!(Class::ask(&[0; 48]), Ok(Ask));
    assert_eq!(Class::ask(&[1; 48]), Err(AskProblem::Reserved));
}

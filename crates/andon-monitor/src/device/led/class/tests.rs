use super::*;
use crate::device::class::Class as _;

const LIGHT: abi::Light = abi::Light {
    brightness: 5,
    most: 0,
    reserved: [0; 24],
};

fn decode(number: u16, light: abi::Light) -> Result<Operation, Status> {
    Class::decode(number, &light.to_bytes(), &mut Segments::default())
}

#[test]
fn a_set_takes_the_brightness() {
    let set = Operation::Set { brightness: 5 };
    assert_eq!(decode(LED_SET, LIGHT), Ok(set));
}

#[test]
fn a_get_takes_nothing() {
    let nothing = abi::Light {
        brightness: 0,
        ..LIGHT
    };
    assert_eq!(decode(LED_GET, nothing), Ok(Operation::Get));
    assert_eq!(decode(LED_GET, LIGHT), Err(Status::BadArgument));
}

#[test]
fn what_is_not_well_formed_is_refused() {
    let most = abi::Light { most: 1, ..LIGHT };
    let reserved = abi::Light {
        reserved: [1; 24],
        ..LIGHT
    };
    let refused = [
        decode(LED_SET, most),
        decode(LED_SET, reserved),
        decode(LED_GET + 1, LIGHT),
    ];
    assert_eq!(refused, [Err(Status::BadArgument); 3]);
    let mut data = Segments::default();
    data.push(1, 0);
    let refused = Class::decode(LED_SET, &LIGHT.to_bytes(), &mut data);
    assert_eq!(refused, Err(Status::BadArgument));
}

#[test]
fn brightness_and_limit_are_answered() {
    let mut arguments = [0; 32];
    let light = Light {
        brightness: 2,
        most: 9,
    };
    Class::answer(Reply::Light(light), &mut arguments);
    let answer = abi::Light::from_bytes(&arguments);
    assert_eq!((answer.brightness, answer.most), (2, 9));
}

#[test]
fn an_ask_with_reserved_bytes_is_refused() {
    assert_eq!(Class::ask(&[0; 48]), Ok(Ask));
    assert_eq!(Class::ask(&[1; 48]), Err(AskProblem::Reserved));
}

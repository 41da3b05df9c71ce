//! Decoding what guests declare and ask.

use andon_abi::request::FIRST_CLASS_FLAG;

use super::*;
use crate::device::class::Class as _;

const ARGUMENTS: Transaction = Transaction {
    address: 0x48,
    flags: 0,
    reserved: [0; 24],
};

fn decode<'a>(
    arguments: Transaction,
    table: &[(u32, u32)],
    segments: &'a mut Segments,
) -> Result<Operation<'a>, Status> {
    for (byte, (length, flags)) in (1..).zip(table) {
        segments.push(*length, *flags).fill(byte);
    }
    Class::decode(I2C_TRANSFER, &arguments.to_bytes(), segments)
}

fn refused(arguments: Transaction, table: &[(u32, u32)]) -> bool {
    decode(arguments, table, &mut Segments::default()) == Err(Status::BadArgument)
}

#[test]
fn each_segment_is_a_message() {
    let mut segments = Segments::default();
    let operation = decode(ARGUMENTS, &[(2, SEND), (3, RECEIVE)], &mut segments);
    let mut room = [2; 3];
    let expected = Operation {
        address: Address::Seven(0x48),
        messages: vec![Message::Write(&[1, 1]), Message::Read(&mut room)],
    };
    assert_eq!(operation, Ok(expected));
}

/// So that a guest can ask whether it has the device at all.
#[test]
fn a_transaction_of_nothing_is_left_to_the_device_to_refuse() {
    let arguments = Transaction {
        address: abi::FIRST_ADDRESS.into(),
        ..ARGUMENTS
    };
    let mut segments = Segments::default();
    let operation = decode(arguments, &[], &mut segments).unwrap();
    assert_eq!(operation.messages, []);
}

#[test]
fn a_segment_that_continues_belongs_to_the_message_before_it() {
    let mut segments = Segments::default();
    let table = [(1, SEND), (2, SEND | CONTINUE), (1, SEND)];
    let operation = decode(ARGUMENTS, &table, &mut segments).unwrap();
    let expected = vec![Message::Write(&[1, 2, 2]), Message::Write(&[3])];
    assert_eq!(operation.messages, expected);
}

#[test]
fn a_segment_continues_nothing_and_no_message_of_the_other_way() {
    assert!(refused(ARGUMENTS, &[(1, SEND | CONTINUE)]));
    assert!(refused(ARGUMENTS, &[(1, SEND), (1, RECEIVE | CONTINUE)]));
}

#[test]
fn a_segment_of_both_ways_of_none_or_with_another_flag_is_refused() {
    assert!(refused(ARGUMENTS, &[(1, SEND | RECEIVE)]));
    assert!(refused(ARGUMENTS, &[(1, 0)]));
    assert!(refused(ARGUMENTS, &[(1, SEND | FIRST_CLASS_FLAG << 1)]));
}

#[test]
fn a_flag_says_that_an_address_has_ten_bits() {
    let arguments = Transaction {
        address: 0x150,
        flags: abi::TEN_BIT,
        ..ARGUMENTS
    };
    let mut segments = Segments::default();
    let operation = decode(arguments, &[(1, SEND)], &mut segments).unwrap();
    assert_eq!(operation.address, Address::Ten(0x150));
}

#[test]
fn an_address_that_none_can_have_is_refused() {
    let address = |address, flags| Transaction {
        address,
        flags,
        ..ARGUMENTS
    };
    let wrong = [(0x150, 0), (0, 0), (0x78, 0), (0x400, 1), (0x48, 2)];
    let results = wrong.map(|(number, flags)| refused(address(number, flags), &[(1, SEND)]));
    assert_eq!(results, [true; 5]);
}

#[test]
fn a_reserved_byte_that_is_not_zero_is_refused() {
    let reserved = std::array::from_fn(|i| u8::from(i == 23));
    let arguments = Transaction {
        reserved,
        ..ARGUMENTS
    };
    assert!(refused(arguments, &[(1, SEND)]));
}

#[test]
fn the_number_of_another_call_is_refused() {
    let mut segments = Segments::default();
    let result = Class::decode(I2C_TRANSFER + 1, &ARGUMENTS.to_bytes(), &mut segments);
    assert_eq!(result, Err(Status::BadArgument));
}

fn ask() -> abi::Ask {
    abi::Ask {
        addresses: (1_u128 << 0x48).to_le_bytes(),
        ten_bit: [0; 16],
        speed: 0,
        reserved: [0; 12],
    }
}

#[test]
fn an_ask_is_shown_with_the_speed_that_matters() {
    let asked = Class::ask(
        &abi::Ask {
            speed: 100_000,
            ..ask()
        }
        .to_bytes(),
    )
    .unwrap();
    assert_eq!(asked.to_string(), "0x48, at most 100000 Hz");
    assert_eq!(Class::form(asked), "i2c:BUS/0x48");
}

#[test]
fn an_ask_for_no_address_is_refused() {
    let addresses = [0; 16];
    let error = Class::ask(&abi::Ask { addresses, ..ask() }.to_bytes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "asks for 0 I2C addresses, 1 to 112 are possible"
    );
}

#[test]
fn an_ask_for_a_reserved_address_is_refused() {
    let addresses = 1_u128.to_le_bytes();
    let error = Class::ask(&abi::Ask { addresses, ..ask() }.to_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "asks for the unknown I2C address 0");
}

#[test]
fn an_ask_with_reserved_bytes_is_refused() {
    let reserved = [1; 12];
    let error = Class::ask(&abi::Ask { reserved, ..ask() }.to_bytes()).unwrap_err();
    assert_eq!(error, AskProblem::Reserved);
}

#[test]
fn a_form_names_10_bit_addresses_apart() {
    let mut addresses = Addresses::default();
    addresses.add(Address::Ten(0x150));
    let speed = None;
    assert_eq!(
        Class::form(Ask { addresses, speed }),
        "i2c:BUS,ten-bit=0x150"
    );
    addresses.add(Address::Seven(0x10));
    assert_eq!(
        Class::form(Ask { addresses, speed }),
        "i2c:BUS/0x10,ten-bit=0x150"
    );
}

fn shown(operation: &Operation<'_>, result: Result<Reply, Failure>) -> Vec<String> {
    let mut fields = Vec::new();
    operation.fields(result, &mut |name, value| {
        fields.push(format!("{name} {value:?}"));
    });
    fields
}

#[test]
fn a_record_shows_what_was_read_only_where_it_was() {
    let mut room = [9];
    let operation = Operation {
        address: Address::Seven(0x48),
        messages: vec![Message::Write(&[3]), Message::Read(&mut room)],
    };
    let expected = ["address Bits(72)", "written Bytes([3])", "read Bytes([9])"];
    assert_eq!(shown(&operation, Ok(Reply::Done)), expected);
    let failed = shown(&operation, Err(Status::Timeout.into()));
    assert_eq!(failed, expected[..2]);
}

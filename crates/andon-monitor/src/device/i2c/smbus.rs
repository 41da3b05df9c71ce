//! Transactions on an adapter that knows SMBus commands only, as those of PCs do: those that
//! are a command on the wire.
//!
//! Source: SMBus 3.2, section 6.5; Linux, Documentation/i2c/smbus-protocol.rst.

use std::fs::File;

use rustix::io::Errno;

use super::uapi::{self, Command, Functions, SMBUS_DATA};
use super::{Address, Message};

/// `I2C_SMBUS_*`.
const QUICK: u32 = 0;
const BYTE: u32 = 1;
const BYTE_DATA: u32 = 2;
const WORD_DATA: u32 = 3;
const BLOCK: u32 = 8;

/// Largest number of bytes after the register.
const BLOCK_SIZE: usize = 32;

/// Performs a transaction; `EOPNOTSUPP` where it is no command, or not one of the adapter's.
pub(super) fn transfer(
    bus: &File,
    functions: Functions,
    address: Address,
    messages: &mut [Message<'_>],
) -> Result<(), Errno> {
    let command = command(functions, messages).ok_or(Errno::OPNOTSUPP)?;
    let mut data = data(command, messages);
    uapi::choose(bus, address)?;
    uapi::command(bus, command, &mut data)?;
    if let Some(Message::Read(room)) = messages.last_mut() {
        let from = usize::from(command.size == BLOCK);
        let length = room.len();
        room.copy_from_slice(&data[from..from + length]);
    }
    Ok(())
}

/// The command that a transaction is.
fn command(functions: Functions, messages: &[Message<'_>]) -> Option<Command> {
    let (read, register, size, needs) = match messages {
        [Message::Write([])] => (false, 0, QUICK, Functions::QUICK),
        [Message::Write([byte])] => (false, *byte, BYTE, Functions::WRITE_BYTE),
        [Message::Write([register, values @ ..])] => {
            let (size, needs) = write_size(functions, values.len())?;
            (false, *register, size, needs)
        }
        [Message::Read(room)] if room.len() == 1 => (true, 0, BYTE, Functions::READ_BYTE),
        [Message::Write([register]), Message::Read(room)] => {
            let (size, needs) = read_size(functions, room.len())?;
            (true, *register, size, needs)
        }
        _ => return None,
    };
    functions.have(needs).then_some(Command {
        read,
        register,
        size,
    })
}

fn write_size(functions: Functions, values: usize) -> Option<(u32, Functions)> {
    match values {
        1 => Some((BYTE_DATA, Functions::WRITE_BYTE_DATA)),
        2 if functions.have(Functions::WRITE_WORD_DATA) => {
            Some((WORD_DATA, Functions::WRITE_WORD_DATA))
        }
        2..=BLOCK_SIZE => Some((BLOCK, Functions::WRITE_BLOCK)),
        _ => None,
    }
}

fn read_size(functions: Functions, length: usize) -> Option<(u32, Functions)> {
    match length {
        1 => Some((BYTE_DATA, Functions::READ_BYTE_DATA)),
        2 if functions.have(Functions::READ_WORD_DATA) => {
            Some((WORD_DATA, Functions::READ_WORD_DATA))
        }
        2..=BLOCK_SIZE => Some((BLOCK, Functions::READ_BLOCK)),
        _ => None,
    }
}

/// What a command sends, or for a block how much it reads. A word is in the order of its
/// bytes on the wire, which is that of a little-endian host.
fn data(command: Command, messages: &[Message<'_>]) -> [u8; SMBUS_DATA] {
    let mut data = [0; SMBUS_DATA];
    let from = usize::from(command.size == BLOCK);
    let length = match messages {
        [Message::Write([_, values @ ..])] => {
            data[from..from + values.len()].copy_from_slice(values);
            values.len()
        }
        [.., Message::Read(room)] => room.len(),
        _ => 0,
    };
    if command.size == BLOCK {
        // At most 32, as `command` sees to.
        data[0] = length as u8;
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Functions = Functions(u32::MAX as _);

    fn of(messages: &[Message<'_>]) -> Option<(bool, u8, u32)> {
        command(ALL, messages).map(|it| (it.read, it.register, it.size))
    }

    fn write(bytes: &[u8]) -> Option<(bool, u8, u32)> {
        of(&[Message::Write(bytes)])
    }

    fn write_read(bytes: &[u8], length: usize) -> Option<(bool, u8, u32)> {
        of(&[Message::Write(bytes), Message::Read(&mut vec![0; length])])
    }

    #[test]
    fn writes_are_the_commands_of_their_lengths() {
        let commands = [&[][..], &[7], &[7, 1], &[7, 1, 2], &[7; 33]].map(write);
        let sizes = [
            (0, QUICK),
            (7, BYTE),
            (7, BYTE_DATA),
            (7, WORD_DATA),
            (7, BLOCK),
        ];
        let expected = sizes.map(|(register, size)| Some((false, register, size)));
        assert_eq!(commands, expected);
        assert_eq!(write(&[7; 34]), None);
    }

    #[test]
    fn reads_of_a_register_are_the_commands_of_their_lengths() {
        let commands = [1, 2, 3, 32].map(|length| write_read(&[7], length));
        let expected = [BYTE_DATA, WORD_DATA, BLOCK, BLOCK].map(|size| Some((true, 7, size)));
        assert_eq!(commands, expected);
        assert_eq!(write_read(&[7], 33), None);
        assert_eq!(write_read(&[7, 8], 1), None);
    }

    #[test]
    fn a_read_alone_is_of_one_byte() {
        assert_eq!(of(&[Message::Read(&mut [0])]), Some((true, 0, BYTE)));
        assert_eq!(of(&[Message::Read(&mut [0; 2])]), None);
    }

    #[test]
    fn a_word_goes_as_a_block_where_the_adapter_has_no_words() {
        let blocks = Functions(Functions::READ_BLOCK.0);
        let messages = [Message::Write(&[7]), Message::Read(&mut [0; 2])];
        let command = command(blocks, &messages).unwrap();
        assert_eq!(command.size, BLOCK);
        assert_eq!(data(command, &messages)[0], 2);
    }

    #[test]
    fn a_command_that_the_adapter_lacks_is_none() {
        assert_eq!(command(Functions(0), &[Message::Write(&[])]), None);
    }

    #[test]
    fn a_block_is_sent_behind_its_length() {
        let messages = [Message::Write(&[7, 1, 2, 3])];
        let command = command(ALL, &messages).unwrap();
        assert_eq!(data(command, &messages)[..5], [3, 1, 2, 3, 0]);
    }
}

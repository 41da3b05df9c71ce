//! From a guest's block to an operation.

use andon_abi::Status;
use andon_abi::call::{GPIO_GET, GPIO_SET};
use andon_abi::gpio::Lines;

use super::Operation;

/// The operation that the hypercall `number` asks for with this copy of its block. The
/// handle is the dispatcher's business, the mask is the [`super::Front`]'s.
///
/// # Errors
/// [`Status::BadArgument`] where the reserved field is not zero or the number is none of a
/// GPIO call.
pub fn decode(number: u16, block: &Lines) -> Result<Operation, Status> {
    if block.reserved != 0 {
        return Err(Status::BadArgument);
    }
    match number {
        GPIO_GET => Ok(Operation::Get { mask: block.mask }),
        GPIO_SET => Ok(Operation::Set {
            mask: block.mask,
            levels: block.values,
        }),
        _ => Err(Status::BadArgument),
    }
}

#[cfg(test)]
mod tests {
    use super::{Lines, Operation, Status, decode};
    use andon_abi::call::{GPIO_GET, GPIO_SET, HALT};

    const BLOCK: Lines = Lines {
        handle: 1,
        mask: 0b110,
        values: 0b010,
        status: 0,
        reserved: 0,
    };

    #[test]
    fn a_get_takes_the_mask() {
        assert_eq!(decode(GPIO_GET, &BLOCK), Ok(Operation::Get { mask: 0b110 }));
    }

    #[test]
    fn a_set_takes_mask_and_levels() {
        let set = Operation::Set {
            mask: 0b110,
            levels: 0b010,
        };
        assert_eq!(decode(GPIO_SET, &BLOCK), Ok(set));
    }

    #[test]
    fn a_reserved_field_that_is_not_zero_is_refused() {
        let block = Lines {
            reserved: 1,
            ..BLOCK
        };
        assert_eq!(decode(GPIO_SET, &block), Err(Status::BadArgument));
    }

    #[test]
    fn the_number_of_another_call_is_refused() {
        assert_eq!(decode(HALT, &BLOCK), Err(Status::BadArgument));
    }
}

use super::*;
use crate::device::class::Class as _;

const NOTHING: abi::Output = abi::Output {
    period: 0,
    duty: 0,
    enabled: 0,
    fields: 0,
    reserved: [0; 8],
};

fn set(output: abi::Output) -> Result<Operation, Status> {
    Class::decode(PWM_SET, &output.to_bytes(), &mut Segments::default())
}

fn ask(period: u64, reserved: [u8; 40]) -> Result<Ask, AskProblem> {
    Class::ask(&abi::Ask { period, reserved }.to_bytes())
}

#[test]
fn only_what_the_fields_say_is_set() {
    let output = abi::Output {
        period: 5,
        enabled: 0,
        fields: PERIOD | ENABLED,
        ..NOTHING
    };
    let change = Change {
        period: Some(5),
        duty: None,
        enabled: Some(false),
    };
    assert_eq!(set(output), Ok(Operation::Set(change)));
}

#[test]
fn a_duty_is_a_time_or_a_ratio() {
    let duty = |fields| {
        set(abi::Output {
            duty: 7,
            fields,
            ..NOTHING
        })
    };
    let set_to = |duty| {
        let duty = Some(duty);
        Ok(Operation::Set(Change {
            duty,
            ..Change::default()
        }))
    };
    assert_eq!(duty(DUTY), set_to(Duty::Time(7)));
    assert_eq!(duty(RATIO), set_to(Duty::Ratio(7)));
    assert_eq!(duty(DUTY | RATIO), Err(Status::BadArgument));
}

#[test]
fn a_set_that_is_not_well_formed_is_refused() {
    let wrong = [
        NOTHING,
        abi::Output {
            fields: 1 << 4,
            ..NOTHING
        },
        abi::Output {
            fields: DUTY,
            period: 1,
            ..NOTHING
        },
        abi::Output {
            fields: PERIOD,
            duty: 1,
            ..NOTHING
        },
        abi::Output {
            fields: PERIOD,
            enabled: 1,
            ..NOTHING
        },
        abi::Output {
            fields: ENABLED,
            enabled: 2,
            ..NOTHING
        },
        abi::Output {
            fields: PERIOD,
            reserved: [1; 8],
            ..NOTHING
        },
    ];
    assert_eq!(wrong.map(set), [Err(Status::BadArgument); 7]);
}

#[test]
fn a_get_has_no_arguments_and_no_call_has_data() {
    let mut none = Segments::default();
    assert_eq!(
        Class::decode(PWM_GET, &[0; 32], &mut none),
        Ok(Operation::Get)
    );
    let arguments = std::array::from_fn(|i| u8::from(i == 0));
    let refused = Class::decode(PWM_GET, &arguments, &mut none);
    assert_eq!(refused, Err(Status::BadArgument));
    let unknown = Class::decode(PWM_GET + 1, &[0; 32], &mut none);
    assert_eq!(unknown, Err(Status::BadArgument));
    let mut data = Segments::default();
    data.push(1, 0);
    let refused = Class::decode(PWM_GET, &[0; 32], &mut data);
    assert_eq!(refused, Err(Status::BadArgument));
}

#[test]
fn what_is_put_out_is_answered() {
    let output = Output {
        period: 9,
        duty: 3,
        enabled: true,
    };
    let mut arguments = [0; 32];
    Class::answer(Reply::Pwm(output), &mut arguments);
    let expected = abi::Output {
        period: 9,
        duty: 3,
        enabled: 1,
        ..NOTHING
    };
    assert_eq!(abi::Output::from_bytes(&arguments), expected);
}

#[test]
fn an_ask_is_for_a_period_or_for_any() {
    assert_eq!(ask(0, [0; 40]).unwrap().to_string(), "with any period");
    assert_eq!(
        ask(500, [0; 40]).unwrap().to_string(),
        "with a period of 500 ns"
    );
}

#[test]
fn an_ask_that_is_wrong_says_so() {
    assert_eq!(ask(0, [1; 40]), Err(AskProblem::Reserved));
    assert_eq!(
        ask(MAX_PERIOD + 1, [0; 40]).unwrap_err().to_string(),
        "asks for a period in ns of 100000000001, at most 100000000000 is possible"
    );
}

use crate::device::gpio::{Ask, Direction, Edges, Host, Spec};

const OUTPUT: Ask = Ask {
    direction: Direction::Out,
    lines: 1,
    edges: Edges::NONE,
};
const INPUT: Ask = Ask {
    direction: Direction::In,
    lines: 1,
    edges: Edges::NONE,
};

fn resolve(spec: &str, ask: Ask) -> Result<String, String> {
    let root = tempfile::tempdir().unwrap();
    let spec: Spec = spec.parse().unwrap();
    spec.resolve(ask, &Host::under(root.path()))
        .map(|resolved| resolved.to_string())
        .map_err(|error| error.to_string())
}

#[test]
fn an_output_is_inactive_before_and_after_unless_told_otherwise() {
    let expected = "sim, out, init inactive, safe inactive";
    assert_eq!(resolve("sim", OUTPUT), Ok(expected.into()));
}

#[test]
fn what_is_told_is_shown() {
    let expected = "sim, out, active-low, init keep, safe active+inactive";
    let ask = Ask { lines: 2, ..OUTPUT };
    assert_eq!(
        resolve("sim,active-low,init=keep,safe=active+inactive", ask),
        Ok(expected.into())
    );
}

#[test]
fn an_input_has_no_presets() {
    assert_eq!(resolve("sim", INPUT), Ok("sim, in".into()));
}

#[test]
fn an_output_is_refused_where_an_input_is_granted() {
    let expected = "the guest asks for an output, the grant is for an input";
    assert_eq!(resolve("sim,in", OUTPUT), Err(expected.into()));
}

#[test]
fn an_input_is_refused_where_an_output_is_granted() {
    let expected = "the guest asks for an input, the grant is for an output";
    assert_eq!(resolve("sim,out", INPUT), Err(expected.into()));
}

#[test]
fn a_grant_of_more_lines_than_asked_is_refused() {
    let expected = "the guest asks for 1 line, the grant has 2";
    assert_eq!(resolve("gpio:panel/1+2", OUTPUT), Err(expected.into()));
}

#[test]
fn a_grant_of_fewer_lines_than_asked_is_refused() {
    let ask = Ask { lines: 3, ..OUTPUT };
    let expected = "the guest asks for 3 lines, the grant has 2";
    assert_eq!(resolve("gpio-sysfs:1+2", ask), Err(expected.into()));
}

#[test]
fn presets_that_do_not_match_the_lines_asked_for_are_refused() {
    let ask = Ask { lines: 3, ..OUTPUT };
    let expected = "safe has 2 values for 3 lines";
    assert_eq!(resolve("sim,safe=keep+active", ask), Err(expected.into()));
}

#[test]
fn presets_for_what_turns_out_to_be_an_input_are_refused() {
    let expected = "safe is for outputs only";
    assert_eq!(resolve("sim,safe=keep", INPUT), Err(expected.into()));
}

#[test]
fn a_kernel_without_sysfs_gpio_says_so() {
    let expected = "this kernel has no GPIO in sysfs: use gpio:CHIP/LINE";
    assert_eq!(resolve("gpio-sysfs:483", OUTPUT), Err(expected.into()));
}

const WATCHED: Ask = Ask {
    edges: Edges::BOTH,
    ..INPUT
};

#[test]
fn bias_and_edges_are_shown() {
    assert_eq!(
        resolve("sim,bias=pull-up", WATCHED).unwrap(),
        "sim, in, bias pull-up, edges"
    );
}

#[test]
fn edges_of_sysfs_are_refused() {
    let expected = "the guest asks for edges, which sysfs cannot tell with their time: \
                    name the lines by gpio:CHIP/LINE";
    assert_eq!(resolve("gpio-sysfs:3", WATCHED), Err(expected.into()));
}

#[test]
fn a_drive_does_not_suit_an_input() {
    assert_eq!(
        resolve("sim,drive=open-drain", INPUT),
        Err("drive is for outputs only".into())
    );
}

use crate::device::gpio::{Direction, Drive, Electrical, Options, Preset, Presets, Spec, Target};

fn spec(text: &str) -> Spec {
    text.parse().expect("it is a spec")
}

fn error(text: &str) -> String {
    text.parse::<Spec>().expect_err("it is no spec").to_string()
}

fn cdev(chip: &str, lines: &[&str]) -> Target {
    Target::Cdev {
        chip: chip.into(),
        lines: lines.iter().map(|&line| line.into()).collect(),
    }
}

#[test]
fn sim_has_no_target() {
    assert_eq!(spec("sim").target, Target::Sim);
}

#[test]
fn sim_takes_options() {
    let init = Some(Presets::all(Preset::Active));
    assert_eq!(spec("sim,init=active").options.init, init);
}

#[test]
fn a_chip_and_a_line_are_names() {
    let target = cdev("pinctrl-bcm2835", &["GPIO25"]);
    assert_eq!(spec("gpio:pinctrl-bcm2835/GPIO25").target, target);
}

#[test]
fn a_chip_may_be_a_path() {
    assert_eq!(
        spec("gpio:/dev/gpiochip0/25").target,
        cdev("/dev/gpiochip0", &["25"])
    );
}

#[test]
fn a_label_may_have_colons() {
    assert_eq!(spec("gpio:INT33FF:00/3").target, cdev("INT33FF:00", &["3"]));
}

#[test]
fn a_line_name_may_have_slashes() {
    assert_eq!(spec("gpio:panel/P1/2").target, cdev("panel", &["P1/2"]));
}

#[test]
fn a_group_keeps_its_order() {
    assert_eq!(
        spec("gpio:panel/RED+7+3").target,
        cdev("panel", &["RED", "7", "3"])
    );
}

#[test]
fn sysfs_takes_offsets_on_a_chip() {
    let target = Target::Sysfs {
        chip: Some("pinctrl-bcm2835".into()),
        lines: vec![25, 4],
    };
    assert_eq!(spec("gpio-sysfs:pinctrl-bcm2835/25+4").target, target);
}

#[test]
fn sysfs_takes_global_numbers() {
    let target = Target::Sysfs {
        chip: None,
        lines: vec![483],
    };
    assert_eq!(spec("gpio-sysfs:483").target, target);
}

#[test]
fn options_come_in_any_order() {
    let options = Options {
        direction: Some(Direction::Out),
        active_low: true,
        safe: Some(Presets::each(vec![Preset::Active, Preset::Keep])),
        init: Some(Presets::all(Preset::Inactive)),
        electrical: Electrical {
            drive: Some(Drive::OpenDrain),
            ..Electrical::NONE
        },
    };
    let text = "gpio:panel/1+2,safe=active+keep,drive=open-drain,active-low,init=inactive,out";
    assert_eq!(spec(text).options, options);
}

#[test]
fn without_options_nothing_is_said() {
    assert_eq!(spec("gpio:panel/1").options, Options::default());
}

#[test]
fn an_unknown_kind_is_refused() {
    let expected = "`led:3` is no GPIO device: write sim, gpio:CHIP/LINE, \
                    gpio-sysfs:CHIP/OFFSET or gpio-sysfs:NUMBER";
    assert_eq!(error("led:3"), expected);
}

#[test]
fn sim_with_a_line_is_refused() {
    assert!(error("sim:3").starts_with("`sim:3` is no GPIO device"));
}

#[test]
fn a_chip_without_a_line_is_refused() {
    let expected =
        "`gpiochip0` does not name a chip and a line: write CHIP/LINE, such as gpiochip0/25";
    assert_eq!(error("gpio:gpiochip0"), expected);
}

#[test]
fn an_empty_chip_or_line_is_refused() {
    let errors = [
        "gpio:",
        "gpio:/25",
        "gpio:panel/",
        "gpio:panel/1++2",
        "gpio-sysfs:/3",
    ]
    .map(error);
    assert!(
        errors
            .iter()
            .all(|error| error.contains("does not name a chip and a line"))
    );
}

#[test]
fn a_sysfs_line_that_is_no_number_is_refused() {
    let expected = "`GPIO25` is no number of a line: sysfs knows lines by number only";
    assert_eq!(error("gpio-sysfs:pinctrl-bcm2835/GPIO25"), expected);
    let errors = [
        "gpio-sysfs:",
        "gpio-sysfs:-1",
        "gpio-sysfs:+1",
        "gpio-sysfs:4294967296",
    ]
    .map(error);
    assert!(
        errors
            .iter()
            .all(|error| error.contains("is no number of a line"))
    );
}

#[test]
fn the_same_line_twice_is_refused() {
    assert_eq!(error("gpio:panel/3+4+3"), "the line `3` is given twice");
    assert_eq!(error("gpio-sysfs:3+03"), "the line `3` is given twice");
}

#[test]
fn more_than_64_lines_are_refused() {
    let lines: Vec<String> = (0..65).map(|line: u32| line.to_string()).collect();
    let text = |lines: &[String]| format!("gpio:panel/{}", lines.join("+"));
    assert_eq!(spec(&text(&lines[..64])).target.lines(), Some(64));
    assert_eq!(error(&text(&lines)), "a device has 1 to 64 lines, not 65");
}

#[test]
fn an_unknown_option_is_refused() {
    let expected =
        "`pull-up` is no option: use out, in, active-low, safe=, init=, bias=, debounce= or drive=";
    assert_eq!(error("gpio:panel/1,pull-up"), expected);
}

#[test]
fn an_option_that_is_given_twice_is_refused() {
    assert_eq!(error("gpio:panel/1,in,out"), "the direction is given twice");
    assert_eq!(
        error("gpio:panel/1,active-low,active-low"),
        "active-low is given twice"
    );
    assert_eq!(
        error("gpio:panel/1,safe=keep,safe=keep"),
        "safe is given twice"
    );
}

#[test]
fn an_unknown_preset_is_refused() {
    let expected = "`on` is nothing that safe can be: use active, inactive or keep";
    assert_eq!(error("gpio:panel/1,safe=on"), expected);
}

#[test]
fn presets_that_do_not_match_the_lines_are_refused() {
    let expected = "init has 2 values for 3 lines";
    assert_eq!(error("gpio:panel/1+2+3,init=active+keep"), expected);
}

#[test]
fn presets_of_an_input_are_refused() {
    assert_eq!(
        error("gpio:panel/1,in,safe=keep"),
        "safe is for outputs only"
    );
    assert_eq!(
        error("gpio:panel/1,init=keep,in"),
        "init is for outputs only"
    );
}

#[test]
fn the_electrical_side_is_given_by_words_and_a_time() {
    let electrical = spec("gpio:panel/1,in,bias=pull-up,debounce=5ms")
        .options
        .electrical;
    assert_eq!(electrical.to_string(), ", bias pull-up, debounce 5ms");
}

#[test]
fn an_unknown_word_of_the_electrical_side_is_refused() {
    assert_eq!(
        ["bias=up", "debounce=5", "drive=strong"].map(|option| error(&format!("sim,{option}"))),
        [
            "`up` is nothing that bias can be: use pull-up, pull-down or disabled",
            "`5` is nothing that debounce can be: use a time such as 5ms, with us, ms or s",
            "`strong` is nothing that drive can be: use push-pull, open-drain or open-source",
        ]
    );
}

#[test]
fn a_bias_that_is_given_twice_is_refused() {
    let text = "gpio:panel/1,bias=pull-up,bias=disabled";
    assert_eq!(error(text), "bias is given twice");
}

#[test]
fn what_belongs_to_the_other_direction_is_refused() {
    assert_eq!(
        error("gpio:panel/1,out,debounce=5ms"),
        "debounce is for inputs only"
    );
    assert_eq!(
        error("gpio:panel/1,in,drive=push-pull"),
        "drive is for outputs only"
    );
}

#[test]
fn lines_of_sysfs_have_no_electrical_side() {
    assert_eq!(
        error("gpio-sysfs:3,bias=pull-up"),
        "sysfs cannot set bias: name the lines by gpio:CHIP/LINE"
    );
}

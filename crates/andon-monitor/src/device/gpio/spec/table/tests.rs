use crate::device::gpio::Spec;

#[derive(Debug, serde::Deserialize)]
struct Config {
    led: Spec,
}

fn spec(toml: &str) -> Spec {
    toml::from_str::<Config>(toml).expect("it is a spec").led
}

fn text(text: &str) -> Spec {
    text.parse().expect("it is a spec")
}

fn error(toml: &str) -> String {
    let error = toml::from_str::<Config>(toml).expect_err("it is no spec");
    error.message().to_owned()
}

#[test]
fn a_text_is_as_on_the_command_line() {
    assert_eq!(
        spec("led = 'gpio:panel/RED,out'"),
        text("gpio:panel/RED,out")
    );
}

#[test]
fn a_table_is_a_character_device_without_more_ado() {
    let toml = "led = { chip = 'panel', lines = 'RED' }";
    assert_eq!(spec(toml), text("gpio:panel/RED"));
}

#[test]
fn a_table_says_all_that_a_text_says() {
    let toml = "
        [led]
        provider = 'cdev'
        chip = 'panel'
        lines = ['RED', 7]
        direction = 'out'
        active-low = true
        safe = ['active', 'keep']
        init = 'inactive'
    ";
    let expected = text("gpio:panel/RED+7,out,active-low,safe=active+keep,init=inactive");
    assert_eq!(spec(toml), expected);
}

#[test]
fn sysfs_lines_are_numbers() {
    let toml = "led = { provider = 'sysfs', chip = 'panel', lines = [3, 4] }";
    assert_eq!(spec(toml), text("gpio-sysfs:panel/3+4"));
    let toml = "led = { provider = 'sysfs', lines = 483 }";
    assert_eq!(spec(toml), text("gpio-sysfs:483"));
}

#[test]
fn sim_needs_no_more() {
    assert_eq!(spec("led = { provider = 'sim' }"), text("sim"));
}

#[test]
fn sim_with_a_line_is_refused() {
    let toml = "led = { provider = 'sim', lines = 3 }";
    assert_eq!(error(toml), "the sim provider has no `lines`");
}

#[test]
fn a_missing_key_is_named() {
    let toml = "led = { lines = 3 }";
    assert_eq!(
        error(toml),
        "`chip` is missing, which the cdev provider needs"
    );
    let toml = "led = { chip = 'panel' }";
    assert_eq!(
        error(toml),
        "`lines` is missing, which the cdev provider needs"
    );
}

#[test]
fn an_unknown_key_is_named() {
    let toml = "led = { chip = 'panel', lines = 3, pull = 'up' }";
    let expected = "unknown field `pull`, expected one of `provider`, `chip`, `lines`, \
                    `direction`, `active-low`, `safe`, `init`, \
                    `bias`, `debounce`, `drive`";
    assert_eq!(error(toml), expected);
}

#[test]
fn lines_of_another_type_are_refused() {
    let toml = "led = { chip = 'panel', lines = true }";
    assert_eq!(
        error(toml),
        "expected a line's name or number, or a list of them"
    );
}

#[test]
fn an_unknown_preset_is_refused() {
    let toml = "led = { chip = 'panel', lines = 3, safe = 'off' }";
    let expected = "expected \"active\", \"inactive\" or \"keep\", or a list of them";
    assert_eq!(error(toml), expected);
}

#[test]
fn a_sysfs_line_with_a_name_is_refused() {
    let toml = "led = { provider = 'sysfs', lines = 'RED' }";
    let expected = "`RED` is no number of a line: sysfs knows lines by number only";
    assert_eq!(error(toml), expected);
}

#[test]
fn an_empty_list_of_lines_is_refused() {
    let toml = "led = { chip = 'panel', lines = [] }";
    assert_eq!(error(toml), "a device has 1 to 64 lines, not 0");
}

#[test]
fn a_text_that_is_no_spec_is_refused_with_its_own_message() {
    assert_eq!(
        error("led = 'gpio:panel/1+1'"),
        "the line `1` is given twice"
    );
}

#[test]
fn another_type_is_refused() {
    let expected = "invalid type: integer `3`, expected a GPIO device as text or table";
    assert_eq!(error("led = 3"), expected);
}

#[test]
fn the_electrical_side_is_as_in_text() {
    let toml = "led = { chip = 'panel', lines = 3, bias = 'pull-down', debounce = '2ms' }";
    let text = "gpio:panel/3,bias=pull-down,debounce=2ms";
    assert_eq!(spec(toml), text.parse().unwrap());
}

#[test]
fn a_debounce_that_is_no_time_is_refused() {
    let toml = "led = { chip = 'panel', lines = 3, debounce = 'long' }";
    let expected =
        "`long` is nothing that debounce can be: use a time such as 5ms, with us, ms or s";
    assert_eq!(error(toml), expected);
}

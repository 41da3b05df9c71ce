use super::Binding;

fn text(text: &str) -> Binding {
    text.parse().unwrap()
}

fn table(text: &str) -> Result<Binding, String> {
    #[derive(serde::Deserialize)]
    struct Config {
        device: Binding,
    }
    let config = toml::from_str::<Config>(text);
    config
        .map(|config| config.device)
        .map_err(|error| error.message().to_owned())
}

#[test]
fn a_table_means_what_the_text_means() {
    let table = table("device = { i2c = '1/0x48', speed = 100000, ten-bit = true, x = false }");
    assert_eq!(table, Ok(text("i2c:1/0x48,speed=100000,ten-bit")));
}

#[test]
fn numbers_are_decimal_or_hexadecimal() {
    let binding = text("word:x,a=0x10,b=16");
    assert_eq!(binding.value("a", "a number"), Ok(Some(16_u32)));
    assert_eq!(binding.value("b", "a number"), Ok(Some(16_u8)));
    assert_eq!(binding.value::<u8>("c", "a number"), Ok(None));
}

#[test]
fn a_value_that_is_none_is_told_with_what_it_should_be() {
    let error = text("word:x,speed=fast").value::<u32>("speed", "hertz, such as 100000");
    assert_eq!(
        error.unwrap_err().to_string(),
        "`fast` is nothing that speed can be: use hertz, such as 100000"
    );
}

#[test]
fn an_option_that_is_not_known_is_told_with_those_that_are() {
    let error = text("spi:0.0,sped=1").expect_options(&["speed", "mode"]);
    assert_eq!(
        error.unwrap_err().to_string(),
        "`sped` is no option of spi: use speed, mode"
    );
}

#[test]
fn an_option_given_twice_is_refused() {
    let error = "spi:0.0,mode=1,mode=2".parse::<Binding>().unwrap_err();
    assert_eq!(error.to_string(), "mode is given twice");
}

#[test]
fn a_flag_takes_no_value() {
    assert_eq!(text("word,on").flag("on"), Ok(true));
    assert_eq!(text("word").flag("on"), Ok(false));
    let error = text("word,on=1").flag("on").unwrap_err();
    let expected = "`1` is nothing that on can be: use no value";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn an_empty_table_is_no_device() {
    let error = table("device = {}").unwrap_err();
    assert_eq!(error, "an empty table is no device");
}

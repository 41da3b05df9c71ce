use super::{Spec, Target};

fn target(text: &str) -> Target {
    text.parse::<Spec>().unwrap().target
}

fn error(text: &str) -> String {
    text.parse::<Spec>().unwrap_err().to_string()
}

#[test]
fn an_interface_is_named() {
    assert_eq!(target("tap100"), Target::Interface("tap100".into()));
}

#[test]
fn an_at_sign_is_a_new_interface() {
    assert_eq!(target("@"), Target::New);
}

#[test]
fn an_at_sign_with_a_number_is_a_descriptor() {
    assert_eq!(target("@17"), Target::Descriptor(17));
}

#[test]
fn options_follow_in_any_order() {
    let spec: Spec = "tap0,mtu=9000,mac=02:00:00:00:00:01".parse().unwrap();
    assert_eq!(spec.mtu.unwrap().bytes(), 9000);
    assert_eq!(spec.mac.unwrap().to_string(), "02:00:00:00:00:01");
}

#[test]
fn an_empty_name_is_refused() {
    let expected = "it names no interface: write net:INTERFACE, net:@ or net:@FD";
    assert_eq!(error(""), expected);
}

#[test]
fn names_that_no_interface_can_have_are_refused() {
    assert_eq!(error("tap%d"), "`tap%d` is no name of an interface");
    assert_eq!(error("a/b"), "`a/b` is no name of an interface");
    assert_eq!(
        error("sixteen-letters-"),
        "`sixteen-letters-` is no name of an interface"
    );
}

#[test]
fn what_is_no_descriptor_is_refused() {
    assert_eq!(error("@x"), "`x` is no number of a descriptor");
    assert_eq!(error("@-1"), "`-1` is no number of a descriptor");
    assert_eq!(
        error("@4294967296"),
        "`4294967296` is no number of a descriptor"
    );
}

#[test]
fn an_unknown_option_is_shown() {
    assert_eq!(
        error("tap0,up"),
        "`up` is no option of a network device: use mac=ADDRESS or mtu=BYTES"
    );
}

#[test]
fn a_repeated_option_is_refused() {
    assert_eq!(error("tap0,mtu=1500,mtu=1500"), "mtu is given twice");
    let mac = "mac=02:00:00:00:00:01";
    assert_eq!(error(&format!("tap0,{mac},{mac}")), "mac is given twice");
}

#[test]
fn an_address_or_mtu_that_is_none_is_refused() {
    assert!(error("tap0,mac=01:00:00:00:00:00").contains("multicast"));
    assert!(error("tap0,mtu=9").contains("no MTU"));
}

#[test]
fn a_table_says_the_same() {
    let table = "interface = '@3'\nmac = '02:00:00:00:00:01'\nmtu = 9000";
    let spec: Spec = toml::from_str(table).unwrap();
    assert_eq!(spec, "@3,mac=02:00:00:00:00:01,mtu=9000".parse().unwrap());
}

#[test]
fn an_unknown_key_of_a_table_is_refused() {
    let error = toml::from_str::<Spec>("interface = 'a'\nname = 1").unwrap_err();
    assert!(error.message().starts_with("unknown field `name`"));
}

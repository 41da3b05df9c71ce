//! Any text as a config: parsing ends, and a mistake is in a line that there is.
#![no_main]

use std::path::Path;

use andon_fuzz::corpus;
use andon_monitor::config::Config;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: corpus::plant(seeds()), |text: &str| {
    if let Err(mistake) = Config::parse(text, Path::new("")) {
        let lines = text.matches('\n').count() + 1;
        assert!((1..=lines).contains(&mistake.line));
        assert!(!mistake.message.is_empty());
    }
});

/// Configs that say everything that one can say.
fn seeds() -> Vec<Vec<u8>> {
    let shorthand = "[guest]\nmem = \"32M\"\ntimeout = \"5s\"\nargs = [\"500\", \"10\"]\n\
                     [devices]\nfan = \"sim\"\n\
                     lamp = \"gpio:gpiochip0/25,out,active-low,safe=inactive\"\n";
    let table = "[devices.led]\nchip = \"gpiochip0\"\nlines = [25, \"LED\"]\n\
                 direction = \"out\"\nactive-low = true\ninit = \"active\"\n";
    let board = "[sim.door]\npart = \"button\"\ncontact = \"bar[3]\"\nbounces = 2\n\
                 [sim.red]\npart = \"led\"\nanode = \"red\"\ncolor = \"green\"\n";
    let buses = "[sim.eye]\npart = \"ads1115\"\nbus = \"bus\"\na0 = { from = \"knob.wiper\" }\n\
                 [sim.knob]\npart = \"potentiometer\"\nposition = 0.25\n\
                 [sim.strip]\npart = \"ws2812\"\nselect = \"spi\"\nlamps = 3\n";
    vec![shorthand.into(), table.into(), board.into(), buses.into()]
}

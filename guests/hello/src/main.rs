//! Greets, and shows its arguments and clocks.

#![no_std]
#![no_main]

use andon_guest::println;
use andon_guest::time::{self, Instant};

andon_guest::entry!(main);

fn main() {
    println!("Hello from a guest of Andon.");
    for (index, argument) in andon_guest::args().enumerate() {
        println!("argument {index}: {argument}");
    }
    let wall_clock = time::wall_clock();
    println!("{} s since 1970", wall_clock.as_secs());
    println!(
        "{} us since the start",
        Instant::START.elapsed().as_micros()
    );
}

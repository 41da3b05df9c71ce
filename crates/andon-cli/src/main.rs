//! Andon's command line.

fn main() {}

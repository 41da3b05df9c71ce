//! What the fuzz targets share. A target is one file in `src/bin`, found by its name:
//! `cargo xtask test fuzz` runs all of them, `cargo fuzz run NAME` one.

pub mod corpus;
pub mod guest;
pub mod input;

pub mod requests;
pub mod seed;

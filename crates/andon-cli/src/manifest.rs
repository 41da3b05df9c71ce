//! Solo5's manifest outside of an image: its JSON, and the C source of its note.

mod c_source;
mod json;

pub(crate) use c_source::c_source;
pub(crate) use json::{Source, json};

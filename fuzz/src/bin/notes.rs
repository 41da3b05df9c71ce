//! Any bytes as the note segment of an image that is valid otherwise: parsing ends, and
//! what is accepted has names that can be shown and told apart.
#![no_main]

use std::collections::HashSet;

use andon_abi::device::name_is_valid;
use andon_fuzz::{corpus, seed};
use andon_monitor::image::Image;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: corpus::plant(seed::notes()), |notes: &[u8]| {
    if let Ok(image) = Image::parse(&seed::image_with_notes(notes)) {
        let mut names = HashSet::new();
        for name in image.device_names() {
            assert!(name_is_valid(name.as_bytes()) && names.insert(name));
        }
    }
});

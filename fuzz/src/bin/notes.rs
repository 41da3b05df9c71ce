//! Any bytes as the note segment of an image that is valid otherwise: parsing ends, and
//! what is accepted has names that can be shown and told apart.
#![no_main]

use std::collections::HashSet;

use andon_abi::device::name_is_valid;
use andon_fuzz::{mutation, seed};
use andon_monitor::image::Image;
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|notes: &[u8]| {
    if let Ok(image) = Image::parse(&seed::image_with_notes(notes)) {
        let mut names = HashSet::new();
        for name in image.device_names() {
            assert!(name_is_valid(name.as_bytes()) && names.insert(name));
        }
    }
});

fuzz_mutator!(
    |data: &mut [u8], size: usize, max_size: usize, random: u32| {
        mutation::start_from(seed::notes, data, size, max_size, random)
    }
);

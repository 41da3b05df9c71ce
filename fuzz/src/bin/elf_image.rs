//! Any bytes as an image file: parsing ends, and what is accepted holds what it promises.
#![no_main]

use andon_fuzz::{corpus, seed};
use andon_monitor::image::{Architecture, Image};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: corpus::plant(seed::images()), |bytes: &[u8]| {
    if let Ok(image) = Image::parse(bytes) {
        check(&image, bytes);
    }
});

/// What the loader relies on.
fn check(image: &Image, bytes: &[u8]) {
    let mut floor = 0x10_0000;
    for segment in &image.segments {
        let pages = segment.pages();
        assert!(floor <= pages.start && pages.start < pages.end && pages.end <= image.end);
        assert!(segment.file.len() as u64 <= segment.memory_size);
        assert!(segment.file.end <= bytes.len());
        assert!(!(segment.access.write && segment.access.execute));
        floor = pages.end;
    }
    assert!(image.end <= 1 << 32);
    assert!(image.manifest.handles() + image.declarations.len() <= 64);
    assert!(image.check_fits(image.memory_needed()).is_ok());
    assert!(image.check_fits(image.end).is_err());
    let _ = image.check_architecture(Architecture::X86_64);
    let _ = image.symbol_at(bytes, image.entry);
}

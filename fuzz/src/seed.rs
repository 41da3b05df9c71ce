//! Seeds: guest images that the mutations start from, built and not stored.

#[expect(dead_code, reason = "the monitor's unit tests use more of it")]
#[path = "../../crates/andon-monitor/src/image/builder.rs"]
mod builder;

use builder::{ABI, ImageBuilder, MANIFEST, Program, net, output};

/// Small guest images of every kind that the parser knows.
pub fn images() -> Vec<Vec<u8>> {
    let mut aarch64 = ImageBuilder::guest();
    aarch64.machine = 183;
    [ImageBuilder::guest(), guest_with_devices(), aarch64]
        .into_iter()
        .map(|image| small(image).build())
        .collect()
}

/// A guest with devices in both notes, whose names one mutation can make the same.
fn guest_with_devices() -> ImageBuilder {
    let mut image = ImageBuilder::with_devices(&[output("a"), output("b")]);
    let solo5 = ImageBuilder::with_manifest(&[net("c")]);
    image.programs[MANIFEST] = solo5.programs[MANIFEST].clone();
    image
}

/// A valid guest image but for its notes, which are `content`.
pub fn image_with_notes(content: &[u8]) -> Vec<u8> {
    let mut image = small(ImageBuilder::guest());
    image.programs.truncate(ABI);
    image.programs.push(Program::note(content.to_vec()));
    image.build()
}

/// Note segments: the notes of a guest with devices, in one piece.
pub fn notes() -> Vec<Vec<u8>> {
    let guest = guest_with_devices();
    let notes = guest.programs[ABI..].iter();
    vec![notes.flat_map(|program| program.content.clone()).collect()]
}

/// Without the padding to whole pages of the file, which mutations would only waste time on.
fn small(mut image: ImageBuilder) -> ImageBuilder {
    for program in &mut image.programs {
        program.align = 4;
    }
    image
}

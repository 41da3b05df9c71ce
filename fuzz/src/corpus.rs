//! The corpus that a run starts with.

use std::fs;
use std::path::PathBuf;

/// Puts seeds into the corpus folder, the first argument that is no option, before
/// libFuzzer reads it. For a run on single inputs there is no folder, and nothing is done.
pub fn plant(seeds: Vec<Vec<u8>>) {
    let mut arguments = std::env::args_os().skip(1);
    let corpus = arguments.find(|it| !it.as_encoded_bytes().starts_with(b"-"));
    let Some(folder) = corpus.map(PathBuf::from).filter(|it| it.is_dir()) else {
        return;
    };
    for (number, seed) in seeds.iter().enumerate() {
        let path = folder.join(format!("seed-{number}"));
        fs::write(path, seed).expect("the corpus folder can be written");
    }
}

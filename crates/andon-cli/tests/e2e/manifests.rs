//! Solo5's manifest: `andon manifest` and `andon inspect --manifest`.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::andon::{Ended, andon, andon_in};
use crate::support::guests::guest;

const JSON: &str = r#"{
  "type": "solo5.manifest",
  "version": 1,
  "devices": [
    { "name": "service", "type": "NET_BASIC" },
    { "name": "storage", "type": "BLOCK_BASIC" }
  ]
}
"#;

/// A folder with this as `manifest.json`.
fn folder(json: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("manifest.json"), json).expect("a file");
    folder
}

fn manifest_of(image: &Path) -> Ended {
    let image = image.to_str().expect("a path of text");
    andon(["inspect", "--manifest", image])
}

/// What `andon manifest` makes of this, without warnings of the C compiler, as an ELF file.
fn compiled(json: &str) -> Ended {
    let folder = folder(json);
    let made = andon_in(folder.path(), ["manifest", "manifest.json", "manifest.c"]);
    assert_eq!(made, Ended::printed(0, ""));
    // A linked file has program headers, by which the note is found.
    let options = "-Wall -Wextra -Werror -pedantic -nostdlib -static -Wl,-e,0 -Wl,--build-id=none";
    let output = Command::new("cc")
        .args(options.split(' '))
        .args(["-o", "image", "manifest.c"])
        .current_dir(folder.path())
        .output();
    assert_eq!(Ended::of(output.expect("cc starts")), Ended::printed(0, ""));
    manifest_of(&folder.path().join("image"))
}

#[test]
fn what_c_makes_of_a_manifest_is_that_manifest() {
    assert_eq!(compiled(JSON), Ended::printed(0, JSON));
}

#[test]
fn a_manifest_without_devices_has_a_note_too() {
    let json = "{\n  \"type\": \"solo5.manifest\",\n  \"version\": 1,\n  \"devices\": [\n  ]\n}\n";
    assert_eq!(compiled(json), Ended::printed(0, json));
}

#[test]
fn a_guest_s_manifest_is_shown_as_json() {
    let json = JSON.replace(
        "    { \"name\": \"service\", \"type\": \"NET_BASIC\" },\n",
        "",
    );
    assert_eq!(manifest_of(&guest("test_block")), Ended::printed(0, &json));
}

#[test]
fn a_file_without_a_manifest_has_none_to_show() {
    let folder = folder("");
    let file = folder.path().join("manifest.json");
    assert_eq!(
        manifest_of(&file),
        Ended::failed(
            1,
            &format!("andon: `{}`: not an ELF image\n", file.display())
        )
    );
}

#[test]
fn stdin_and_stdout_are_files_too() {
    let folder = folder(JSON);
    let written = andon_in(folder.path(), ["manifest", "manifest.json"]);
    let source = fs::File::open(folder.path().join("manifest.json")).expect("it is there");
    let piped = crate::support::andon::command()
        .args(["manifest", "-", "-"])
        .stdin(Stdio::from(source))
        .output();
    let piped = Ended::of(piped.expect("andon starts"));
    assert_eq!((written.status, &*written.stderr), (0, ""));
    assert!(written.stdout.contains(".name = \"service\""));
    assert_eq!(piped, written);
}

/// The message about this JSON; no C is written.
fn refusal(json: &str) -> String {
    let folder = folder(json);
    let ended = andon_in(folder.path(), ["manifest", "manifest.json", "manifest.c"]);
    assert_eq!((ended.status, ended.stdout.as_str()), (1, ""));
    assert!(!folder.path().join("manifest.c").exists());
    ended.stderr
}

#[test]
fn too_many_devices_are_refused() {
    let devices = (0..64).map(|i| format!("{{ \"name\": \"d{i}\", \"type\": \"NET_BASIC\" }}"));
    let devices = devices.collect::<Vec<_>>().join(",\n");
    let head = "{ \"type\": \"solo5.manifest\", \"version\": 1, \"devices\": [";
    assert_eq!(
        refusal(&format!("{head}{devices}] }}")),
        "andon: `manifest.json`: 64 devices are too many: at most 63 are possible at line 64 \
         column 41\n"
    );
}

#[test]
fn duplicate_names_are_refused() {
    assert_eq!(
        refusal(&JSON.replace("storage", "service")),
        "andon: `manifest.json`: two devices have the name `service` at line 8 column 1\n"
    );
}

#[test]
fn a_bad_name_is_refused() {
    assert_eq!(
        refusal(&JSON.replace("storage", "my disk")),
        "andon: `manifest.json`: `my disk` is no name of a device: it has 1 to 67 letters and \
         digits at line 6 column 23\n"
    );
}

#[test]
fn an_unknown_type_is_refused() {
    assert_eq!(
        refusal(&JSON.replace("BLOCK_BASIC", "GPIO")),
        "andon: `manifest.json`: `GPIO` is no type of a device: use NET_BASIC or BLOCK_BASIC at \
         line 6 column 41\n"
    );
}

#[test]
fn what_is_no_json_is_refused() {
    assert_eq!(
        refusal(&JSON.replace("},\n", "}\n")),
        "andon: `manifest.json`: expected `,` or `]` at line 6 column 5\n"
    );
    assert_eq!(
        refusal(""),
        "andon: `manifest.json`: EOF while parsing a value at line 1 column 0\n"
    );
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let folder = folder(JSON);
    assert_eq!(
        andon_in(folder.path(), ["manifest", "none.json"]),
        Ended::failed(
            1,
            "andon: cannot read `none.json`: No such file or directory (os error 2)\n"
        )
    );
    assert_eq!(
        andon_in(
            folder.path(),
            ["manifest", "manifest.json", "none/manifest.c"]
        ),
        Ended::failed(
            1,
            "andon: cannot write `none/manifest.c`: No such file or directory (os error 2)\n"
        )
    );
}

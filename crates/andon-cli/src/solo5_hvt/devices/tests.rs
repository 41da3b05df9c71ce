use andon_monitor::device::gpio::Host;
use andon_monitor::grant::{Bindings, Grant};
use andon_monitor::image::{Architecture, Image, Kind, Manifest, ManifestEntry};

use super::super::complaint::Complaint;
use super::{bindings, granted};

/// A guest with a network device and a block device.
fn image() -> Image {
    let entry = |name: &str, kind| ManifestEntry {
        name: name.to_owned(),
        kind,
    };
    Image {
        architecture: Architecture::X86_64,
        entry: 0x10_0000,
        segments: Vec::new(),
        end: 0x10_1000,
        manifest: Manifest {
            entries: vec![entry("lan", Kind::Net), entry("disk", Kind::Block)],
        },
        declarations: Vec::new(),
    }
}

fn bound(options: &[&str]) -> Result<Bindings, Complaint> {
    let options: Vec<_> = options.iter().map(|option| (*option).to_owned()).collect();
    bindings(&image(), &options)
}

fn complaint(option: &str) -> String {
    bound(&[option]).expect_err("it is wrong").text()
}

/// What is said when the devices are joined with what was bound to them.
fn refusal(options: &[&str]) -> String {
    let bindings = bound(options).expect("they are right");
    let grant = Grant::join(&image(), &bindings, &Host::default());
    granted(grant).expect_err("it is refused").text()
}

#[test]
fn options_bind_devices_in_any_order() {
    let bindings = bound(&[
        "--block-sector-size:disk=4096",
        "--net-mac:lan=02:00:00:00:00:01",
        "--net:lan=@3",
        "--block:disk=a/disk.img",
    ])
    .expect("they are right");
    let lan = "net:@3,mac=02:00:00:00:00:01".parse().expect("it is right");
    let disk = "block:a/disk.img,sector=4096".parse().expect("it is right");
    assert_eq!(bindings.devices["lan"], lan);
    assert_eq!(bindings.devices["disk"], disk);
}

#[test]
fn a_path_may_have_commas_and_equals_signs() {
    let bindings = bound(&["--block:disk=a,b=c"]).expect("it is right");
    let shown = format!("{:?}", bindings.devices["disk"]);
    assert!(shown.contains("a,b=c"));
}

#[test]
fn an_unknown_option_is_invalid() {
    assert_eq!(complaint("--frob"), "Invalid option: `--frob'");
    assert_eq!(complaint("--net:lan"), "Invalid option: `--net:lan'");
    assert_eq!(complaint("--net:lan="), "Invalid option: `--net:lan='");
}

#[test]
fn a_device_that_is_not_declared_is_named() {
    assert_eq!(
        complaint("--net:wan=tap0"),
        "Resource not declared in manifest: 'wan'\nInvalid option: `--net:wan=tap0'"
    );
    assert_eq!(
        complaint("--net:disk=tap0"),
        "Resource not declared in manifest: 'disk'\nInvalid option: `--net:disk=tap0'"
    );
}

#[test]
fn a_sector_size_that_is_none_is_refused() {
    assert_eq!(
        complaint("--block-sector-size:disk=521"),
        "Block size must be a multiple of 2 greater than or equal 512\n\
         Invalid option: `--block-sector-size:disk=521'"
    );
}

#[test]
fn an_address_that_is_none_is_refused() {
    let expected = "`x` is no Ethernet address: write six bytes such as 02:00:00:00:00:01";
    assert!(complaint("--net-mac:lan=x").starts_with(expected));
}

#[test]
fn devices_that_are_not_attached_are_named() {
    assert_eq!(
        refusal(&[]),
        "Device 'lan' of type NET_BASIC declared but not attached.\n\
         Device 'disk' of type BLOCK_BASIC declared but not attached.\n\
         All declared devices must be attached. See --help for syntax."
    );
}

#[test]
fn what_is_not_there_is_told_as_the_c_library_does() {
    assert_eq!(
        refusal(&["--net:lan=andon-none", "--block:disk=/nonexistent"]),
        "Could not attach interface: andon-none: No such file or directory\n\
         Could not open block device: /nonexistent: No such file or directory"
    );
}

#[test]
fn storage_of_a_wrong_size_is_told_in_the_tender_s_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let refusal_at = |size: usize, sector: &str| {
        let path = folder.path().join("disk");
        std::fs::write(&path, vec![0; size]).expect("a file");
        let path = format!("--block:disk={}", path.display());
        let sector = format!("--block-sector-size:disk={sector}");
        refusal(&["--net:lan=@", &path, &sector])
    };
    assert_eq!(
        refusal_at(6144, "4096"),
        "disk: Backing storage size must be block aligned (4096 bytes)"
    );
    assert_eq!(
        refusal_at(0, "512"),
        "disk: Backing storage must be at least 1 block (512 bytes) in size"
    );
}

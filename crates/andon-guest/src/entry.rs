//! From the monitor's first jump to the guest's main function.

/// Proof that the guest is starting: handed out once, so devices are made once.
#[derive(Debug)]
pub struct Startup(());

/// Names the guest's main function, and the devices that it takes where it has any.
///
/// The main function returns anything that is a [`Termination`](crate::Termination). The
/// macro also puts the notes into the image by which a monitor knows it: to be called once,
/// in the crate of the binary.
///
/// ```ignore
/// andon_guest::entry!(main);
/// fn main() {}
/// ```
///
/// ```ignore
/// andon_guest::entry!(main, Devices);
/// fn main(devices: Devices) -> Result<(), gpio::Error> {
///     Ok(())
/// }
/// ```
///
/// With the feature `embassy` it may be async, as described in `executor`:
///
/// ```ignore
/// andon_guest::entry!(async main, Devices);
/// async fn main(spawner: Spawner, devices: Devices) -> Result<(), gpio::Error> {
///     Ok(())
/// }
/// ```
#[macro_export]
macro_rules! entry {
    (async $main:path) => {
        $crate::entry!(
            |()| -> $crate::ExitStatus { $crate::executor::run($main) },
            ()
        );
    };
    (async $main:path, $devices:ty) => {
        $crate::entry!(
            |devices| -> $crate::ExitStatus {
                $crate::executor::run(|spawner| $main(spawner, devices))
            },
            $devices
        );
    };
    ($main:path) => {
        $crate::entry!(|()| $main(), ());
    };
    ($main:expr, $devices:ty) => {
        const _: () = {
            #[used]
            #[unsafe(link_section = ".note.solo5.abi")]
            static ABI: $crate::note::AbiNote = $crate::note::AbiNote::NEW;

            const DECLARATIONS: &[$crate::abi::device::Declaration] =
                <$devices as $crate::device::Devices>::DECLARATIONS;

            const SOLO5: usize = $crate::device::solo5_count(DECLARATIONS);

            #[used]
            #[unsafe(link_section = ".note.solo5.manifest")]
            static MANIFEST: $crate::note::ManifestNote<SOLO5> =
                $crate::note::ManifestNote::new(DECLARATIONS);

            #[used]
            #[unsafe(link_section = ".note.andon.devices")]
            static DEVICES: $crate::note::DeviceNote<{ DECLARATIONS.len() - SOLO5 }> =
                $crate::note::DeviceNote::new(DECLARATIONS);

            #[unsafe(no_mangle)]
            fn andon_guest_main(startup: $crate::Startup) -> $crate::ExitStatus {
                let devices = $crate::device::take::<$devices>(startup);
                let main: fn($devices) -> _ = $main;
                $crate::Termination::report(main(devices))
            }
        };
    };
}

/// The Rust side of the entry, which the architecture's `_start` calls on the guest's own
/// stack.
#[cfg(not(test))]
pub(crate) mod start {
    #![expect(
        unsafe_code,
        reason = "the monitor calls it, and it calls the guest's crate"
    )]

    use andon_abi::solo5::BootInfo;

    use super::Startup;
    use crate::{ExitStatus, boot, exit, time};

    unsafe extern "Rust" {
        /// What [`entry!`](crate::entry!) defines.
        safe fn andon_guest_main(startup: Startup) -> ExitStatus;
    }

    /// Starts the guest.
    ///
    /// # Safety
    /// Called once, first, with the argument that the monitor gave to the entry point.
    pub(crate) unsafe extern "C" fn start(boot_info: *const BootInfo) -> ! {
        // SAFETY: the monitor maps the boot information read-only for the guest's life.
        unsafe { boot::keep(boot_info) };
        time::begin();
        exit(andon_guest_main(Startup(())))
    }
}

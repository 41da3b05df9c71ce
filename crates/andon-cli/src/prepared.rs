//! A guest before it starts: its image, what it is given, and what stands in the way.

use andon_monitor::device::gpio::Host;
use andon_monitor::grant::{Grant, Granted, Refusal};
use andon_monitor::image::{Architecture, Image};

use crate::failure::{Failure, Problem};
use crate::guest_options::{GuestOptions, Settings};
use crate::image_file::ImageFile;

/// A guest that is known and not yet allowed to start.
pub(crate) struct Prepared {
    /// The guest.
    pub(crate) guest: Guest,
    /// The devices that it gets.
    pub(crate) grant: Grant,
}

/// What is known of a guest besides its devices.
pub(crate) struct Guest {
    /// The image as it was read.
    pub(crate) file: ImageFile,
    /// The image as it was understood.
    pub(crate) image: Image,
    /// What the guest gets.
    pub(crate) settings: Settings,
}

impl Prepared {
    /// Reads config and image, and joins them. Touches no hardware.
    pub(crate) fn new(options: &GuestOptions, host: &Host) -> Result<Self, Failure> {
        let (image, settings) = options.image_and_settings()?;
        let file = ImageFile::load(&image)?;
        Self::join(file, settings, host)
    }

    /// Joins an image with what its guest gets. Touches no hardware.
    pub(crate) fn join(file: ImageFile, settings: Settings, host: &Host) -> Result<Self, Failure> {
        let image = file.parse()?;
        let grant = Grant::join(&image, &settings.bindings, host);
        let guest = Guest {
            file,
            image,
            settings,
        };
        Ok(Self { guest, grant })
    }

    /// Everything that stands in the way.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        let mut problems = self.guest.misfits();
        problems.extend(self.grant.refusals().map(refused));
        problems
    }

    /// The guest and the devices that can be opened, where nothing stands in the way.
    pub(crate) fn accept(self) -> Result<(Guest, Granted), Failure> {
        let problems = self.problems();
        match self.grant.granted() {
            Some(granted) if problems.is_empty() => Ok((self.guest, granted)),
            _ => Err(Failure::of(problems)),
        }
    }
}

impl Guest {
    /// What stands in the way besides devices.
    pub(crate) fn misfits(&self) -> Vec<Problem> {
        let path = self.file.path.display();
        let mut misfits = Vec::new();
        if let Some(machine) = Architecture::host()
            && let Err(error) = self.image.check_architecture(machine)
        {
            misfits.push(Problem::new(format_args!("`{path}`: {error}")));
        }
        if let Err(error) = self.image.check_fits(self.settings.memory.bytes()) {
            let needed = error.needed.div_ceil(1024);
            let problem = Problem::new(format_args!("`{path}`: {error}"));
            misfits.push(problem.hint(format_args!("give it more, as in --mem {needed}K")));
        }
        misfits
    }
}

/// A refusal with its hint.
pub(crate) fn refused(refusal: &Refusal) -> Problem {
    let problem = Problem::new(refusal);
    match refusal.hint() {
        Some(hint) => problem.hint(hint),
        None => problem,
    }
}

//! `andon solo5-hvt`: the command line of Solo5's tender.

use std::ffi::OsString;

use clap::Args;

use crate::solo5_hvt;

/// Run a guest as Solo5's solo5-hvt does, with its command line
///
/// The binary does this as well when it is called through a link named solo5-hvt.
#[derive(Debug, Args)]
#[command(disable_help_flag = true, disable_version_flag = true)]
pub(crate) struct Solo5Hvt {
    /// Arguments of solo5-hvt; --help shows them
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "ARGS"
    )]
    arguments: Vec<OsString>,
}

impl Solo5Hvt {
    pub(crate) fn perform(self) -> u8 {
        solo5_hvt::perform("solo5-hvt", self.arguments)
    }
}

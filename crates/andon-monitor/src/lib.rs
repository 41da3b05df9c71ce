//! Andon's monitor as a library.
//!
//! A guest is a unikernel in one ELF [`image`]. The monitor loads it into guest
//! [`memory`], joins the devices that it asks for with what the operator granted
//! ([`device`]), and runs it on a [`backend`] until it ends. ARCHITECTURE.md has the map
//! and the invariants.

#![warn(missing_docs)]

pub mod aarch64;
pub mod arch;
pub mod backend;
pub mod backtrace;
pub mod clock;
pub mod config;
pub mod core_file;
pub mod debugger;
pub mod device;
pub mod dispatch;
pub mod grant;
pub mod guardian;
pub mod image;
pub mod load;
pub mod memory;
pub mod ring;
pub mod sim;
pub mod trace;
pub mod vcpu;
pub mod vm;
pub mod watch;
pub mod x86_64;

pub use andon_abi as abi;

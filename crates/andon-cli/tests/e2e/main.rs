//! The real binary on real guests, and on images that were broken on purpose.

mod bindings;
mod broken_images;
mod c_guests;
mod config;
mod core_files;
mod debugging;
mod development;
mod devices;
mod ends;
mod explain;
mod gdb_sessions;
mod hostile;
mod images;
mod inspect;
mod lamps;
mod manifests;
mod networks;
mod run;
mod simulated_board;
mod solo5_hvt;
mod storage;
mod support;
mod trace;
mod virtual_time;

//! Links the guest.

fn main() {
    andon_guest_build::link();
}

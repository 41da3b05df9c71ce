//! Links the program as a guest.

fn main() {
    andon_guest_build::link();
}

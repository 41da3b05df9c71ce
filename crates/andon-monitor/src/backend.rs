//! Ways to run a guest.

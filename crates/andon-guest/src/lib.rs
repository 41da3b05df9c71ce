//! Andon's guest SDK.
#![no_std]

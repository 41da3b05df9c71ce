//! The project's own tasks; `cargo xtask --help` lists them.

mod bench;
mod board;
mod build;
mod contract;
mod deb;
mod demo;
mod deps;
mod guests;
mod test;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// Andon's own tasks.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build every example guest into target/guests/NAME.elf, with symbols into target/guests/symbols
    Guests(guests::Options),
    /// Build the monitor and the guests in release
    Build(build::Options),
    /// Make a Debian package in target/debian
    Deb(deb::Options),
    /// Build, then blink ten times on a simulated lamp
    Demo,
    /// Run every check and every test; the last line counts them
    Test(test::Options),
    /// Measure what the project promises
    Bench(bench::Options),
    /// Run tests on emulated boards, seen from outside
    Board(board::Options),
    /// Check which part of the project uses which
    Deps,
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(status) => status,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> anyhow::Result<ExitCode> {
    let workspace = Workspace::find()?;
    match task {
        Task::Guests(options) => guests::run(&workspace, &options)?,
        Task::Build(options) => build::run(&workspace, &options)?,
        Task::Deb(options) => deb::run(&workspace, &options)?,
        Task::Demo => demo::run(&workspace)?,
        Task::Test(options) => return test::run(&workspace, &options),
        Task::Bench(options) => bench::run(&workspace, &options)?,
        Task::Board(options) => return board::run(&workspace, &options),
        Task::Deps => return deps::run(&workspace),
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_well_formed() {
        super::Arguments::command().debug_assert();
    }
}

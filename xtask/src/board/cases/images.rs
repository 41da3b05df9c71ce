//! Images that run on every board, and one that does not.

use anyhow::ensure;
use board_agent::End;

use crate::board::emulation::Emulation;

pub(super) fn hello_runs_on_kvm(board: &mut Emulation) -> anyhow::Result<()> {
    hello(board, "kvm")
}

pub(super) fn hello_runs_in_a_process(board: &mut Emulation) -> anyhow::Result<()> {
    hello(board, "process")
}

fn hello(board: &mut Emulation, backend: &str) -> anyhow::Result<()> {
    let command = [
        "/bin/andon",
        "run",
        "/guests/hello.elf",
        "--backend",
        backend,
    ];
    let printed = board.run(&command)?.success()?;
    ensure!(printed.contains("Hello"), "{printed}");
    Ok(())
}

pub(super) fn an_image_for_another_architecture_is_refused(
    board: &mut Emulation,
) -> anyhow::Result<()> {
    let finished = board.run(&["/bin/andon", "run", "/guests/foreign.elf"])?;
    ensure!(matches!(finished.end, End::Exit(1..)), "{finished:?}");
    ensure!(
        finished.error.contains("image is for "),
        "{}",
        finished.error
    );
    Ok(())
}

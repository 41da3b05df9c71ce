//! A machine's panel: `start` and `stop` switch between the lamps `running` and `stopped`, and
//! `alive` blinks meanwhile. `DURATION_MS`, for ever without it.

#![no_std]
#![no_main]

use andon_guest::executor::Spawner;
use andon_guest::{ExitStatus, gpio, println};
use embassy_time::{Duration, Instant, Ticker, with_deadline, with_timeout};
use embedded_hal::digital::OutputPin;
use embedded_hal_async::digital::Wait;

type Button = gpio::Input<{ gpio::BOTH }>;

andon_guest::devices! {
    struct Devices {
        start: Button,
        stop: Button,
        running: gpio::Output,
        stopped: gpio::Output,
        alive: gpio::Output,
    }
}

andon_guest::entry!(async main, Devices);

/// How long a contact must keep a level before it counts.
const SETTLED: Duration = Duration::from_millis(10);

/// Half a period of the lamp that shows that the guest lives.
const BEAT: Duration = Duration::from_millis(500);

/// Exit status for arguments that are wrong.
const MISUSE: u8 = 2;

async fn main(spawner: Spawner, mut devices: Devices) -> ExitStatus {
    let Ok(duration) = andon_guest::args().next().map(str::parse).transpose() else {
        println!("panel: DURATION_MS is a number of milliseconds");
        return MISUSE.into();
    };
    spawner.spawn(beat(devices.alive).expect("it is spawned once"));
    let operated = operate(
        (&mut devices.start, &mut devices.running),
        (&mut devices.stop, &mut devices.stopped),
    );
    let end = duration.map_or(Instant::MAX, Instant::from_millis);
    match with_deadline(end, operated).await {
        Ok(Err(error)) => failed(error),
        Ok(Ok(())) | Err(_) => ExitStatus::SUCCESS,
    }
}

/// Lets each button light its lamp and darken the other's, for ever.
async fn operate<B: Wait, L: OutputPin<Error = B::Error>>(
    start: (&mut B, &mut L),
    stop: (&mut B, &mut L),
) -> Result<(), B::Error> {
    loop {
        start.1.set_low()?;
        stop.1.set_high()?;
        pressed(start.0).await?;
        stop.1.set_low()?;
        start.1.set_high()?;
        pressed(stop.0).await?;
    }
}

/// Waits until a button is pressed.
async fn pressed<B: Wait>(button: &mut B) -> Result<(), B::Error> {
    loop {
        button.wait_for_rising_edge().await?;
        if stays_closed(button).await? {
            return Ok(());
        }
    }
}

/// Whether a contact that closed is closed when it has stopped bouncing. Levels tell it, not
/// edges: none is missed, however late the guest looks.
async fn stays_closed<B: Wait>(button: &mut B) -> Result<bool, B::Error> {
    loop {
        match with_timeout(SETTLED, button.wait_for_low()).await {
            Ok(opened) => opened?,
            Err(_) => return Ok(true),
        }
        match with_timeout(SETTLED, button.wait_for_high()).await {
            Ok(closed) => closed?,
            Err(_) => return Ok(false),
        }
    }
}

#[embassy_executor::task]
async fn beat(mut lamp: gpio::Output) {
    let mut is_lit = false;
    let mut beats = Ticker::every(BEAT);
    loop {
        is_lit = !is_lit;
        if let Err(error) = lamp.set_active(is_lit) {
            andon_guest::exit(failed(error));
        }
        beats.next().await;
    }
}

fn failed(error: gpio::Error) -> ExitStatus {
    println!("panel: {error}");
    ExitStatus::FAILURE
}

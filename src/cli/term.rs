//! The only module that asks about a terminal: colour, width, progress, and Ctrl-C.

use super::env::Env;
use super::failure::{Failure, code};
use crate::finding::ScannerId;
use crate::scan::event::Events;
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless NO_COLOR is set or TERM is dumb.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What standard output is.
#[derive(Debug, Clone, Copy)]
pub struct Term {
    /// Standard output is a terminal.
    pub is_terminal: bool,
    /// Colour is wanted.
    pub colour: bool,
    /// Columns.
    pub width: u16,
}

impl Term {
    /// Asks the system.
    pub fn of_stdout(colour: Colour, env: &Env) -> Self {
        let is_terminal = std::io::stdout().is_terminal();
        let by_itself = is_terminal && !env.no_color() && env.terminal().as_deref() != Some("dumb");
        let of_terminal =
            || is_terminal.then(terminal_size::terminal_size).flatten().map(|(width, _)| width.0);
        let width = env.columns().and_then(|columns| u16::try_from(columns).ok());
        let width = width.or_else(of_terminal);
        Self {
            is_terminal,
            colour: match colour {
                Colour::Always => true,
                Colour::Never => false,
                Colour::Auto => by_itself,
            },
            width: width.unwrap_or(100).clamp(40, 200),
        }
    }
}

/// Whether a person can be asked: somebody types, and sees the question.
pub fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// How long a scan may take to stop by itself.
const GRACE: Duration = Duration::from_millis(600);

/// Whether reports are being written: from then on only a second Ctrl-C ends the program.
static WRITING: Mutex<bool> = Mutex::new(false);

/// Tells that reports are about to be written; `false` when the user has stopped the scan before.
pub fn begin_writing() -> bool {
    let mut writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    *writing = !interrupted();
    *writing
}

/// Ends the program when one slow file keeps the scan from stopping. Nothing was written yet, so nothing is half written.
fn end_after_grace() {
    std::thread::sleep(GRACE);
    let writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    if !*writing {
        Failure::interrupted().print(&mut std::io::stderr());
        end();
    }
}

#[expect(clippy::exit, reason = "the user wants out now; nothing is half written")]
fn end() {
    crate::adapter::end_all();
    std::process::exit(i32::from(code::INTERRUPTED));
}

/// Makes the first Ctrl-C stop the scan at the next file, or a moment later whatever it does, and the second end the
/// program at once.
pub fn watch_interrupts() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        // Without a handler Ctrl-C ends the program at once, which is safe too: files are renamed into place.
        let _ = ctrlc::set_handler(|| {
            if INTERRUPTED.swap(true, Ordering::SeqCst) {
                end();
            } else {
                std::thread::spawn(end_after_grace);
            }
        });
    });
}

/// Whether Ctrl-C was pressed.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}

/// A progress bar on standard error, when that is a terminal; and the ear for Ctrl-C either way.
#[derive(Debug)]
pub struct Progress {
    bar: Option<ProgressBar>,
    bytes: AtomicU64,
    started: Instant,
}

impl Progress {
    /// `wanted` is false for `--quiet`.
    pub fn new(wanted: bool) -> Self {
        let bar = (wanted && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8));
            bar.set_message("listing files");
            bar
        });
        Self { bar, bytes: AtomicU64::new(0), started: Instant::now() }
    }

    /// Bytes of a download, of so many.
    pub fn bytes(&self, have: u64, whole: Option<u64>) {
        let Some(bar) = &self.bar else { return };
        bar.set_message("downloading");
        if let Some(whole) = whole {
            bar.set_length(whole);
            if let Ok(style) =
                ProgressStyle::with_template("{bar:24} {bytes}/{total_bytes}  {msg}  {eta}")
            {
                bar.set_style(style);
            }
        }
        bar.set_position(have);
    }

    /// Takes the bar off the screen.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Events for Progress {
    fn listed(&self, files: u64, _: u64) {
        let Some(bar) = &self.bar else { return };
        bar.set_length(files);
        let style = "{bar:24} {pos}/{len} files  {msg}  {eta}";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
    }

    fn scanner(&self, scanner: &ScannerId) {
        if let Some(bar) = &self.bar {
            bar.set_message(scanner.to_string());
        }
    }

    fn file(&self, bytes: u64) {
        let Some(bar) = &self.bar else { return };
        let total = self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        bar.inc(1);
        if bar.position() % 64 == 0 {
            let millis = self.started.elapsed().as_millis().max(1) as u64;
            let rate = total.saturating_mul(1000) / millis;
            let size = crate::target::open::size;
            bar.set_message(format!("{} at {}/s", size(total), size(rate)));
        }
    }

    fn cancelled(&self) -> bool {
        interrupted()
    }
}

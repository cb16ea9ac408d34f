//! The only place that starts programs: an argument vector, an environment of its own, a process group of its own, and an end
//! by itself, by the clock, by the user or by what it prints. Knows no tool and reads nothing that a tool says.

use super::group::{self, Group};
use std::ffi::OsString;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

/// Bytes of the end of standard error that are kept.
pub const COMPLAINT: usize = 4 << 10;
/// How long output may still arrive after the program itself has ended.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// How long a program has between being asked to end and being ended.
const GRACE: Duration = Duration::from_millis(400);
/// How long the system may take to end it.
const PATIENCE: Duration = Duration::from_secs(2);
/// Longest wait between two looks.
const LOOK: Duration = Duration::from_millis(20);

/// A program to be run.
#[derive(Debug, Clone)]
pub struct Order {
    /// Absolute path.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// All of its environment.
    pub variables: Vec<(OsString, OsString)>,
    /// Its working directory.
    pub folder: PathBuf,
    /// How long it may take.
    pub timeout: Duration,
    /// Bytes of standard output it may print.
    pub most: u64,
}

/// How a program ended by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// With a code.
    Code(i32),
    /// By a signal, that of a crash for example.
    Signal(i32),
}

/// What a program said until it ended by itself.
#[derive(Debug)]
pub struct Ended {
    /// How.
    pub exit: Exit,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// The end of standard error, as it came.
    pub complaint: Vec<u8>,
}

/// Why a program did not end by itself.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// It could not be started.
    #[error("it cannot be started: {0}")]
    Start(std::io::ErrorKind),
    /// It took longer than it may.
    #[error("it did not end within {0} s")]
    TimedOut(u64),
    /// It printed more than it may.
    #[error("it printed more than {0} bytes")]
    Flood(u64),
    /// The user stopped the scan.
    #[error("stopped")]
    Cancelled,
    /// The system does not tell what became of it.
    #[error("it was lost: {0}")]
    Lost(std::io::ErrorKind),
}

/// Runs a program to its end, whatever end that is: when this returns, nothing of its process group is left.
pub fn run(order: &Order, cancelled: &dyn Fn() -> bool) -> Result<Ended, Trouble> {
    #[expect(clippy::disallowed_methods, reason = "this is the module that starts programs")]
    let mut command = Command::new(&order.program);
    command
        .args(&order.args)
        .current_dir(&order.folder)
        .env_clear()
        .envs(order.variables.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    group::apart(&mut command);
    let start = Instant::now();
    let mut child = command.spawn().map_err(|error| Trouble::Start(error.kind()))?;
    let flooded = Arc::new(AtomicBool::new(false));
    let stdout = child.stdout.take().map(|pipe| head(pipe, order.most, Arc::clone(&flooded)));
    let stderr = child.stderr.take().map(tail);
    let mut group = Group::new(child);
    let mut wait = Duration::from_millis(1);
    let trouble = loop {
        match group.has_ended() {
            Ok(true) => break None,
            Ok(false) => {}
            Err(error) => break Some(Trouble::Lost(error.kind())),
        }
        if flooded.load(Ordering::Relaxed) {
            break Some(Trouble::Flood(order.most));
        }
        if cancelled() {
            break Some(Trouble::Cancelled);
        }
        if start.elapsed() >= order.timeout {
            break Some(Trouble::TimedOut(order.timeout.as_secs()));
        }
        std::thread::sleep(wait);
        wait = (wait * 2).min(LOOK);
    };
    if let Some(trouble) = trouble {
        // Whoever presses Ctrl-C has waited long enough.
        let grace = if matches!(trouble, Trouble::Cancelled) { GRACE / 4 } else { GRACE };
        group.end(grace, PATIENCE);
        return Err(trouble);
    }
    let mut output = stdout.as_ref().and_then(|pipe| received(pipe, LAST_WORDS));
    // The leader is gone and not yet reaped, so its number still names this group and no other.
    let status = group.end(Duration::ZERO, PATIENCE);
    if output.is_none() {
        output = stdout.as_ref().and_then(|pipe| received(pipe, PATIENCE));
    }
    if flooded.load(Ordering::Relaxed) {
        return Err(Trouble::Flood(order.most));
    }
    let complaint = stderr.as_ref().and_then(|pipe| received(pipe, PATIENCE)).unwrap_or_default();
    let status = status.ok_or(Trouble::Lost(std::io::ErrorKind::Other))?;
    Ok(Ended { exit: exit(status), stdout: output.unwrap_or_default(), complaint })
}

#[cfg(unix)]
fn exit(status: ExitStatus) -> Exit {
    use std::os::unix::process::ExitStatusExt as _;
    match status.code() {
        Some(code) => Exit::Code(code),
        None => Exit::Signal(status.signal().unwrap_or_default()),
    }
}

#[cfg(not(unix))]
fn exit(status: ExitStatus) -> Exit {
    Exit::Code(status.code().unwrap_or(-1))
}

fn received(pipe: &Receiver<Vec<u8>>, within: Duration) -> Option<Vec<u8>> {
    pipe.recv_timeout(within).ok()
}

/// Reads until the end or the limit. The thread is left to itself: a process that escaped its group can hold the pipe.
fn head(
    mut pipe: impl Read + Send + 'static,
    most: u64,
    flooded: Arc<AtomicBool>,
) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let mut buffer = vec![0; 64 << 10];
        while let Ok(read) = pipe.read(&mut buffer) {
            if read == 0 {
                break;
            }
            if (bytes.len() + read) as u64 > most {
                flooded.store(true, Ordering::Relaxed);
                bytes = Vec::new();
                break;
            }
            bytes.extend_from_slice(&buffer[..read]);
        }
        let _ = sender.send(bytes);
    });
    receiver
}

/// Reads all of it and keeps the end.
fn tail(mut pipe: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut kept: Vec<u8> = Vec::new();
        let mut buffer = vec![0; 16 << 10];
        while let Ok(read) = pipe.read(&mut buffer) {
            if read == 0 {
                break;
            }
            kept.extend_from_slice(&buffer[..read]);
            if kept.len() > 2 * COMPLAINT {
                kept.drain(..kept.len() - COMPLAINT);
            }
        }
        let from = kept.len().saturating_sub(COMPLAINT);
        let _ = sender.send(kept.split_off(from));
    });
    receiver
}

#[cfg(test)]
mod tests;

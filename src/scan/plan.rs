//! Who runs, and of everybody else why not.

use crate::config::Config;
use crate::engine::{ENGINES, Registration};
use crate::finding::{ScanType, ScannerOutcome, ScannerStatus};
use crate::probe::Target;

/// What a scan of files runs when neither flag nor file says otherwise.
pub const DEFAULT_TYPES: &[ScanType] =
    &[ScanType::Code, ScanType::Dependency, ScanType::Iac, ScanType::Baseline];

/// A scanner's part in the run.
#[derive(Debug)]
pub enum Part {
    /// It runs.
    Runs(&'static Registration),
    /// It does not.
    Skipped(ScannerOutcome),
}

/// One part per registered scanner of the wanted types, in table order.
pub fn plan(config: &Config, types: &[ScanType], asked: Option<&Target>) -> Vec<Part> {
    ENGINES
        .iter()
        .filter(|engine| types.contains(&engine.meta.scan_type))
        .map(|engine| {
            match reason_not_to_run(config, engine.meta.id.as_str())
                .or_else(|| unfit(engine.meta.scan_type, asked))
            {
                None => Part::Runs(engine),
                Some((reason, hint)) => skipped(engine, reason.to_owned(), hint),
            }
        })
        .collect()
}

/// The part of a scanner that does not run.
pub fn skipped(engine: &Registration, reason: String, hint: Option<String>) -> Part {
    Part::Skipped(ScannerOutcome {
        scanner: engine.meta.id.clone(),
        scan_type: engine.meta.scan_type,
        status: ScannerStatus::Skipped { reason, hint },
        failed_files: Vec::new(),
        millis: 0,
    })
}

/// Why a scanner of files has nothing to look at, or a scanner of hosts nobody to ask.
fn unfit(scan_type: ScanType, asked: Option<&Target>) -> Option<(&'static str, Option<String>)> {
    let hint = |text: &str| Some(text.to_owned());
    match (scan_type, asked) {
        (ScanType::Dast, Some(target)) if target.url.is_some() => None,
        (ScanType::Network, Some(target)) if target.hosts.is_some() => None,
        (ScanType::Dast, _) => Some(("no URL was named", hint("securescan scan https://..."))),
        (ScanType::Network, _) => {
            Some(("no host was named", hint("securescan scan HOST --type network")))
        }
        (_, Some(_)) => Some(("it looks at files, and none were named", None)),
        (_, None) => None,
    }
}

fn reason_not_to_run(config: &Config, name: &str) -> Option<(&'static str, Option<String>)> {
    let lists = |names: &[String]| names.iter().any(|listed| listed == name);
    if lists(&config.scanners_disable) {
        return Some(("disabled by configuration", None));
    }
    if !config.scanners_enable.is_empty() && !lists(&config.scanners_enable) {
        return Some(("not among the enabled scanners", None));
    }
    None
}

/// The wanted types: those asked for, or the default.
pub fn types(config: &Config) -> Vec<ScanType> {
    let wanted = |t: &ScanType| match config.scan_types[..] {
        [] => DEFAULT_TYPES.contains(t),
        ref asked => asked.contains(t),
    };
    ScanType::ALL.iter().copied().filter(wanted).collect()
}

//! Runs one tool: copies what it wants, calls it, judges its end by its own contract, reads what it says. Whatever happens
//! on the way is an outcome; a result that is missing, broken or late never looks like a clean scan.

use super::place::Base;
use super::process::{self, Ended, Exit, Order, Trouble};
use super::stage::Stage;
use super::{
    Adapter, Broken, Call, Drive, Job, Program, Reading, Report, Surroundings, Target, field, probe,
};
use crate::config::Config;
use crate::engine::Lack;
use crate::finding::{FailedFile, Finding, ScannerStatus};
use crate::target::open::read_named;
use std::ffi::OsString;
use std::path::Path;
use std::time::{Duration, Instant};

/// Bytes of a result.
pub const MOST_OUTPUT: u64 = 128 << 20;

/// What became of a tool.
#[derive(Debug)]
pub struct Outcome {
    /// For the run; the findings in it are not counted yet.
    pub status: ScannerStatus,
    /// Findings without context.
    pub findings: Vec<Finding>,
    /// Files it was given.
    pub files: u64,
    /// Files it could not finish.
    pub failed: Vec<FailedFile>,
    /// It had nothing to do here: no file, no rules, no environment. Nobody misses it.
    pub idle: bool,
}

impl Outcome {
    /// Of a tool that broke down.
    pub fn failed(message: String) -> Self {
        let status = ScannerStatus::Failed { message };
        Self { status, findings: Vec::new(), files: 0, failed: Vec::new(), idle: false }
    }
}

/// Where a tool is run and how.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The program, for a tool that is one.
    pub program: Option<&'a Path>,
    /// What it is pointed at.
    pub target: Target<'a>,
    /// Effective settings.
    pub config: &'a Config,
    /// The machine.
    pub surroundings: &'a Surroundings,
}

/// Runs it. `None` when the user stopped the scan.
pub fn run(
    adapter: &Adapter,
    setting: &Setting<'_>,
    cancelled: &dyn Fn() -> bool,
) -> Option<Outcome> {
    let broken = match work(adapter, setting, cancelled) {
        Ok(Worked { report, version, files }) => {
            let version = version.unwrap_or_else(|| "unknown".to_owned());
            let status = ScannerStatus::Ran { findings: report.findings.len() as u64, version };
            let (findings, failed) = (report.findings, report.failed);
            return Some(Outcome { status, findings, files, failed, idle: false });
        }
        Err(broken) => broken,
    };
    let idle = matches!(broken, Broken::Idle(_));
    let status = match broken {
        Broken::Cancelled => return None,
        Broken::Lacks(lack) | Broken::Idle(lack) => {
            ScannerStatus::Skipped { reason: lack.reason, hint: Some(lack.hint) }
        }
        Broken::TimedOut => {
            ScannerStatus::TimedOut { after_seconds: u64::from(setting.config.tool_timeout) }
        }
        Broken::Failed(message) => ScannerStatus::Failed { message },
    };
    Some(Outcome { status, findings: Vec::new(), files: 0, failed: Vec::new(), idle })
}

/// What a tool came to.
struct Worked {
    report: Report,
    version: Option<String>,
    /// Files it was given.
    files: u64,
}

fn work(
    adapter: &Adapter,
    setting: &Setting<'_>,
    cancelled: &dyn Fn() -> bool,
) -> Result<Worked, Broken> {
    let mut stage = Stage::new()?;
    if let (Target::Tree { source, .. }, Drive::Program(program)) = (setting.target, &adapter.drive)
    {
        stage.fill(source, program.wants, cancelled)?;
    }
    let roots: Vec<&Path> = match setting.target {
        Target::Tree { root, .. } => vec![&stage.tree, root],
        _ => vec![&stage.tree],
    };
    let base = Base::new(roots);
    let job = Job {
        target: setting.target,
        stage: &stage.tree,
        files: &stage.files,
        scratch: &stage.scratch,
        config: setting.config,
        surroundings: setting.surroundings,
    };
    let (mut report, version) = match (&adapter.drive, setting.program) {
        (Drive::Service(service), _) => {
            let reading = reading(adapter, &base, None);
            let report = (service.run)(&job, &reading, cancelled)?;
            let version = report.version.clone();
            (report, version)
        }
        (Drive::Program(program), Some(path)) => {
            if setting.target.kind() == super::Kind::Tree && job.files.is_empty() {
                return Err(Broken::Idle(nothing()));
            }
            calls(adapter, program, path, &job, &base, cancelled)?
        }
        (Drive::Program(_), None) => return Err(Broken::Failed("it is not installed".to_owned())),
    };
    report.failed.extend(stage.failed.iter().cloned());
    report.failed.sort();
    report.failed.dedup();
    if matches!(setting.target, Target::Tree { .. }) {
        for finding in &mut report.findings {
            let known = |path: &String| stage.files.binary_search(path).is_ok();
            if finding.path.as_ref().is_some_and(|path| !known(path)) {
                // A folder, or a file that was never there: not a place to point at.
                (finding.path, finding.line, finding.end_line) = (None, None, None);
                (finding.column, finding.end_column) = (None, None);
            }
        }
    }
    Ok(Worked { report, version, files: stage.files.len() as u64 })
}

/// Why a tool has nothing to do.
fn nothing() -> Lack {
    Lack {
        reason: "the target has no file for it".to_owned(),
        hint: "name a folder that has one".to_owned(),
    }
}

fn reading<'a>(adapter: &'a Adapter, base: &'a Base, about: Option<&'a str>) -> Reading<'a> {
    Reading { scanner: &adapter.id, scan_type: adapter.scan_type, base, about }
}

fn calls(
    adapter: &Adapter,
    program: &Program,
    path: &Path,
    job: &Job<'_>,
    base: &Base,
    cancelled: &dyn Fn() -> bool,
) -> Result<(Report, Option<String>), Broken> {
    let calls = (program.calls)(job).map_err(Broken::Idle)?;
    if calls.is_empty() {
        return Err(Broken::Idle(nothing()));
    }
    let until = Instant::now() + Duration::from_secs(u64::from(job.config.tool_timeout));
    let several = calls.len() > 1;
    let (mut whole, mut worked) = (Report::default(), 0);
    let mut first_failure = None;
    for call in &calls {
        match one(adapter, program, path, call, job, base, until, cancelled) {
            Ok(report) => {
                worked += 1;
                report.findings.into_iter().for_each(|finding| whole.push(finding));
                whole.failed.extend(report.failed);
                whole.version = whole.version.or(report.version);
            }
            Err(Broken::Failed(message)) if several && call.about.is_some() => {
                whole.fail(call.about.clone(), message.clone());
                first_failure.get_or_insert(message);
            }
            Err(broken) => return Err(broken),
        }
    }
    if let (0, Some(message)) = (worked, first_failure) {
        return Err(Broken::Failed(message));
    }
    let version = whole.version.clone().or_else(|| probe::version(adapter, path, job.surroundings));
    Ok((whole, version))
}

#[expect(clippy::too_many_arguments, reason = "the call and all that it is judged by")]
fn one(
    adapter: &Adapter,
    program: &Program,
    path: &Path,
    call: &Call,
    job: &Job<'_>,
    base: &Base,
    until: Instant,
    cancelled: &dyn Fn() -> bool,
) -> Result<Report, Broken> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(Broken::TimedOut);
    }
    let order = Order {
        program: path.to_owned(),
        args: call.args.clone(),
        variables: variables(call, job),
        folder: call.folder.clone().unwrap_or_else(|| job.scratch.to_owned()),
        timeout: left,
        most: MOST_OUTPUT,
    };
    let ended = process::run(&order, cancelled).map_err(|trouble| match trouble {
        Trouble::TimedOut(_) => Broken::TimedOut,
        Trouble::Cancelled => Broken::Cancelled,
        other => Broken::Failed(other.to_string()),
    })?;
    let code = match ended.exit {
        Exit::Code(code) => code,
        Exit::Signal(signal) => {
            return Err(Broken::Failed(format!("it was ended by signal {signal}")));
        }
    };
    if !program.good.contains(&code) {
        let complaint = complaint(&ended.complaint, base, job.surroundings);
        let said = said(&ended);
        if let Some(lack) = (program.lacks)(&said) {
            return Err(Broken::Lacks(lack));
        }
        let told = if complaint.is_empty() { String::new() } else { format!(": {complaint}") };
        return Err(Broken::Failed(format!("exit code {code}{told}")));
    }
    let bytes = match &call.report {
        Some(file) => result_file(file)?,
        None => ended.stdout,
    };
    // A program that ends well may still have said why there is nothing to read.
    let broken = |what: String| {
        let complaint = complaint(&ended.complaint, base, job.surroundings);
        let told =
            if complaint.is_empty() { String::new() } else { format!("; it said: {complaint}") };
        Broken::Failed(format!("{what}{told}"))
    };
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(broken(format!("it printed no result (exit code {code})")));
    }
    (adapter.read)(&bytes, &reading(adapter, base, call.about.as_deref()))
        .map_err(|bad| broken(format!("its result cannot be read: {bad}")))
}

fn result_file(file: &Path) -> Result<Vec<u8>, Broken> {
    read_named(file, MOST_OUTPUT)
        .map_err(|error| Broken::Failed(format!("its result cannot be read: {}", error.kind())))
}

fn variables(call: &Call, job: &Job<'_>) -> Vec<(OsString, OsString)> {
    let root = match job.target {
        Target::Tree { root, .. } => Some(root),
        _ => None,
    };
    let mut variables = probe::environment(job.surroundings, root);
    if job.config.online {
        variables.extend(job.surroundings.network.iter().cloned());
    }
    variables.extend(call.variables.iter().cloned());
    variables
}

/// Both outputs, for words that tell what is lacking.
fn said(ended: &Ended) -> String {
    let head = &ended.stdout[..ended.stdout.len().min(16 << 10)];
    format!("{}\n{}", String::from_utf8_lossy(&ended.complaint), String::from_utf8_lossy(head))
}

/// The last line of what a tool said on standard error: short, printable, without folders of the machine.
fn complaint(bytes: &[u8], base: &Base, surroundings: &Surroundings) -> String {
    let text = String::from_utf8_lossy(bytes);
    // npm's last line is where it keeps its log.
    let telling =
        |line: &&str| !line.trim().is_empty() && !line.contains("complete log of this run");
    let Some(last) = text.lines().rev().find(telling) else { return String::new() };
    let mut line = base.without_roots(&without_colours(last));
    let home = surroundings.common.iter().find(|(name, _)| name == "HOME");
    if let Some(home) = home.and_then(|(_, home)| home.to_str()).filter(|home| home.len() > 1) {
        line = line.replace(home, "~");
    }
    let words: Vec<String> = line.split_whitespace().map(without_credentials).collect();
    field::short(&words.join(" "), 300).unwrap_or_default()
}

fn without_colours(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("\u{1b}[") {
        out.push_str(&rest[..at]);
        let code = &rest[at + 2..];
        let end = code.find(|c: char| c.is_ascii_alphabetic()).map_or(code.len(), |end| end + 1);
        rest = &code[end..];
    }
    out.push_str(rest);
    out
}

/// `https://user:password@host` as tools repeat it.
fn without_credentials(word: &str) -> String {
    match (word.find("://"), word.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme => {
            format!("{}://***{}", &word[..scheme], &word[at..])
        }
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_is_one_plain_line_that_betrays_nothing() {
        let base = Base::new([Path::new("/tmp/securescan-x/tree")]);
        let surroundings = Surroundings {
            common: vec![("HOME".into(), "/home/me".into())],
            ..Surroundings::default()
        };
        let said = |text: &str| complaint(text.as_bytes(), &base, &surroundings);
        assert_eq!(
            said("Traceback\n  x\nValueError: bad /tmp/securescan-x/tree/a.py\n\n"),
            "ValueError: bad a.py"
        );
        assert_eq!(said("\u{1b}[31merror\u{1b}[0m: no\u{7}"), "error: no");
        assert_eq!(
            said("cannot reach http://me:pw@proxy:1/ from /home/me/.cache"),
            "cannot reach http://***@proxy:1/ from ~/.cache"
        );
        assert_eq!(
            said("npm error gone\nnpm error A complete log of this run can be found in: /x"),
            "npm error gone"
        );
        assert_eq!(said(""), "");
        assert!(said(&"x".repeat(9000)).chars().count() <= 300);
    }
}

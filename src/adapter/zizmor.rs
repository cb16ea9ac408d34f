//! zizmor: security of GitHub Actions workflows, read through SARIF.

use super::stage::{ends_in, name};
use super::{
    Adapter, BadResult, Call, Drive, Job, Kind, Program, Reading, Report, draft, field, sarif,
};
use crate::engine::Lack;
use crate::finding::{Finding, ScanType, ScannerId};

pub(super) static ADAPTER: Adapter = Adapter {
    id: ScannerId::new("zizmor"),
    scan_type: ScanType::Iac,
    summary: "weaknesses of GitHub Actions workflows and actions",
    checks: &[
        "template injection, dangerous triggers, excessive permissions",
        "unpinned and vulnerable actions",
    ],
    install: "pip install zizmor",
    kind: Kind::Tree,
    drive: Drive::Program(&PROGRAM),
    read,
};

static PROGRAM: Program = Program {
    name: "zizmor",
    version_args: &["--version"],
    version_variables: &[],
    wants,
    calls,
    // 11 to 14 tell the worst finding; 3 that there was nothing to look at.
    good: &[0, 11, 12, 13, 14],
    lacks: |said| {
        said.contains("no inputs collected").then(|| Lack {
            reason: "the target has no workflow or action that it knows".to_owned(),
            hint: "name a folder that has one".to_owned(),
        })
    },
    needs_network: false,
};

/// Its own configuration, `zizmor.yml`, stays out.
fn wants(path: &str) -> bool {
    let file = name(path);
    let workflow = path.contains(".github/") && ends_in(path, &[".yml", ".yaml"]);
    (workflow || matches!(file, "action.yml" | "action.yaml"))
        && !matches!(file, "zizmor.yml" | "zizmor.yaml")
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of the table")]
fn calls(job: &Job<'_>) -> Result<Vec<Call>, Lack> {
    let offline = (!job.config.online).then_some("--offline");
    let call = Call::new(["--no-progress", "--format", "sarif", "--no-exit-codes"]).and(offline);
    Ok(vec![call.and([job.stage])])
}

fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Report, BadResult> {
    let mut report = sarif::read(bytes, reading)?;
    report.findings.iter_mut().for_each(mend);
    Ok(report)
}

/// Its SARIF has the name of an audit where others have advice, and a prefix that its own documentation leaves out.
pub(super) fn mend(finding: &mut Finding) {
    if let Some(name) =
        finding.remediation.take().and_then(|name| field::short(&name, field::TITLE))
    {
        finding.title = name;
    }
    if let Some(short) = finding.rule_id.as_str().strip_prefix("zizmor/").map(str::to_owned) {
        draft::aliases(finding, [short]);
    }
}

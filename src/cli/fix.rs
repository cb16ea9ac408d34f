//! `scan --fix`: applies the fixes that rules carry, or shows what they would change, and tells what became of each.

use super::Io;
use super::args::Reporting;
use super::failure::Failure;
use super::output::{self, Output};
use crate::finding::Run;
use crate::finding::fix::State;
use crate::report::phrase;
use crate::scan::fix::{Fixed, Patch, Plan};
use crate::text::escape;
use anstyle::{AnsiColor, Style};
use anyhow::anyhow;
use std::io::Write;

/// What is mended.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Fixes")]
pub struct Fixing {
    /// Change files of the work tree where a rule knows a fix for what it found. What is suppressed stays as it is; what is
    /// fixed is still reported in this run and counts for its gates.
    #[arg(long, alias = "autofix", conflicts_with_all = ["staged", "stdin_path", "sbom", "no_suppress"])]
    pub fix: bool,

    /// With --fix: print what would change as a diff, and change nothing. The diff takes the place of the text report.
    #[arg(long, alias = "dryrun", requires = "fix")]
    pub dry_run: bool,
}

/// Fixes that are left and named one by one.
const MOST_NAMED: usize = 20;

impl Fixing {
    /// The reports that are written: without the one for people where the diff stands in its place.
    pub(super) fn outputs(&self, reporting: &Reporting) -> Result<Vec<Output>, Failure> {
        let (named, file) = (&reporting.outputs, reporting.output_file.as_deref());
        if self.dry_run && named.is_empty() && file.is_none() {
            return Ok(Vec::new());
        }
        let outputs = output::plan("text", named, file)?;
        if self.dry_run && outputs.iter().any(|output| output.file.is_none()) {
            let two =
                anyhow!("a report and the diff of --dry-run both want to go to standard output");
            return Err(Failure::input(two).hint("write the report to a file: --output json=FILE"));
        }
        Ok(outputs)
    }

    /// Writes the files or shows the changes, and says in the run what became of each fix.
    pub(super) fn conclude(
        &self,
        plan: Plan,
        run: &mut Run,
        colour: bool,
        io: &mut Io<'_>,
    ) -> Result<(), Failure> {
        let done = if self.dry_run {
            for patch in plan.patches() {
                show(patch, colour, io.out)?;
            }
            plan.mark_left(run);
            plan.outlook()
        } else {
            plan.write(run)
        };
        let told = notices(run, done, self.dry_run);
        run.notices.extend(told);
        Ok(())
    }
}

/// What became of the fixes of a run.
fn notices(run: &Run, done: Fixed, dry_run: bool) -> Vec<String> {
    let left: Vec<String> = run
        .findings
        .iter()
        .filter_map(|finding| match finding.fix_state() {
            Some(State::Left(why)) => {
                Some(format!("fix: {} {} is left: {why}", finding.place(), finding.rule_id))
            }
            _ => None,
        })
        .collect();
    let findings = phrase::plural(done.findings as u64, "finding");
    let files = phrase::plural(done.files as u64, "file");
    let verb = if dry_run { "would be fixed" } else { "fixed" };
    let first = match done.findings {
        0 if left.is_empty() => "fix: no finding has a fix".to_owned(),
        0 => "fix: nothing was fixed".to_owned(),
        _ => format!("fix: {findings} {verb} in {files}"),
    };
    let more = left.len().saturating_sub(MOST_NAMED);
    let mut told = vec![first];
    told.extend(left.into_iter().take(MOST_NAMED));
    if more > 0 {
        told.push(format!("fix: {} left besides", phrase::plural(more as u64, "fix")));
    }
    told
}

/// Prints a change. What a terminal would act upon is spelled out, so the diff is for reading.
fn show(patch: &Patch, colour: bool, out: &mut dyn Write) -> std::io::Result<()> {
    let path = escape::terminal(&patch.path);
    let mut print = |style: Style, line: &str| {
        if colour { writeln!(out, "{style}{line}{style:#}") } else { writeln!(out, "{line}") }
    };
    let (plain, bold) = (Style::new(), Style::new().bold());
    let coloured = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
    print(bold, &format!("--- a/{path}"))?;
    print(bold, &format!("+++ b/{path}"))?;
    for hunk in &patch.hunks {
        let side = |(first, count): (usize, usize)| {
            if count == 1 { first.to_string() } else { format!("{first},{count}") }
        };
        let head = format!("@@ -{} +{} @@", side(hunk.old), side(hunk.new));
        print(coloured(AnsiColor::Cyan), &head)?;
        for (mark, text, is_ended) in &hunk.lines {
            let style = match mark {
                '-' => coloured(AnsiColor::Red),
                '+' => coloured(AnsiColor::Green),
                _ => plain,
            };
            print(style, &format!("{mark}{}", escape::diff_line(text)))?;
            if !is_ended {
                print(plain, "\\ No newline at end of file")?;
            }
        }
    }
    Ok(())
}

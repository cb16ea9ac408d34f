//! `securescan status`: which scanners there are and what they find.

use super::failure::Failure;
use super::post::route;
use super::{Io, advisories};
use crate::adapter::probe::{self, Presence};
use crate::adapter::{ADAPTERS, Adapter, Kind, Surroundings};
use crate::config::Config;
use crate::engine::osv::{self, Advisories};
use crate::engine::{ENGINES, Setup};
use crate::text::escape;
use clap::ValueEnum;
use serde::Serialize;

/// Arguments of `status`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How to print it.
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: Form,
    /// The same as `-o json`.
    #[arg(long)]
    pub json: bool,
    /// List what each scanner checks.
    #[arg(long)]
    pub checks: bool,
    /// List securescan's own scanners; look for no external tool.
    #[arg(long)]
    pub native_only: bool,
}

/// Forms of lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Aligned columns.
    Text,
    /// One document.
    Json,
}

#[derive(Serialize)]
struct Row {
    scanner: &'static str,
    kind: &'static str,
    #[serde(rename = "type")]
    scan_type: &'static str,
    #[serde(rename = "available", serialize_with = "available")]
    lacks: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    version: Option<String>,
    summary: &'static str,
    checks: &'static [&'static str],
}

#[expect(clippy::ref_option, reason = "serde hands out references")]
fn available<S: serde::Serializer>(lacks: &Option<String>, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_bool(lacks.is_none())
}

/// Runs it.
pub fn run(args: &Args, io: &mut Io<'_>) -> Result<u8, Failure> {
    // What a scan would find here, not what was built.
    let config = Config::default();
    let advisories = advisories::find(None, io.env)?;
    let setup = Setup { advisories: &advisories, ..Setup::of(&config) };
    let mut rows: Vec<Row> = Vec::new();
    for engine in ENGINES {
        let built = (engine.build)(&setup)?;
        let refused = match &advisories {
            Advisories::Refused(why) if engine.meta.id == osv::META.id => Some(why.clone()),
            _ => None,
        };
        let lack = built.lacks.as_ref().map(|lack| lack.reason.clone());
        rows.push(Row {
            scanner: engine.meta.id.as_str(),
            kind: "native",
            scan_type: engine.meta.scan_type.as_str(),
            lacks: refused.or(lack),
            hint: built.lacks.map(|lack| lack.hint),
            version: Some(built.version.unwrap_or_else(|| (engine.meta.version)())),
            summary: engine.meta.summary,
            checks: engine.meta.checks,
        });
    }
    if !args.native_only && !io.env.switch("SECURESCAN_NATIVE_ONLY") {
        rows.extend(tools(io));
    }
    if args.json || args.output == Form::Json {
        serde_json::to_writer_pretty(&mut *io.out, &serde_json::json!({ "scanners": rows }))?;
        writeln!(io.out)?;
        return Ok(0);
    }
    let heading = ["Scanner", "Type", "Available", "Version", "Finds"].map(str::to_owned);
    let mut lines = vec![heading];
    for row in &rows {
        lines.push([
            row.scanner.to_owned(),
            row.scan_type.to_owned(),
            match (&row.lacks, row.kind) {
                (None, "native") => "yes (built in)".to_owned(),
                (None, _) => "yes".to_owned(),
                (Some(why), _) => format!("no ({})", escape::terminal(why)),
            },
            row.version.as_deref().map_or_else(|| "-".to_owned(), escape::terminal),
            row.summary.to_owned(),
        ]);
    }
    let width =
        |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..4).map(width).collect();
    for (index, line) in lines.iter().enumerate() {
        for (cell, width) in line.iter().zip(&widths) {
            write!(io.out, "{cell:width$}  ")?;
        }
        writeln!(io.out, "{}", line[4])?;
        if args.checks && index > 0 {
            for check in rows[index - 1].checks {
                writeln!(io.out, "    - {check}")?;
            }
        }
    }
    let missing: Vec<&Row> =
        rows.iter().filter(|row| row.kind == "tool" && row.lacks.is_some()).collect();
    if !missing.is_empty() {
        writeln!(io.out, "\nTools that are not there:")?;
        let width = missing.iter().map(|row| row.scanner.len()).max().unwrap_or(0);
        for row in missing {
            let hint = row.hint.as_deref().unwrap_or_default();
            writeln!(io.out, "  {:width$}  {hint}", row.scanner)?;
        }
    }
    Ok(0)
}

/// External tools, as far as they are there.
fn tools(io: &Io<'_>) -> Vec<Row> {
    let surroundings = Surroundings { route: route(io), ..io.env.surroundings() };
    let found = probe::all(&surroundings);
    let row = |(adapter, presence): (&&'static Adapter, Option<Presence>)| {
        let lacks = match (adapter.kind, &presence) {
            (_, Some(_)) => None,
            (Kind::Url, None) => Some("no daemon answers".to_owned()),
            (_, None) => Some("not installed".to_owned()),
        };
        Row {
            scanner: adapter.id.as_str(),
            kind: "tool",
            scan_type: adapter.scan_type.as_str(),
            hint: lacks.as_ref().map(|_| adapter.install.to_owned()),
            lacks,
            version: presence.and_then(|presence| presence.version),
            summary: adapter.summary,
            checks: adapter.checks,
        }
    };
    ADAPTERS.iter().zip(found).map(row).collect()
}

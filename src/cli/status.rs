//! `securescan status`: which scanners there are and what they find.

use super::Io;
use super::failure::Failure;
use crate::engine::ENGINES;
use clap::ValueEnum;
use serde::Serialize;

/// Arguments of `status`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How to print it.
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: Form,
    /// List what each scanner checks.
    #[arg(long)]
    pub checks: bool,
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
    #[serde(rename = "type")]
    scan_type: &'static str,
    available: bool,
    version: String,
    summary: &'static str,
    checks: &'static [&'static str],
}

/// Runs it.
pub fn run(args: &Args, io: &mut Io<'_>) -> Result<u8, Failure> {
    let rows: Vec<Row> = ENGINES
        .iter()
        .map(|engine| Row {
            scanner: engine.meta.id.as_str(),
            scan_type: engine.meta.scan_type.as_str(),
            available: true,
            version: (engine.meta.version)(),
            summary: engine.meta.summary,
            checks: engine.meta.checks,
        })
        .collect();
    if args.output == Form::Json {
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
            "yes (built in)".to_owned(),
            row.version.clone(),
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
    Ok(0)
}

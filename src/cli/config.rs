//! `securescan config`: check a configuration file, show the effective settings, print the JSON Schema.

use super::env::Env;
use crate::config::find::{self, Links};
use crate::config::issue::{Issue, Level};
use crate::config::lint::{self, Context, Trust};
use crate::config::load::{self, Inputs, Loaded, Origin};
use crate::config::{Known, Layer, describe, schema};
use clap::{Subcommand, ValueEnum};
use jiff::{civil::Date, tz::TimeZone};
use serde_json::{Map, Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Check, show and describe the configuration
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Clone, Subcommand)]
enum Command {
    /// Find every mistake in a configuration file
    ///
    /// Exit codes: 0 no errors (warnings allowed), 1 errors, 2 no file or not readable.
    Validate {
        /// The file, or a folder to look for it from, upwards [default: the working directory]
        path: Option<PathBuf>,
        /// How to print the result
        #[arg(long, short, value_enum, default_value_t = Output::Text)]
        output: Output,
    },
    /// Print every effective setting and where it comes from
    Show {
        /// What would be scanned
        #[arg(default_value = ".")]
        target: PathBuf,
        /// Use this file instead of looking for one
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// How to print the settings
        #[arg(long, short, value_enum, default_value_t = Output::Text)]
        output: Output,
    },
    /// Print the JSON Schema of the file, for editors
    Schema,
}

/// How a result is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For people
    Text,
    /// For programs
    Json,
}

const CLEAN: u8 = 0;
const ERRORS: u8 = 1;
const UNUSABLE: u8 = 2;

/// Runs the subcommand and answers with the exit code. Results go to `out`, everything else to `err`.
pub fn run(
    args: &Args,
    env: &Env,
    known: &Known<'_>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8, anyhow::Error> {
    match &args.command {
        Command::Validate { path, output } => {
            validate(path.as_deref(), *output, env, known, out, err)
        }
        Command::Show {
            target,
            config,
            output,
        } => {
            let origin = match config.clone().map(|path| env.folder().join(path)) {
                Some(path) => Origin::File(path),
                None => env.config_file().map_or(Origin::Search, Origin::File),
            };
            show(
                &env.folder().join(target),
                origin,
                *output,
                env,
                known,
                out,
                err,
            )
        }
        Command::Schema => {
            out.write_all(schema::text().as_bytes())?;
            Ok(CLEAN)
        }
    }
}

/// The present day (UTC).
fn today(env: &Env) -> Result<Date, anyhow::Error> {
    Ok(env.clock()?.now().to_zoned(TimeZone::UTC).date())
}

fn validate(
    path: Option<&Path>,
    output: Output,
    env: &Env,
    known: &Known<'_>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8, anyhow::Error> {
    let given = path.map_or_else(|| env.folder().to_owned(), |path| env.folder().join(path));
    let file = if given.is_dir() {
        find::walk(&given).file
    } else {
        Some(given.clone())
    };
    let Some(file) = file else {
        let from = load::shown(&given, env.folder());
        let from = if from.is_empty() {
            "the working directory"
        } else {
            &from
        };
        writeln!(
            err,
            "error: no configuration file found from {from} upwards"
        )?;
        writeln!(err, "  hint: the file is called {}", find::NAMES.join(", "))?;
        return Ok(UNUSABLE);
    };
    let base = file.parent().unwrap_or(Path::new("/"));
    let own = env.user_folder().is_some_and(|folder| folder == base);
    let (trust, links) = if own {
        (Trust::User, Links::Follow)
    } else {
        let root = find::walk(base)
            .root
            .unwrap_or_else(|| find::folder_of(base));
        (Trust::Repository(root), Links::Refuse)
    };
    let origin = load::shown(&file, env.folder());
    let bytes = match find::read(&file, links) {
        Ok(bytes) => bytes,
        Err(why) => {
            writeln!(
                err,
                "{}",
                Issue::new(Level::Error, &origin, "", why.to_string())
            )?;
            return Ok(UNUSABLE);
        }
    };
    let real = find::folder_of(base);
    let context = Context {
        origin: &origin,
        base: &real,
        trust,
        known: *known,
        today: today(env)?,
    };
    let report = lint::check(&bytes, &context);
    let count = |level| {
        report
            .issues
            .iter()
            .filter(|issue| issue.level == level)
            .count()
    };
    let (errors, warnings, infos) = (
        count(Level::Error),
        count(Level::Warning),
        count(Level::Info),
    );
    match output {
        Output::Json => {
            let issues: Vec<Value> = report.issues.iter().map(issue_json).collect();
            let document = json!({
                "file": origin,
                "valid": errors == 0,
                "errors": errors,
                "warnings": warnings,
                "infos": infos,
                "issues": issues,
            });
            writeln!(out, "{document:#}")?;
        }
        Output::Text => {
            for issue in &report.issues {
                writeln!(out, "{issue}")?;
            }
            if errors == 0 {
                writeln!(out, "{}: OK", crate::config::issue::plain(&origin))?;
                summary(&report.layer, out)?;
            }
            if !report.issues.is_empty() {
                let verdict = if errors == 0 { "valid" } else { "invalid" };
                let counts =
                    format!("{errors} error(s), {warnings} warning(s), {infos} info issue(s)");
                writeln!(err, "Config {verdict}: {counts}.")?;
            }
        }
    }
    Ok(if errors == 0 { CLEAN } else { ERRORS })
}

/// What a valid file sets, a line per key; long lists as their number.
fn summary(layer: &Layer, out: &mut dyn Write) -> Result<(), anyhow::Error> {
    for (name, value) in describe::values(layer) {
        let text = match (name, &value) {
            (_, Value::Null) => continue,
            ("ignored_rules", Value::Array(items)) => items.len().to_string(),
            ("severity_overrides", Value::Object(items)) => items.len().to_string(),
            _ => describe::line(name, &value),
        };
        writeln!(out, "  {name}: {text}")?;
    }
    Ok(())
}

fn issue_json(issue: &Issue) -> Value {
    json!({
        "level": issue.level,
        "line": issue.place.map(|place| place.line),
        "column": issue.place.map(|place| place.column),
        "key": issue.key,
        "message": issue.message,
        "hint": issue.hint,
    })
}

fn show(
    target: &Path,
    origin: Origin,
    output: Output,
    env: &Env,
    known: &Known<'_>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8, anyhow::Error> {
    let user_folder = env.user_folder();
    let environment = env.settings();
    let loaded = load::load(&Inputs {
        target,
        origin,
        user_folder: user_folder.as_deref(),
        environment: &environment,
        ci: env.ci(),
        flags: Layer::default(),
        folder: env.folder(),
        known: *known,
        today: today(env)?,
    });
    let Loaded {
        config,
        sources,
        notices,
        ..
    } = match loaded {
        Ok(loaded) => loaded,
        Err(error) => {
            writeln!(err, "{error}")?;
            return Ok(UNUSABLE);
        }
    };
    for notice in env.notices().iter().chain(&notices) {
        writeln!(err, "notice: {notice}")?;
    }
    let values = describe::values(&Layer::from(&config));
    match output {
        Output::Json => {
            let entry = |(name, value): &(&'static str, Value)| {
                let source = sources.get(name);
                (
                    (*name).to_owned(),
                    json!({ "value": value, "source": source }),
                )
            };
            let settings: Map<String, Value> = values.iter().map(entry).collect();
            writeln!(out, "{:#}", Value::Object(settings))?;
        }
        Output::Text => {
            let rows: Vec<[String; 3]> = values
                .iter()
                .map(|(name, value)| {
                    let source = sources
                        .get(name)
                        .map(ToString::to_string)
                        .unwrap_or_default();
                    [
                        (*name).to_owned(),
                        describe::line(name, value),
                        crate::config::issue::plain(&source),
                    ]
                })
                .collect();
            table(&rows, out)?;
        }
    }
    Ok(CLEAN)
}

/// Columns as wide as their widest cell; a very long value pushes only its own line.
fn table(rows: &[[String; 3]], out: &mut dyn Write) -> Result<(), anyhow::Error> {
    const WIDEST: usize = 60;
    let head = ["KEY", "VALUE", "SOURCE"].map(str::to_owned);
    let width = |column: usize| {
        let cells = rows
            .iter()
            .chain([&head])
            .map(|row| row[column].chars().count());
        cells.max().unwrap_or(0).min(WIDEST)
    };
    let (first, second) = (width(0), width(1));
    for [name, value, source] in [&head].into_iter().chain(rows) {
        writeln!(out, "{name:first$}  {value:second$}  {source}")?;
    }
    Ok(())
}

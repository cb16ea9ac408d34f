//! `securescan config`: check a configuration file, show the effective settings, print the JSON Schema.

use super::env::Env;
use crate::config::find::{self, Links};
use crate::config::issue::{Issue, Level};
use crate::config::lint::{self, Context, Trust};
use crate::config::load::{self, Inputs, Loaded, Origin};
use crate::config::{Known, Layer, describe, schema};
use clap::{Subcommand, ValueEnum};
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
        Command::Show { target, config, output } => {
            let origin = match config.clone().map(|path| env.folder().join(path)) {
                Some(path) => Origin::File(path),
                None => env.config_file().map_or(Origin::Search, Origin::File),
            };
            show(&env.folder().join(target), origin, *output, env, known, out, err)
        }
        Command::Schema => {
            out.write_all(schema::text().as_bytes())?;
            Ok(CLEAN)
        }
    }
}

/// The present day (UTC).
fn validate(
    path: Option<&Path>,
    output: Output,
    env: &Env,
    known: &Known<'_>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8, anyhow::Error> {
    let given = path.map_or_else(|| env.folder().to_owned(), |path| env.folder().join(path));
    let file = if given.is_dir() { find::walk(&given).file } else { Some(given.clone()) };
    let Some(file) = file else {
        let from = load::shown(&given, env.folder());
        let from = if from.is_empty() { "the working directory" } else { &from };
        writeln!(err, "error: no configuration file found from {from} upwards")?;
        writeln!(err, "  hint: the file is called {}", find::NAMES.join(", "))?;
        return Ok(UNUSABLE);
    };
    let base = file.parent().unwrap_or(Path::new("/"));
    let own = env.user_folder().is_some_and(|folder| folder == base);
    let (trust, links) = if own {
        (Trust::User, Links::Follow)
    } else {
        let root = find::walk(base).root.unwrap_or_else(|| find::folder_of(base));
        (Trust::Repository(root), Links::Refuse)
    };
    let origin = load::shown(&file, env.folder());
    let bytes = match find::read(&file, links) {
        Ok(bytes) => bytes,
        Err(why) => {
            writeln!(err, "{}", Issue::new(Level::Error, &origin, "", why.to_string()))?;
            return Ok(UNUSABLE);
        }
    };
    let real = find::folder_of(base);
    let context = Context {
        origin: &origin,
        base: &real,
        trust,
        known: *known,
        today: env.today()?,
        on_disk: true,
    };
    let report = lint::check(&bytes, &context);
    let count = |level| report.issues.iter().filter(|issue| issue.level == level).count();
    let (errors, warnings, infos) =
        (count(Level::Error), count(Level::Warning), count(Level::Info));
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
        today: env.today()?,
    });
    let Loaded { config, sources, notices, .. } = match loaded {
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
                ((*name).to_owned(), json!({ "value": value, "source": source }))
            };
            let settings: Map<String, Value> = values.iter().map(entry).collect();
            writeln!(out, "{:#}", Value::Object(settings))?;
        }
        Output::Text => {
            let rows: Vec<[String; 3]> = values
                .iter()
                .map(|(name, value)| {
                    let source = sources.get(name).map(ToString::to_string).unwrap_or_default();
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
        let cells = rows.iter().chain([&head]).map(|row| row[column].chars().count());
        cells.max().unwrap_or(0).min(WIDEST)
    };
    let (first, second) = (width(0), width(1));
    for [name, value, source] in [&head].into_iter().chain(rows) {
        writeln!(out, "{name:first$}  {value:second$}  {source}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;
    use std::fs;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        args: Args,
    }

    struct Repository(tempfile::TempDir);

    impl Repository {
        fn new(text: &str) -> Self {
            let folder = tempfile::tempdir().unwrap();
            fs::create_dir_all(folder.path().join(".git")).unwrap();
            fs::create_dir_all(folder.path().join(".securescan/rules")).unwrap();
            fs::write(folder.path().join(".securescan.yml"), text).unwrap();
            Self(folder)
        }

        /// Exit code, standard output, standard error.
        fn run(&self, words: &[&str]) -> (u8, String, String) {
            let folder = fs::canonicalize(self.0.path()).unwrap();
            let pairs =
                [("SECURESCAN_FAKE_NOW", "2026-06-01T00:00:00Z"), ("SECURESCAN_THREADS", "2")];
            let env = Env::from_pairs(pairs, folder);
            let known = Known {
                scanners: &["secrets"],
                rules: &["secrets/aws-access-key"],
                licenses: None,
                packs: None,
            };
            let args = Program::parse_from([&["x"], words].concat()).args;
            let (mut out, mut err) = (Vec::new(), Vec::new());
            let code = run(&args, &env, &known, &mut out, &mut err).unwrap();
            (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
        }
    }

    #[test]
    fn a_valid_file_is_summed_up() {
        let text = "scan_types: [code, dependency]\nignored_rules: [a, b, c]\n\
                    severity_overrides: {x: low, y: high}\nsemgrep_rules: [.securescan/rules]\n\
                    limits: {max_file_size: 2MiB}\n";
        let expected = ".securescan.yml: OK\n  scan_types: code, dependency\n  \
                        severity_overrides: 2\n  ignored_rules: 3\n  \
                        semgrep_rules: .securescan/rules\n  limits.max_file_size: 2MiB\n";
        for words in [
            &["validate"][..],
            &["validate", "."],
            &["validate", ".securescan.yml"],
            &["validate", ".securescan"],
        ] {
            let answer = Repository::new(text).run(words);
            assert_eq!(answer, (0, expected.to_owned(), String::new()), "{words:?}");
        }
    }

    #[test]
    fn mistakes_are_listed_and_counted() {
        let (code, out, err) =
            Repository::new("ignored_rules: ['*']\nfail_on_severity: hgih\n").run(&["validate"]);
        assert_eq!(code, 1);
        assert_eq!(
            out,
            ".securescan.yml:2:19: error: \"hgih\" is not a severity\n  hint: did you mean \"high\"?\n\
             .securescan.yml:1:17: warning: \"*\" silences every rule\n  hint: name the rules\n"
        );
        assert_eq!(err, "Config invalid: 1 error(s), 1 warning(s), 0 info issue(s).\n");
        let (code, out, err) = Repository::new("ai: true").run(&["validate"]);
        assert_eq!((code, out.ends_with(".securescan.yml: OK\n")), (0, true), "{out}");
        assert_eq!(err, "Config valid: 0 error(s), 1 warning(s), 0 info issue(s).\n");
    }

    #[test]
    fn programs_get_the_mistakes_as_json() {
        let (code, out, err) = Repository::new("ai: 3").run(&["validate", "--output", "json"]);
        assert_eq!((code, err.as_str()), (1, ""));
        let document: Value = serde_json::from_str(&out).unwrap();
        assert_eq!((&document["valid"], &document["errors"]), (&json!(false), &json!(1)));
        let issue = &document["issues"][0];
        assert_eq!(
            (&issue["level"], &issue["line"], &issue["column"]),
            (&json!("error"), &json!(1), &json!(5))
        );
        assert_eq!(issue["key"], "ai");
    }

    #[test]
    fn no_file_and_no_readable_file_are_input_errors() {
        let repository = Repository::new("");
        let (code, out, err) = repository.run(&["validate", "none.yml"]);
        assert_eq!((code, out.as_str(), err.as_str()), (2, "", "none.yml: error: no such file\n"));
        fs::remove_file(repository.0.path().join(".securescan.yml")).unwrap();
        let (code, _, err) = repository.run(&["validate"]);
        assert_eq!(code, 2);
        assert!(err.starts_with(
            "error: no configuration file found from the working directory upwards\n"
        ));
    }

    #[test]
    fn the_effective_settings_are_shown_with_their_sources() {
        let repository =
            Repository::new("fail_on_severity: high\nsecrets: {allow: [hush]}\nai: true\n");
        let (code, out, err) = repository.run(&["show"]);
        assert_eq!(code, 0);
        let row = |key: &str| {
            let line = out.lines().find(|line| line.starts_with(key)).unwrap_or_default();
            line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(row("fail_on_severity")[1], "high");
        assert!(row("fail_on_severity")[2].ends_with(".securescan.yml"));
        assert_eq!(row("limits.threads")[1..], ["2", "SECURESCAN_THREADS"]);
        assert_eq!(row("limits.max_file_size")[1..], ["10MiB", "default"]);
        assert!(!out.contains("hush"));
        assert!(
            err.starts_with("notice: .securescan.yml:3:5: ai: a repository's file cannot"),
            "{err}"
        );
        let (_, out, _) = repository.run(&["show", "--output", "json"]);
        let document: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(document["fail_on_severity"]["source"]["kind"], "repository_file");
        assert_eq!(document["limits.threads"]["value"], 2);
        assert!(!out.contains("hush"));
    }

    #[test]
    fn a_broken_file_is_shown_as_its_mistakes() {
        let (code, out, err) = Repository::new("x: 1\ny: 2\n").run(&["show"]);
        assert_eq!((code, out.as_str()), (2, ""));
        assert_eq!(err.matches(": error: unknown key").count(), 2, "{err}");
    }

    #[test]
    fn the_schema_is_printed_as_it_is_published() {
        assert_eq!(Repository::new("").run(&["schema"]), (0, schema::text(), String::new()));
    }
}

//! `securescan rules`: what can be found, and whether a rule pack is sound.

use super::Io;
use super::code_rules;
use super::failure::{Failure, code};
use super::status::Form;
use crate::config::{Config, OfPacks};
use crate::engine::misconfig::{self, check, example, pack};
use crate::engine::sast::pack as code_pack;
use crate::engine::{RuleInfo, Setup, all_rules, secrets};
use crate::finding::Severity;
use crate::rules::{Rule, load};
use std::path::PathBuf;

/// Arguments of `rules`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub action: Action,
}

/// What `rules` can do.
#[derive(Debug, clap::Subcommand)]
pub enum Action {
    /// List the rules.
    List(List),
    /// Run each rule of a pack against its own examples; exit 1 when one fails.
    Test(Test),
    /// Say everything that is wrong with rules over code; exit 1 when something is.
    Lint(Lint),
}

/// Arguments of `rules lint`.
#[derive(Debug, clap::Args)]
pub struct Lint {
    /// Rules in Semgrep's syntax: files, or folders of .yml files.
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
}

/// Arguments of `rules list`.
#[derive(Debug, clap::Args)]
pub struct List {
    /// Only rules whose id or title holds this text.
    pub filter: Option<String>,
    /// Only rules of this scanner.
    #[arg(long, value_name = "NAME")]
    pub scanner: Option<String>,
    /// Only rules of at least this severity.
    #[arg(long, value_name = "SEVERITY", value_parser = |word: &str| word.parse::<Severity>())]
    pub severity: Option<Severity>,
    /// How to print it.
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: Form,
}

/// Arguments of `rules test`.
#[derive(Debug, clap::Args)]
pub struct Test {
    /// Packs of rules over code, of rules for secrets or of checks for misconfig: files, or folders of .yml files. Without one, the
    /// built-in rules for secrets are tested. Rules over code are run on the files beside theirs (a.yml on a.py), whose
    /// comments `ruleid: ID` and `ok: ID` say what the next line is.
    pub paths: Vec<PathBuf>,

    /// Show what each operator of this rule matches, instead.
    #[arg(long, value_name = "RULE", requires = "paths")]
    pub explain_match: Option<String>,

    /// How to print it.
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: Form,
}

/// Runs it.
pub fn run(args: &Args, io: &mut Io<'_>) -> Result<u8, Failure> {
    match &args.action {
        Action::List(list) => print_list(list, io),
        Action::Test(test) => test_packs(test, io),
        Action::Lint(lint) => {
            let lines = code_rules::lint(&load::below(&lint.paths)?);
            for line in &lines {
                writeln!(io.out, "{}", crate::text::escape::terminal(line))?;
            }
            writeln!(io.err, "{} found", lines.len())?;
            Ok(if lines.is_empty() { code::OK } else { code::GATE })
        }
    }
}

/// Packs that a key of the configuration names: their ids, and why a scan could not use them.
pub fn of_packs(key: &str, paths: &[PathBuf]) -> OfPacks {
    let config = Config::default();
    let ids = |rules: &[Rule], checks: &[check::Own]| {
        let rules = rules.iter().map(|rule| rule.matching.id.clone());
        rules.chain(checks.iter().map(|own| own.check.id.clone())).collect::<Vec<_>>()
    };
    let mut code = OfPacks::default();
    let read = load::below(paths).and_then(|files| {
        if key == "misconfig.checks" {
            return Ok((Vec::new(), pack::from_files(&files)?));
        }
        // A pack of `secrets.rules` tells by what it holds whose rules are in it.
        let (of_code, of_secrets): (Vec<load::File>, Vec<load::File>) = files
            .into_iter()
            .partition(|(_, bytes)| key == "semgrep_rules" || code_pack::is_one(bytes));
        code = code_rules::of_files(&of_code);
        Ok((load::from_files(&of_secrets)?, Vec::new()))
    });
    match read {
        Err(error) => code.wrong.push(error.to_string()),
        Ok((secret_rules, own)) => {
            code.ids.extend(ids(&secret_rules, &own));
            let checks = check::Checks::with(own);
            let setup =
                Setup { secret_rules: &secret_rules, checks: &checks, ..Setup::of(&config) };
            let built = secrets::build(&setup).and_then(|_| misconfig::build(&setup));
            code.wrong.extend(built.err().map(|error| error.message));
        }
    }
    code
}

fn print_list(args: &List, io: &mut Io<'_>) -> Result<u8, Failure> {
    super::scan::known_scanners(args.scanner.iter())?;
    let holds = |text: &str, part: &str| text.to_lowercase().contains(&part.to_lowercase());
    let wanted = |rule: &RuleInfo| {
        args.filter.as_ref().is_none_or(|part| holds(&rule.id, part) || holds(&rule.title, part))
            && args.scanner.as_ref().is_none_or(|name| rule.scanner == name)
            && args.severity.is_none_or(|least| rule.severity >= least)
    };
    let mut rules: Vec<RuleInfo> = all_rules().into_iter().filter(wanted).collect();
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    if args.output == Form::Json {
        serde_json::to_writer_pretty(&mut *io.out, &rules)?;
        writeln!(io.out)?;
        return Ok(code::OK);
    }
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in &rules {
        writeln!(io.out, "{:width$}  {:8}  {}", rule.id, rule.severity, rule.title)?;
    }
    writeln!(io.err, "{} rules; `securescan explain RULE` tells more", rules.len())?;
    Ok(code::OK)
}

fn test_packs(args: &Test, io: &mut Io<'_>) -> Result<u8, Failure> {
    let (mut code, mut broken) = (Vec::new(), Vec::new());
    let (rules, checks) = if args.paths.is_empty() {
        (load::secrets_whole(), Vec::new())
    } else {
        let files = load::below(&args.paths)?;
        let (of_code, files): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|(_, bytes)| code_pack::is_one(bytes));
        code = of_code;
        broken.extend(files.iter().filter_map(|(path, bytes)| {
            let why = code_pack::broken(bytes).filter(|_| !code.is_empty())?;
            Some(format!("{path}:{why}"))
        }));
        // A folder of rules over code may hold YAML that they are tried on.
        let files: Vec<load::File> = if code.is_empty() { files } else { Vec::new() };
        if let Some(id) = &args.explain_match {
            return code_rules::explained(&code, id, io);
        }
        let (checks, rules): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|(_, bytes)| pack::is_one(bytes));
        (load::from_files(&rules)?, pack::from_files(&checks)?)
    };
    let mut failures: Vec<String> =
        secrets::check(&rules).iter().map(ToString::to_string).collect();
    failures.extend(example::check(&checks).iter().map(ToString::to_string));
    failures.extend(broken);
    let tested = code_rules::test(&code);
    if args.output == Form::Json {
        writeln!(io.out, "{}", serde_json::to_string_pretty(&tested.outcomes)?)?;
        failures.extend(code_rules::failures(&tested));
        return Ok(if failures.is_empty() { code::OK } else { code::GATE });
    }
    failures.extend(code_rules::failures(&tested));
    for failure in &failures {
        writeln!(io.out, "{}", crate::text::escape::terminal(failure))?;
    }
    let of_rule = |rule: &Rule| rule.prose.examples.hit.len() + rule.prose.examples.miss.len();
    let examples: usize = rules.iter().map(of_rule).sum::<usize>()
        + checks.iter().map(|own| example::count(&own.examples)).sum::<usize>()
        + tested.outcomes.iter().map(|one| one.judged).sum::<usize>();
    let of_code: std::collections::BTreeSet<&str> = tested
        .outcomes
        .iter()
        .map(|one| one.rule.as_str())
        .chain(tested.untested.iter().map(String::as_str))
        .collect();
    for told in code_rules::not_asked(&code) {
        writeln!(io.err, "{}", crate::text::escape::terminal(&told))?;
    }
    if !tested.untested.is_empty() {
        writeln!(io.err, "no file speaks of {} of the rules", tested.untested.len())?;
    }
    let count = rules.len() + checks.len() + of_code.len();
    let failed = failures.len();
    writeln!(io.err, "{count} rules, {examples} examples, {failed} failures")?;
    Ok(if failures.is_empty() { code::OK } else { code::GATE })
}

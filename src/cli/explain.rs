//! `securescan explain RULE`: why a rule matters and what to do about a finding of it.

use super::failure::Failure;
use super::status::Form;
use super::{Io, nearest};
use crate::engine::{RuleInfo, all_rules};
use anyhow::anyhow;

/// Arguments of `explain`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Rule id as a report shows it, or that of another tool; the part after the slash will do. Several rules may share a foreign id.
    pub rule: String,
    /// How to print it.
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: Form,
}

/// Runs it.
pub fn run(args: &Args, io: &mut Io<'_>) -> Result<u8, Failure> {
    let rules = all_rules();
    let found = find(&rules, &args.rule)?;
    if args.output == Form::Json {
        match found[..] {
            [rule] => serde_json::to_writer_pretty(&mut *io.out, rule)?,
            _ => serde_json::to_writer_pretty(&mut *io.out, &found)?,
        }
        writeln!(io.out)?;
        return Ok(0);
    }
    for (index, rule) in found.iter().enumerate() {
        if index > 0 {
            writeln!(io.out, "\n{}\n", "-".repeat(40))?;
        }
        tell(rule, io)?;
    }
    Ok(0)
}

fn tell(rule: &RuleInfo, io: &mut Io<'_>) -> std::io::Result<()> {
    writeln!(io.out, "{} - {}", rule.id, rule.title)?;
    let cwe = rule.cwe.as_deref().unwrap_or("no CWE");
    writeln!(
        io.out,
        "scanner {}, severity {}, confidence {}, {cwe}\n",
        rule.scanner, rule.severity, rule.confidence
    )?;
    writeln!(io.out, "Why it matters\n  {}\n", rule.description)?;
    writeln!(io.out, "What to do\n  {}", rule.remediation)?;
    if !rule.references.is_empty() {
        writeln!(io.out, "\nRead more")?;
        for page in &rule.references {
            writeln!(io.out, "  {page}")?;
        }
    }
    if !rule.aliases.is_empty() {
        writeln!(io.out, "\nAlso known as\n  {}", rule.aliases.join(", "))?;
    }
    writeln!(io.out, "\nTo ignore one finding, put this comment on the line above it:")?;
    writeln!(io.out, "  # securescan: ignore-next-line {} -- why", rule.id)
}

/// By id, by alias, which several rules may have, or by the part after the last slash when that is one rule only.
fn find<'a>(rules: &'a [RuleInfo], wanted: &str) -> Result<Vec<&'a RuleInfo>, Failure> {
    // An id may be the former name of another rule: the id wins.
    if let Some(rule) = rules.iter().find(|rule| rule.id == wanted) {
        return Ok(vec![rule]);
    }
    let has = |rule: &&RuleInfo| rule.aliases.iter().any(|alias| alias == wanted);
    let by_alias: Vec<&RuleInfo> = rules.iter().filter(has).collect();
    if !by_alias.is_empty() {
        return Ok(by_alias);
    }
    let short = |id: &'a str| id.rsplit('/').next().unwrap_or(id);
    let mut same = rules.iter().filter(|rule| short(&rule.id) == wanted);
    if let (Some(rule), None) = (same.next(), same.next()) {
        return Ok(vec![rule]);
    }
    let names = rules.iter().flat_map(|rule| [rule.id.as_str(), short(&rule.id)]);
    let failure = Failure::input(anyhow!("no rule \"{wanted}\""));
    Err(match nearest(wanted, names) {
        Some(near) => failure.hint(format!("did you mean \"{near}\"?")),
        None => failure.hint(
            "`securescan rules list` lists all rules; those of external tools are explained by the tools",
        ),
    })
}

//! Reads SARIF 2.1.0 of any tool. What a producer leaves out is taken from its rules, then from the format's own defaults;
//! snippets and code flows are not kept, since they repeat what may be secret.

use super::{BadResult, Reading, Report, draft, field};
use crate::finding::{Confidence, Finding, ScannerId, Severity};
use serde_json::Value;
use std::collections::HashMap;

/// Rules of one tool component that are looked at.
const MAX_RULES: usize = 20_000;

/// One run of a log.
#[derive(Debug)]
pub struct Log<'a> {
    /// The tool as it names itself.
    pub tool: &'a str,
    run: &'a Value,
}

/// The runs of a log.
pub fn runs(document: &Value) -> Result<Vec<Log<'_>>, BadResult> {
    let bad = |what: &str| BadResult(what.to_owned());
    let version = document["version"].as_str().unwrap_or_default();
    if !version.starts_with("2.1") {
        return Err(bad("it is not SARIF 2.1.0"));
    }
    let runs = document["runs"].as_array().ok_or_else(|| bad("its SARIF has no runs"))?;
    Ok(runs
        .iter()
        .take(100)
        .map(|run| Log { tool: run["tool"]["driver"]["name"].as_str().unwrap_or_default(), run })
        .collect())
}

/// Reads a log as the result of one tool.
pub fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Report, BadResult> {
    let document: Value = serde_json::from_slice(bytes).map_err(|error| BadResult::json(&error))?;
    let mut report = Report::default();
    for log in runs(&document)? {
        log.read_into(&mut report, reading);
    }
    Ok(report)
}

/// The name of a scanner for a tool that nobody here knows: `Acme Scan 2` -> `acme-scan-2`.
pub fn scanner_of(tool: &str) -> ScannerId {
    let words: Vec<String> = tool
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let name: String = words.join("-").chars().take(40).collect();
    let name = name.trim_end_matches('-');
    ScannerId::from(if name.is_empty() { "sarif".to_owned() } else { name.to_owned() })
}

impl Log<'_> {
    /// Adds what the run says.
    pub fn read_into(&self, report: &mut Report, reading: &Reading<'_>) {
        let driver = &self.run["tool"]["driver"];
        let version =
            ["semanticVersion", "version"].iter().find_map(|name| field::line(&driver[*name], 40));
        report.version = report.version.take().or(version);
        let rules = Rules::new(&self.run["tool"]);
        for result in self.run["results"].as_array().into_iter().flatten() {
            if counts(result) {
                let finding = self.finding(result, &rules, reading);
                report.push(finding);
            }
        }
        for invocation in self.run["invocations"].as_array().into_iter().flatten().take(100) {
            let notes = invocation["toolExecutionNotifications"].as_array().into_iter().flatten();
            for note in notes.filter(|note| note["level"] == "error") {
                let path =
                    note["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str();
                let path = path.and_then(|uri| reading.base.relative_uri(uri));
                let words = field::line(&note["message"]["text"], 300);
                report.fail(path, words.unwrap_or_else(|| "the tool reports an error".to_owned()));
            }
            if invocation["executionSuccessful"] == false {
                report.fail(None, "the tool says that it did not succeed".to_owned());
            }
        }
    }

    fn finding(&self, result: &Value, rules: &Rules<'_>, reading: &Reading<'_>) -> Finding {
        let rule = rules.of(result);
        let id = [&result["ruleId"], &result["rule"]["id"], &rule["id"]];
        let id = id.iter().find_map(|id| field::line(id, field::ID)).unwrap_or_default();
        let message = message(&result["message"], rule);
        let name = ["shortDescription", "fullDescription"]
            .iter()
            .find_map(|key| field::line(&rule[*key]["text"], field::TITLE));
        // A name that only repeats the id tells nobody anything.
        let name = name.filter(|name| *name != id);
        let title =
            name.clone().or_else(|| field::line(&message, field::TITLE)).unwrap_or_default();
        let mut finding = draft::finding(reading, severity(result, rule), &id, &title);
        finding.confidence = confidence(result, rule);
        finding.description = field::prose(&message)
            .or_else(|| field::prose(&rule["fullDescription"]["text"]))
            .unwrap_or_default();
        finding.remediation = field::prose(&rule["help"]["text"]).filter(|text| text.len() > 3);
        finding.cwe = cwe(result, rule);
        finding.references = field::links([&rule["helpUri"]]);
        self.place(&mut finding, result, reading);
        finding
    }

    fn place(&self, finding: &mut Finding, result: &Value, reading: &Reading<'_>) {
        let physical = &result["locations"][0]["physicalLocation"];
        let mut artifact = &physical["artifactLocation"];
        if artifact["uri"].is_null()
            && let Some(index) = artifact["index"].as_u64()
        {
            artifact = &self.run["artifacts"][index as usize]["location"];
        }
        let Some(uri) = artifact["uri"].as_str() else { return };
        let base =
            artifact["uriBaseId"].as_str().map(|id| &self.run["originalUriBaseIds"][id]["uri"]);
        let whole = match base.and_then(Value::as_str) {
            Some(base) if !uri.contains("://") && !uri.starts_with('/') && base.len() < 4096 => {
                format!("{}/{uri}", base.trim_end_matches('/'))
            }
            _ => uri.to_owned(),
        };
        // A base of another machine is the root of what was scanned there.
        let path = match reading.base.relative_uri(&whole) {
            Some(path) if !whole.starts_with("file://") || reading.base.knows(&whole) => Some(path),
            _ => reading.base.relative_uri(uri),
        };
        let region = &physical["region"];
        let line = field::position(&region["startLine"]);
        draft::on_lines(finding, path, line, field::position(&region["endLine"]));
        if finding.line.is_some() {
            finding.column = field::position(&region["startColumn"]);
            finding.end_column = field::position(&region["endColumn"]);
            let one_line = finding.end_line == finding.line;
            if let (true, Some(from), Some(to)) = (one_line, finding.column, finding.end_column)
                && to <= from
            {
                finding.end_column = None;
            }
        }
    }
}

/// Whether a result is a problem that is there now: not one that passed, went away, or was accepted where it was made.
fn counts(result: &Value) -> bool {
    let kind = result["kind"].as_str().unwrap_or("fail");
    let suppressed = result["suppressions"].as_array().is_some_and(|list| {
        list.iter().any(|one| one["status"].as_str().is_none_or(|status| status == "accepted"))
    });
    matches!(kind, "fail" | "open" | "review")
        && result["baselineState"] != "absent"
        && !suppressed
        && result.is_object()
}

/// Rules of the driver and its extensions, by place and by id.
struct Rules<'a> {
    driver: &'a [Value],
    extensions: &'a [Value],
    by_id: HashMap<&'a str, &'a Value>,
}

impl<'a> Rules<'a> {
    fn new(tool: &'a Value) -> Self {
        let rules = |component: &'a Value| {
            component["rules"].as_array().map(Vec::as_slice).unwrap_or_default()
        };
        let driver = rules(&tool["driver"]);
        let extensions = tool["extensions"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut by_id = HashMap::new();
        for rule in driver.iter().chain(extensions.iter().take(100).flat_map(rules)).take(MAX_RULES)
        {
            if let Some(id) = rule["id"].as_str() {
                by_id.entry(id).or_insert(rule);
            }
        }
        Self { driver, extensions, by_id }
    }

    fn of(&self, result: &Value) -> &'a Value {
        static NONE: Value = Value::Null;
        let index = [&result["rule"]["index"], &result["ruleIndex"]];
        let index = index.iter().find_map(|index| index.as_u64());
        let rules = match result["rule"]["toolComponent"]["index"].as_u64() {
            Some(extension) => self
                .extensions
                .get(extension as usize)
                .and_then(|component| component["rules"].as_array())
                .map(Vec::as_slice)
                .unwrap_or_default(),
            None => self.driver,
        };
        let id = result["ruleId"].as_str().or_else(|| result["rule"]["id"].as_str());
        let by_index = index.and_then(|index| rules.get(index as usize));
        // An index that points at another rule than the id names is the one that is wrong.
        let agrees = |rule: &&Value| {
            id.is_none_or(|id| rule["id"].as_str().is_none_or(|own| id.starts_with(own)))
        };
        let by_id = || {
            let id = id?;
            // `rule/sub` is a case of `rule`.
            let parents =
                id.char_indices().rev().filter(|(_, c)| *c == '/').map(|(at, _)| &id[..at]);
            std::iter::once(id).chain(parents.take(8)).find_map(|id| self.by_id.get(id).copied())
        };
        by_index.filter(agrees).or_else(by_id).unwrap_or(&NONE)
    }
}

/// The words of a message, its placeholders filled in.
fn message(message: &Value, rule: &Value) -> Value {
    if message["text"].is_string() && message["arguments"].is_null() {
        return message["text"].clone();
    }
    let template = message["text"].as_str().or_else(|| {
        let id = message["id"].as_str()?;
        rule["messageStrings"][id]["text"].as_str()
    });
    let Some(template) = template else { return message["markdown"].clone() };
    let mut text: String = template.chars().take(field::PROSE).collect();
    for (index, argument) in
        message["arguments"].as_array().into_iter().flatten().take(10).enumerate()
    {
        let argument: String = argument.as_str().unwrap_or_default().chars().take(300).collect();
        text = text.replace(&format!("{{{index}}}"), &argument);
        if text.len() > 64 << 10 {
            break;
        }
    }
    Value::String(text)
}

/// `security-severity` is a CVSS score and the most exact; a word of the tool comes next, the level last.
fn severity(result: &Value, rule: &Value) -> Severity {
    let properties = [&result["properties"], &rule["properties"]];
    for one in properties {
        let score = &one["security-severity"];
        let score = score.as_f64().or_else(|| score.as_str()?.trim().parse().ok());
        if let Some(severity) = score.and_then(draft::by_score) {
            return severity;
        }
    }
    for one in properties {
        for name in ["zizmor/severity", "severity", "problem.severity", "issue_severity"] {
            if let Some(severity) = one[name].as_str().and_then(draft::severity) {
                return severity;
            }
        }
    }
    let level = result["level"].as_str().or_else(|| rule["defaultConfiguration"]["level"].as_str());
    level.and_then(draft::severity).unwrap_or(Severity::Medium)
}

fn confidence(result: &Value, rule: &Value) -> Confidence {
    let word = [&result["properties"], &rule["properties"]].into_iter().find_map(|one| {
        ["zizmor/confidence", "confidence", "precision", "issue_confidence"]
            .iter()
            .find_map(|name| one[*name].as_str())
    });
    match word.unwrap_or_default().to_ascii_lowercase().as_str() {
        "high" | "very-high" | "certain" => Confidence::High,
        "low" => Confidence::Low,
        _ => Confidence::Medium,
    }
}

/// From properties, tags (`external/cwe/cwe-079`, `CWE-79: ...`) or taxa.
fn cwe(result: &Value, rule: &Value) -> Option<String> {
    let own = [result, rule];
    let named = own.iter().find_map(|one| field::cwe(&one["properties"]["cwe"]));
    let tagged = || {
        let tags = own.iter().filter_map(|one| one["properties"]["tags"].as_array());
        tags.flatten().take(200).filter_map(Value::as_str).find_map(|tag| {
            let lower = tag.to_ascii_lowercase();
            let at = lower.find("cwe-").or_else(|| lower.find("cwe_"))?;
            field::cwe(&Value::String(lower[at..].to_owned()))
        })
    };
    let related = || {
        let taxa = result["taxa"].as_array().into_iter().flatten();
        let relations =
            rule["relationships"].as_array().into_iter().flatten().map(|one| &one["target"]);
        taxa.chain(relations)
            .take(100)
            .filter(|one| {
                one["toolComponent"]["name"]
                    .as_str()
                    .is_some_and(|name| name.eq_ignore_ascii_case("cwe"))
            })
            .find_map(|one| field::cwe(&one["id"]))
    };
    named.or_else(tagged).or_else(related)
}

#[cfg(test)]
mod tests;

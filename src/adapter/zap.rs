//! ZAP: a running daemon is asked to look at a site. The spider and the passive rules by default; the active rules, which
//! attack the site, only with `--zap-active`. Evidence and attacks are not kept: they repeat what a page holds.

use super::{
    Adapter, BadResult, Broken, Drive, Job, Kind, Reading, Report, Service, Surroundings, Target,
    draft, field,
};
use crate::engine::Lack;
use crate::finding::{Confidence, Finding, ScanType, ScannerId, Severity};
use crate::http::service::{self, Question};
use crate::text::escape::url_segment;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Where the daemon is looked for.
const ADDRESS: &str = "http://127.0.0.1:8090";
/// Alerts of one page of answers.
const PAGE: usize = 500;
/// Bytes of one answer.
const MOST: u64 = 64 << 20;
/// Time for one answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// Time between two looks at how far it is.
const LOOK: Duration = Duration::from_millis(500);

pub(super) static ADAPTER: Adapter = Adapter {
    id: ScannerId::new("zap"),
    scan_type: ScanType::Dast,
    summary: "weaknesses of a running site, by a ZAP daemon",
    checks: &[
        "what the spider comes across, by the passive rules",
        "the active rules, with --zap-active",
    ],
    install: "start the daemon (zap.sh -daemon -port 8090) and set SECURESCAN_ZAP_ADDRESS and SECURESCAN_ZAP_API_KEY",
    kind: Kind::Url,
    drive: Drive::Service(&SERVICE),
    read,
};

static SERVICE: Service = Service { version, run };

fn version(surroundings: &Surroundings) -> Result<String, Lack> {
    let daemon = Daemon { surroundings, time: Duration::from_secs(5) };
    let lack = |reason: String| Lack { reason, hint: ADAPTER.install.to_owned() };
    let answer = daemon.ask("core/view/version/", &[]).map_err(|broken| match broken {
        Broken::Failed(message) => lack(message),
        _ => lack("the daemon does not answer".to_owned()),
    })?;
    field::line(&answer["version"], 40)
        .ok_or_else(|| lack("what answers is no ZAP daemon".to_owned()))
}

struct Daemon<'a> {
    surroundings: &'a Surroundings,
    time: Duration,
}

impl Daemon<'_> {
    fn ask(&self, call: &str, query: &[(&str, &str)]) -> Result<Value, Broken> {
        let address =
            self.surroundings.zap_address.as_deref().unwrap_or(ADDRESS).trim_end_matches('/');
        let query: Vec<String> =
            query.iter().map(|(name, value)| format!("{name}={}", url_segment(value))).collect();
        let url = format!("{address}/JSON/{call}?{}", query.join("&"));
        let key = self.surroundings.zap_key.as_deref().unwrap_or_default();
        let headers = [("X-ZAP-API-Key", key)];
        let headers = if key.is_empty() { &[][..] } else { &headers[..] };
        let question = Question { url: &url, headers, limit: MOST, time: self.time };
        let failed = |what: String| Broken::Failed(format!("ZAP: {what}"));
        let (status, body) = service::get(&question, &self.surroundings.route)
            .map_err(|error| failed(error.to_string()))?;
        match status {
            200 => serde_json::from_slice(&body)
                .map_err(|_| failed("its answer is not JSON".to_owned())),
            401 | 403 => Err(failed("it refuses the API key".to_owned())),
            _ => {
                let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
                let code = field::line(&answer["code"], 60).unwrap_or_default();
                Err(failed(format!("HTTP {status} {code}").trim_end().to_owned()))
            }
        }
    }
}

/// A piece of work of the daemon that is waited for.
struct Work<'a> {
    daemon: &'a Daemon<'a>,
    until: Instant,
    cancelled: &'a dyn Fn() -> bool,
}

impl Work<'_> {
    /// Starts a scan and waits until it is done; stops it when there is no time for that.
    fn scan(&self, part: &str, query: &[(&str, &str)]) -> Result<(), Broken> {
        let started = self.daemon.ask(&format!("{part}/action/scan/"), query)?;
        let id =
            [&started["scan"], &started["scanId"]].into_iter().find_map(|id| field::line(id, 20));
        let id = id.ok_or_else(|| Broken::Failed(format!("ZAP: {part} did not start")))?;
        let waited = self.wait(&format!("{part}/view/status/"), &[("scanId", &id)], |answer| {
            field::position(&answer["status"]).is_some_and(|percent| percent >= 100)
        });
        if waited.is_err() {
            let _ = self.daemon.ask(&format!("{part}/action/stop/"), &[("scanId", &id)]);
        }
        waited
    }

    fn wait(
        &self,
        call: &str,
        query: &[(&str, &str)],
        done: fn(&Value) -> bool,
    ) -> Result<(), Broken> {
        loop {
            if (self.cancelled)() {
                return Err(Broken::Cancelled);
            }
            if Instant::now() >= self.until {
                return Err(Broken::TimedOut);
            }
            if done(&self.daemon.ask(call, query)?) {
                return Ok(());
            }
            let start = Instant::now();
            while start.elapsed() < LOOK && !(self.cancelled)() {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }
}

fn run(
    job: &Job<'_>,
    reading: &Reading<'_>,
    cancelled: &dyn Fn() -> bool,
) -> Result<Report, Broken> {
    let Target::Url(url) = job.target else { return Ok(Report::default()) };
    let version = version(job.surroundings).map_err(Broken::Lacks)?;
    let daemon = Daemon { surroundings: job.surroundings, time: PATIENCE };
    let until = Instant::now() + Duration::from_secs(u64::from(job.config.tool_timeout));
    let work = Work { daemon: &daemon, until, cancelled };
    work.scan("spider", &[("url", url), ("recurse", "true"), ("subtreeOnly", "true")])?;
    work.wait("pscan/view/recordsToScan/", &[], |answer| {
        let left = &answer["recordsToScan"];
        left.as_u64() == Some(0) || left.as_str() == Some("0")
    })?;
    if job.config.zap_active {
        work.scan("ascan", &[("url", url), ("recurse", "true")])?;
    }
    let mut report = Report { version: Some(version), ..Report::default() };
    let mut seen = BTreeSet::new();
    let mut start = 0;
    while start < super::MAX_FINDINGS {
        let (from, count) = (start.to_string(), PAGE.to_string());
        let query = [("baseurl", url), ("start", from.as_str()), ("count", count.as_str())];
        let answer = daemon.ask("core/view/alerts/", &query)?;
        let alerts = answer["alerts"]
            .as_array()
            .ok_or_else(|| Broken::Failed("ZAP: it has no alerts".to_owned()))?;
        for alert in alerts {
            add(alert, alert, reading, &mut seen, &mut report);
        }
        if alerts.len() < PAGE {
            break;
        }
        start += PAGE;
    }
    Ok(report)
}

/// An answer of the API, or the report that ZAP writes as "traditional JSON".
fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Report, BadResult> {
    let document: Value = serde_json::from_slice(bytes).map_err(|error| BadResult::json(&error))?;
    let mut report =
        Report { version: field::line(&document["@version"], 40), ..Report::default() };
    let mut seen = BTreeSet::new();
    if let Some(alerts) = document["alerts"].as_array() {
        for alert in alerts {
            add(alert, alert, reading, &mut seen, &mut report);
        }
    } else if let Some(sites) = document["site"].as_array() {
        for alert in sites.iter().flat_map(|site| site["alerts"].as_array().into_iter().flatten()) {
            for instance in alert["instances"].as_array().into_iter().flatten() {
                add(alert, instance, reading, &mut seen, &mut report);
            }
        }
    } else {
        return Err(BadResult("it is not a report of ZAP".to_owned()));
    }
    Ok(report)
}

fn add(
    alert: &Value,
    place: &Value,
    reading: &Reading<'_>,
    seen: &mut BTreeSet<[String; 4]>,
    report: &mut Report,
) {
    let text =
        |names: &[&str]| names.iter().find_map(|name| field::line(&alert[*name], field::TITLE));
    let plugin = text(&["pluginId", "pluginid"]).unwrap_or_else(|| "unknown".to_owned());
    let url = [&place["url"], &place["uri"]].into_iter().find_map(|url| field::line(url, 1000));
    let url = without_query(&url.unwrap_or_default());
    let method = field::line(&place["method"], 20).unwrap_or_default();
    let param = field::line(&place["param"], 100).unwrap_or_default();
    if !seen.insert([plugin.clone(), url.clone(), method.clone(), param.clone()]) {
        return;
    }
    let name = text(&["alert", "name"]).unwrap_or_default();
    let mut finding: Finding =
        draft::finding(reading, severity(alert), &format!("zap-{plugin}"), &name);
    finding.confidence =
        match text(&["confidence"]).unwrap_or_default().to_ascii_lowercase().as_str() {
            // The traditional report has numbers.
            "high" | "confirmed" | "user confirmed" | "3" | "4" => Confidence::High,
            "low" | "false positive" | "0" | "1" => Confidence::Low,
            _ => Confidence::Medium,
        };
    let prose = |names: &[&str]| {
        names.iter().find_map(|name| field::prose(&alert[*name])).map(|text| without_tags(&text))
    };
    finding.description = prose(&["description", "desc"]).unwrap_or_default();
    finding.remediation = prose(&["solution"]).filter(|text| !text.is_empty());
    finding.cwe = [&alert["cweid"], &alert["cweId"]].into_iter().find_map(field::cwe);
    let pages: Vec<Value> = prose(&["reference"])
        .unwrap_or_default()
        .split_whitespace()
        .map(|page| Value::String(page.to_owned()))
        .collect();
    finding.references = field::links(&pages);
    finding.context = format!("{method} {url} {param}");
    for (name, value) in [("url", url), ("method", method), ("param", param)] {
        if !value.is_empty() {
            finding.set_meta(name, value);
        }
    }
    report.push(finding);
}

/// A query or a fragment may hold a session; `user:password@` too.
fn without_query(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) =
                rest.split_once('/').map_or((rest, None), |(host, path)| (host, Some(path)));
            let host = host.rsplit('@').next().unwrap_or_default();
            path.map_or_else(
                || format!("{scheme}://{host}"),
                |path| format!("{scheme}://{host}/{path}"),
            )
        }
        None => url.to_owned(),
    }
}

/// The traditional report writes paragraphs as HTML.
fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        let tag = &rest[start..];
        let end = tag.find('>');
        let is_tag = tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        if let Some(end) = end.filter(|end| is_tag && *end < 40) {
            let is_break = tag.starts_with("</p") || tag.starts_with("<br");
            out.push(if is_break { '\n' } else { ' ' });
            rest = &tag[end + 1..];
        } else {
            out.push('<');
            rest = &tag[1..];
        }
    }
    out.push_str(rest);
    let lines: Vec<&str> = out.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

/// The API has words, the traditional report numbers.
fn severity(alert: &Value) -> Severity {
    let code = field::line(&alert["riskcode"], 10);
    let word = field::line(&alert["risk"], 20);
    match code.or(word).unwrap_or_default().to_ascii_lowercase().as_str() {
        "3" | "high" => Severity::High,
        "2" | "medium" => Severity::Medium,
        "1" | "low" => Severity::Low,
        _ => Severity::Info,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_loses_what_may_be_a_session() {
        for (url, expected) in [
            ("https://shop.example/cart?sid=abc#x", "https://shop.example/cart"),
            ("https://me:pw@shop.example/", "https://shop.example/"),
            ("https://me:pw@shop.example?x", "https://shop.example"),
            ("/cart;x?y", "/cart;x"),
        ] {
            assert_eq!(without_query(url), expected);
        }
    }

    #[test]
    fn paragraphs_become_lines_and_a_comparison_stays() {
        assert_eq!(without_tags("<p>one</p><p>two <b>x</b></p>"), "one\ntwo  x");
        assert_eq!(without_tags("a < b and <"), "a < b and <");
    }
}

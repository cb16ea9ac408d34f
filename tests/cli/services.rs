//! Tools for sites and hosts: ZAP as a small server that answers as its API does, nmap as a
//! script that prints what the real one printed.

use crate::project::checkout;
use securescan::adapter::drive::{self, Outcome, Setting};
use securescan::adapter::{Surroundings, Target, by_name};
use securescan::config::Config;
use securescan::finding::ScannerStatus;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A daemon that was asked `asked`; with `stuck` its spider never ends.
struct Daemon {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Daemon {
    fn new(stuck: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let seen = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let request = lines.next().and_then(Result::ok).unwrap_or_default();
                let headers: Vec<String> =
                    lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
                let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
                let knows =
                    headers.iter().any(|line| line.eq_ignore_ascii_case("x-zap-api-key: example"));
                seen.lock().unwrap().push(path.clone());
                let times = |part: &str| {
                    seen.lock().unwrap().iter().filter(|one| one.contains(part)).count()
                };
                let (status, body) = if knows {
                    answer(&path, stuck, &times)
                } else {
                    ("403 Forbidden", "{}".to_owned())
                };
                let length = body.len();
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status}\r\ncontent-type: application/json\r\n\
                    content-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
            }
        });
        Self { address, asked }
    }

    fn surroundings(&self, key: &str) -> Surroundings {
        Surroundings {
            zap_address: Some(self.address.clone()),
            zap_key: Some(key.to_owned()),
            ..Surroundings::default()
        }
    }

    fn asked(&self, part: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|one| one.contains(part)).count()
    }
}

fn answer(path: &str, stuck: bool, times: &dyn Fn(&str) -> usize) -> (&'static str, String) {
    let body = match path.split('?').next().unwrap_or_default() {
        "/JSON/core/view/version/" => r#"{"version":"2.16.1"}"#.to_owned(),
        "/JSON/spider/action/scan/" => r#"{"scan":"0"}"#.to_owned(),
        // Some versions call it so.
        "/JSON/ascan/action/scan/" => r#"{"scanId":"1"}"#.to_owned(),
        "/JSON/spider/view/status/" if stuck || times("spider/view") < 2 => {
            r#"{"status":"50"}"#.to_owned()
        }
        "/JSON/spider/view/status/" | "/JSON/ascan/view/status/" => {
            r#"{"status":"100"}"#.to_owned()
        }
        "/JSON/pscan/view/recordsToScan/" if times("recordsToScan") < 2 => {
            r#"{"recordsToScan":"3"}"#.to_owned()
        }
        "/JSON/pscan/view/recordsToScan/" => r#"{"recordsToScan":"0"}"#.to_owned(),
        "/JSON/spider/action/stop/" => r#"{"Result":"OK"}"#.to_owned(),
        "/JSON/core/view/alerts/" => {
            std::fs::read_to_string(checkout().join("tests/fixtures/tools/zap-api-documented.json"))
                .unwrap()
        }
        _ => return ("400 Bad Request", r#"{"code":"bad_view"}"#.to_owned()),
    };
    ("200 OK", body)
}

fn zap(
    surroundings: &Surroundings,
    config: &Config,
    cancelled: &dyn Fn() -> bool,
) -> Option<Outcome> {
    let target = Target::Url("https://shop.example/");
    let setting = Setting { program: None, target, config, surroundings };
    drive::run(by_name("zap").unwrap(), &setting, cancelled)
}

#[test]
fn zap_spiders_waits_and_attacks_only_when_it_is_told_to() {
    for active in [false, true] {
        let daemon = Daemon::new(false);
        let config = Config { zap_active: active, ..Config::default() };
        let outcome = zap(&daemon.surroundings("example"), &config, &|| false).unwrap();
        let version = "2.16.1".to_owned();
        assert_eq!(outcome.status, ScannerStatus::Ran { findings: 2, version });
        assert_eq!(daemon.asked("ascan/action/scan"), usize::from(active));
        assert!(
            daemon.asked("spider/action/scan/?url=https%3A%2F%2Fshop.example%2F&recurse=true") == 1
        );
        assert_eq!(outcome.findings[0].meta("url"), Some("https://shop.example/cart"));
    }
}

#[test]
fn a_zap_that_is_stuck_silent_or_refuses_is_an_outcome() {
    let daemon = Daemon::new(true);
    let config = Config { tool_timeout: 1, ..Config::default() };
    let start = Instant::now();
    let outcome = zap(&daemon.surroundings("example"), &config, &|| false).unwrap();
    assert_eq!(outcome.status, ScannerStatus::TimedOut { after_seconds: 1 });
    assert!(start.elapsed() < Duration::from_secs(6), "{:?}", start.elapsed());
    assert_eq!(daemon.asked("spider/action/stop"), 1);

    let stop = || start.elapsed() > Duration::from_secs(3);
    assert!(zap(&daemon.surroundings("example"), &Config::default(), &stop).is_none());

    let refused = zap(&daemon.surroundings("wrong"), &Config::default(), &|| false).unwrap();
    assert!(
        format!("{:?}", refused.status).contains("refuses the API key"),
        "{:?}",
        refused.status
    );
    let nobody = Surroundings {
        zap_address: Some("http://127.0.0.1:1".to_owned()),
        ..Surroundings::default()
    };
    let silent = zap(&nobody, &Config::default(), &|| false).unwrap();
    assert!(matches!(silent.status, ScannerStatus::Skipped { .. }), "{:?}", silent.status);
}

fn nmap(script: &str, host: &str) -> Outcome {
    nmap_with(script, host, None, None)
}

fn nmap_with(script: &str, name: &str, ports: Option<&[u16]>, rate: Option<u32>) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("nmap");
    std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    let surroundings = Surroundings { path: Some(path.into()), ..Surroundings::default() };
    let config = Config { tool_timeout: 10, ..Config::default() };
    let setting = Setting {
        program: Some(Path::new(&program)),
        target: Target::Host { name, ports, rate },
        config: &config,
        surroundings: &surroundings,
    };
    drive::run(by_name("nmap").unwrap(), &setting, &|| false).unwrap()
}

#[test]
fn nmap_gets_a_host_as_one_word_and_its_xml_becomes_findings() {
    let recorded = checkout().join("tests/fixtures/tools/nmap-7.93.xml");
    let script = format!(
        "[ \"$*\" = '-sT -sV -Pn -n -oX - shop.example' ] || exit 9\ncat {}",
        recorded.display()
    );
    let outcome = nmap(&script, "shop.example");
    let version = "7.93".to_owned();
    assert_eq!(outcome.status, ScannerStatus::Ran { findings: 1, version });
    assert_eq!(outcome.findings[0].title, "Open port 18080/tcp: http SimpleHTTPServer 0.6");
    for host in ["-oN", "a b", "$(id)", "", "a;b"] {
        let outcome = nmap("touch ran; exit 9", host);
        assert!(
            matches!(outcome.status, ScannerStatus::Skipped { .. }),
            "{host}: {:?}",
            outcome.status
        );
    }
    let half = format!("head -c 700 {}", recorded.display());
    assert!(matches!(nmap(&half, "a.example").status, ScannerStatus::Failed { .. }));
}

#[test]
fn nmap_looks_at_the_ports_that_were_asked_for_and_at_the_pace_that_was() {
    let recorded = checkout().join("tests/fixtures/tools/nmap-7.93.xml");
    let script = format!(
        "[ \"$*\" = '-sT -sV -Pn -n -oX - -p 22,80-82,443 --max-rate 50 a.example' ] || exit 9\ncat {}",
        recorded.display()
    );
    let outcome = nmap_with(&script, "a.example", Some(&[443, 22, 81, 80, 82, 80]), Some(50));
    assert!(matches!(outcome.status, ScannerStatus::Ran { .. }), "{:?}", outcome.status);
}

#[test]
fn a_scan_of_no_host_is_no_clean_scan() {
    let none = "echo '<nmaprun version=\"7.93\"><runstats><finished exit=\"success\"/>\
                <hosts up=\"0\" down=\"0\" total=\"0\"/></runstats></nmaprun>'";
    let outcome = nmap(none, "nowhere.example");
    assert_eq!(outcome.failed.len(), 1, "{outcome:?}");
    assert!(outcome.failed[0].message.contains("no host was scanned"), "{outcome:?}");
}

//! The database from the outside: built, taken in, fetched, shown, refused.

use crate::advisories::{GO, INNER, LEFTISH, database, shop};
use crate::project::Project;
use sha2::{Digest as _, Sha256};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

#[test]
fn the_same_sources_make_the_same_bytes() {
    let project = Project::new(&[]);
    let first = std::fs::read(database(&project, &[LEFTISH, INNER, GO])).unwrap();
    let other = Project::new(&[]);
    let folder = other.home().join("elsewhere/osv");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, text) in [("2.json", GO), ("0.json", LEFTISH), ("1.json", INNER)] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let file = other.home().join("b.db");
    let args = ["db", "build", folder.to_str().unwrap(), "-o", file.to_str().unwrap()];
    for threads in ["1", "4"] {
        let call = other.call(&args).env("SOURCE_DATE_EPOCH", "1720000000");
        let outcome = call.env("RAYON_NUM_THREADS", threads).run();
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        assert!(std::fs::read(&file).unwrap() == first, "{threads} threads");
    }
}

#[test]
fn status_tells_place_age_sources_and_coverage() {
    let (project, database) = shop();
    let none = project.run(&["db", "status"]);
    assert_eq!(none.code, 0);
    assert!(none.stdout.contains("no advisory database") && none.stdout.contains("db update"));
    let path = database.to_str().unwrap();
    let text = project.run(&["db", "status", "--db", path, "--verify"]).stdout;
    for words in ["3 (3 after merging)", "2024-06-01", "(checked)", "npm", "PyPI", "Go", "osv"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let json = project.run(&["db", "status", "--db", path, "-o", "json"]).json();
    assert_eq!(json["advisories"], 3);
    assert_eq!(json["ecosystems"].as_array().unwrap().len(), 3);
}

#[test]
fn an_imported_database_is_used_from_then_on() {
    let (project, database) = shop();
    let outcome = project.run(&["db", "import", database.to_str().unwrap()]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let run = project.run(&["scan", "--scanner", "osv", "-o", "json"]).json();
    assert_eq!(run["findings"].as_array().unwrap().len(), 2);
    assert!(project.home().join(".local/share/securescan/advisories.db").is_file());
    // The environment comes before the folder, the flag before the environment.
    let call = project.call(&["scan", "--scanner", "osv"]).env("SECURESCAN_DB", "/nowhere/x.db");
    assert_eq!(call.run().code, 2);
}

#[test]
fn a_damaged_or_newer_database_is_refused_with_its_reason() {
    let (project, database) = shop();
    let good = std::fs::read(&database).unwrap();
    let mut newer = good.clone();
    newer[8] = 9;
    let mut flipped = good.clone();
    let last = flipped.len() - 40;
    flipped[last] ^= 1;
    for (bytes, words) in [
        (&good[..good.len() - 1], "damaged"),
        (&good[..100], "damaged"),
        (&b"something else"[..], "no advisory database"),
        (&newer[..], "format 9"),
        (&flipped[..], "damaged"),
    ] {
        std::fs::write(&database, bytes).unwrap();
        let outcome = project.run(&["db", "import", database.to_str().unwrap()]);
        assert_eq!(outcome.code, 2, "{words}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(words), "{words}: {}", outcome.stderr);
        assert!(!project.home().join(".local/share/securescan/advisories.db").exists());
    }
    // Found, not named: the scanner fails, and the rest of the scan goes on.
    let home = project.home().join(".local/share/securescan");
    std::fs::create_dir_all(&home).unwrap();
    std::fs::write(home.join("advisories.db"), b"something else").unwrap();
    let outcome = project.run(&["scan", "--type", "dependency", "-o", "json"]);
    assert_eq!(outcome.code, 0);
    let run = outcome.json();
    let osv = run["outcomes"].as_array().unwrap().iter().find(|o| o["scanner"] == "osv").unwrap();
    assert_eq!(osv["status"], "failed", "{osv}");
    assert!(!run.to_string().contains(project.home().to_str().unwrap()));
    assert_eq!(project.run(&["scan", "--fail-on", "incomplete"]).code, 3);
}

#[test]
fn sources_that_hold_nothing_make_no_database() {
    let project = Project::new(&[("empty/readme.txt", "x")]);
    let outcome = project.run(&["db", "build", "empty", "-o", "x.db"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("none of the sources holds an advisory"), "{}", outcome.stderr);
    assert!(!project.path("x.db").exists());
    assert_eq!(project.run(&["db", "build", "missing", "-o", "x.db"]).code, 2);
}

#[test]
fn files_that_do_not_read_are_named_and_fail_the_build_only_when_asked() {
    let project = Project::new(&[
        ("osv/a.json", LEFTISH),
        ("osv/b.json", "{\"id\": \"GHSA-x\", \"affected\": 3}"),
    ]);
    let outcome = project.run(&["db", "build", "osv", "-o", "x.db"]);
    assert_eq!(outcome.code, 0);
    assert!(outcome.stderr.contains("not read: osv: b.json"), "{}", outcome.stderr);
    assert_eq!(project.run(&["db", "build", "osv", "-o", "x.db", "--strict"]).code, 3);
}

#[test]
fn scores_and_known_exploits_reach_the_findings() {
    let (project, _) = shop();
    project.write("../osv/scores.txt", "x");
    std::fs::write(
        project.home().join("epss.csv"),
        "#model_version:v1,score_date:2024-06-01T00:00:00+0000\ncve,epss,percentile\nCVE-2024-1111,0.91234,0.99\n",
    )
    .unwrap();
    std::fs::write(
        project.home().join("kev.json"),
        r#"{"catalogVersion": "2024.06.01", "dateReleased": "2024-06-01T00:00:00Z", "count": 1, "vulnerabilities": [
            {"cveID": "CVE-2024-1111", "dateAdded": "2024-05-20", "dueDate": "2024-06-20", "knownRansomwareCampaignUse": "Unknown"}]}"#,
    )
    .unwrap();
    let args = ["db", "build", "../osv", "../epss.csv", "../kev.json", "-o", "../made.db"];
    assert_eq!(project.run(&args).code, 0);
    let run = project.run(&["scan", "--db", "../made.db", "--scanner", "osv", "-o", "json"]).json();
    let metadata = &run["findings"][0]["metadata"];
    assert_eq!(metadata["epss"], 0.91234);
    assert_eq!(metadata["known_exploited"], "2024-05-20");
}

/// A host of files. Breaks a transfer off once, after so many bytes, when it is told to.
struct Host {
    address: String,
    log: Arc<Mutex<Vec<String>>>,
}

impl Host {
    fn new(files: Vec<(&'static str, Vec<u8>)>, break_after: Option<usize>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let log = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&log);
        std::thread::spawn(move || {
            let mut break_after = break_after;
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                answer(&stream, &files, &mut break_after, &seen);
            }
        });
        Self { address, log }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }
}

fn answer(
    stream: &TcpStream,
    files: &[(&'static str, Vec<u8>)],
    break_after: &mut Option<usize>,
    log: &Mutex<Vec<String>>,
) {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    reader.read_line(&mut request).unwrap();
    let mut from = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap() == 0 || line.trim().is_empty() {
            break;
        }
        if let Some(range) = line.to_ascii_lowercase().strip_prefix("range: bytes=") {
            from = range.trim().trim_end_matches('-').parse().unwrap();
        }
    }
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    log.lock().unwrap().push(format!("{path} from {from}"));
    let mut out = stream;
    if path == "/moved" {
        _ = out.write_all(b"HTTP/1.1 302 Found\r\nlocation: /advisories.db\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        return;
    }
    if path == "/away" {
        _ = out.write_all(b"HTTP/1.1 302 Found\r\nlocation: http://example.com/x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        return;
    }
    let Some((_, bytes)) = files.iter().find(|(name, _)| *name == path) else {
        _ = out
            .write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        return;
    };
    let rest = &bytes[from..];
    let status = if from > 0 {
        format!(
            "206 Partial Content\r\ncontent-range: bytes {from}-{}/{}",
            bytes.len() - 1,
            bytes.len()
        )
    } else {
        "200 OK".to_owned()
    };
    let head = format!(
        "HTTP/1.1 {status}\r\netag: \"v1\"\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        rest.len()
    );
    _ = out.write_all(head.as_bytes());
    let end = break_after.take().unwrap_or(rest.len()).min(rest.len());
    _ = out.write_all(&rest[..end]);
    _ = out.flush();
    _ = out.shutdown(std::net::Shutdown::Write);
    _ = reader.read(&mut [0; 16]);
}

fn digest(bytes: &[u8]) -> String {
    securescan::text::hex(&Sha256::digest(bytes))
}

fn installed(project: &Project) -> Option<Vec<u8>> {
    std::fs::read(project.home().join(".local/share/securescan/advisories.db")).ok()
}

#[test]
fn an_update_is_checked_and_put_in_place() {
    let (project, file) = shop();
    let bytes = std::fs::read(file).unwrap();
    let sum = format!("{}  advisories.db\n", digest(&bytes)).into_bytes();
    let host =
        Host::new(vec![("/advisories.db", bytes.clone()), ("/advisories.db.sha256", sum)], None);
    let outcome = project.run(&["db", "update", "--url", &host.url("/advisories.db")]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(installed(&project).unwrap() == bytes);
    // Nothing else is left behind.
    let folder = std::fs::read_dir(project.home().join(".local/share/securescan")).unwrap();
    assert_eq!(folder.count(), 1);
}

#[test]
fn a_transfer_that_breaks_off_is_taken_up_where_it_ended() {
    let (project, file) = shop();
    let bytes = std::fs::read(file).unwrap();
    let host = Host::new(vec![("/advisories.db", bytes.clone())], Some(500));
    let sum = digest(&bytes);
    let args = ["db", "update", "--sha256", &sum, "--url", &host.url("/advisories.db")];
    let outcome = project.run(&args);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert_eq!(*host.log.lock().unwrap(), ["/advisories.db from 0", "/advisories.db from 500"]);
    assert!(installed(&project).unwrap() == bytes);
}

#[test]
fn a_wrong_checksum_or_a_strange_file_changes_nothing() {
    let (project, file) = shop();
    assert_eq!(project.run(&["db", "import", file.to_str().unwrap()]).code, 0);
    let before = installed(&project).unwrap();
    let host = Host::new(
        vec![("/advisories.db", before.clone()), ("/page", b"<html>sign in</html>".to_vec())],
        None,
    );
    let wrong = "0".repeat(64);
    let db = host.url("/advisories.db");
    let outcome = project.run(&["db", "update", "--sha256", &wrong, "--url", &db]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("expected 0000"), "{}", outcome.stderr);
    for path in ["/page", "/missing", "/away"] {
        let outcome = project.run(&["db", "update", "--url", &host.url(path)]);
        assert_eq!(outcome.code, 2, "{path}: {}", outcome.stderr);
    }
    assert!(installed(&project).unwrap() == before);
    assert_eq!(project.run(&["db", "update", "--url", "http://example.com/x"]).code, 2);
}

#[test]
fn a_redirect_on_the_same_host_is_followed() {
    let (project, file) = shop();
    let bytes = std::fs::read(file).unwrap();
    let host = Host::new(vec![("/advisories.db", bytes.clone())], None);
    let sum = digest(&bytes);
    let outcome = project.run(&["db", "update", "--sha256", &sum, "--url", &host.url("/moved")]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(installed(&project).unwrap() == bytes);
}

#[test]
fn a_zip_of_advisories_becomes_a_database() {
    let (project, _) = shop();
    let zip = stored_zip(&[("a.json", LEFTISH.as_bytes()), ("b.json", INNER.as_bytes())]);
    let host = Host::new(vec![("/npm/all.zip", zip)], None);
    let outcome = project.run(&["db", "update", "--url", &host.url("/npm/all.zip")]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let run = project.run(&["scan", "--scanner", "osv", "-o", "json"]).json();
    assert_eq!(run["findings"].as_array().unwrap().len(), 2);
}

/// A zip archive whose files are stored as they are (APPNOTE.TXT 4.3).
fn stored_zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let offset = out.len() as u32;
        let size = (bytes.len() as u32).to_le_bytes();
        let crc = securescan::text::crc32(bytes).to_le_bytes();
        let length = (name.len() as u16).to_le_bytes();
        out.extend(b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0");
        for part in [&crc[..], &size, &size, &length, &[0, 0], name.as_bytes(), bytes] {
            out.extend(part);
        }
        directory.extend(b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0");
        let offset = offset.to_le_bytes();
        for part in [&crc[..], &size, &size, &length, &[0; 12], &offset, name.as_bytes()] {
            directory.extend(part);
        }
    }
    let start = (out.len() as u32).to_le_bytes();
    let size = (directory.len() as u32).to_le_bytes();
    let count = (files.len() as u16).to_le_bytes();
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    for part in [&count[..], &count, &size, &start, &[0, 0]] {
        out.extend(part);
    }
    out
}

//! Files of a system and answers of a server: whatever the bytes are, they are judged quickly, and what is said of them is fit
//! to be shown.

use super::file;
use securescan::engine::{baseline, dast};
use securescan::finding::Finding;
use securescan::probe::url::Url;
use securescan::probe::{answer, certificate};
use std::time::{Duration, Instant};

/// The first line is the path, which says what kind of file it is.
pub fn host_files(data: &[u8]) {
    let (path, bytes) = file(data);
    let begun = Instant::now();
    let findings = baseline::check_file(&path, bytes);
    quick(begun, data);
    fit(&findings);
    let lines = bytes.split(|byte| *byte == b'\n').count() as u32;
    for finding in &findings {
        let line = finding.line.unwrap_or(1);
        assert!((1..=lines).contains(&line), "{finding:?}");
        // What stands in the field of a password is nobody's to see.
        for record in bytes.split(|byte| *byte == b'\n') {
            let secret =
                record.split(|byte| *byte == b':').nth(1).filter(|field| field.starts_with(b"$"));
            if let Some(secret) =
                secret.filter(|field| field.len() > 12 && path.ends_with("shadow"))
            {
                let shown = format!("{finding:?}");
                assert!(!shown.contains(&*String::from_utf8_lossy(secret)), "{shown}");
            }
        }
    }
}

/// Bytes as a server sends them.
pub fn http_response(data: &[u8]) {
    const MOST: usize = 1 << 16;
    let begun = Instant::now();
    if let Some(found) = certificate::read(data) {
        assert!(found.rsa_bits.is_none_or(|bits| bits <= data.len() * 8), "{found:?}");
    }
    let Ok(read) = answer::whole(data, false, MOST) else { return };
    assert!(read.body.len() <= MOST && read.body.len() <= data.len());
    let shown = read.headers.iter().all(|(_, value)| !value.chars().any(char::is_control));
    assert!(shown, "{:?}", read.headers);
    let cookies: Vec<String> = read
        .all("set-cookie")
        .filter_map(|cookie| cookie.split(';').next()?.split_once('='))
        .map(|(_, value)| value.trim().to_owned())
        .filter(|value| value.starts_with("EXAMPLE") && value.len() > 12)
        .collect();
    let url: Url = "https://a.example/x".parse().unwrap();
    if let Some(location) = read.header("location")
        && let Ok(next) = url.join(location)
    {
        assert_eq!(next.shown().parse::<Url>().map(|again| again.shown()), Ok(next.shown()));
    }
    let findings = dast::check_answer(&url, read);
    quick(begun, data);
    fit(&findings);
    for cookie in cookies {
        assert!(!format!("{findings:?}").contains(&cookie), "{cookie}");
    }
}

fn quick(begun: Instant, data: &[u8]) {
    let most = Duration::from_secs(5 + data.len() as u64 / 100_000);
    assert!(begun.elapsed() < most, "{:?}", begun.elapsed());
}

fn fit(findings: &[Finding]) {
    for finding in findings {
        let words =
            [finding.title.as_str(), finding.description.as_str(), finding.rule_id.as_str()];
        assert!(!words.iter().any(|text| text.chars().any(char::is_control)), "{finding:?}");
        assert!(finding.title.chars().count() < 300, "{finding:?}");
    }
}

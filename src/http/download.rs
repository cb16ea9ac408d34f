//! Gets one file over HTTP into a file beside its final place: resumed where an earlier try ended, bounded in size and
//! time. Follows redirects to safe addresses only; what the bytes mean is for the caller to check before anybody uses them.

use super::{BadProxy, Host, Route};
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use ureq::RequestExt as _;
use ureq::http::{HeaderMap, Request, Uri};

/// Redirects that are followed.
const MAX_REDIRECTS: usize = 5;
/// Tries after the first, for hosts that break off.
const RETRIES: u32 = 3;
/// Longest wait between tries.
const MAX_WAIT: Duration = Duration::from_secs(30);

/// What to get.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Address: `https`, or `http` to this machine.
    pub url: &'a str,
    /// Largest acceptable file, bytes.
    pub limit: u64,
    /// Longest acceptable time for all tries together.
    pub time: Duration,
}

/// Why a file could not be had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is not one to get files from.
    #[error(
        "\"{0}\" is not an address to download from (expected https://host/path; http only to this machine)"
    )]
    Address(String),
    /// The proxy's address.
    #[error(transparent)]
    Proxy(#[from] BadProxy),
    /// The host said no.
    #[error("{url}: the host answered HTTP {status}")]
    Refused {
        /// What was asked for.
        url: String,
        /// Its status.
        status: u16,
    },
    /// The host did not answer, or broke off, each time.
    #[error("{url}: {reason}")]
    Broken {
        /// What was asked for.
        url: String,
        /// What happened last.
        reason: String,
    },
    /// More than the limit.
    #[error("{url}: larger than {limit} bytes")]
    TooLarge {
        /// What was asked for.
        url: String,
        /// What was acceptable.
        limit: u64,
    },
    /// Time is up.
    #[error("{url}: not complete within {seconds} s")]
    OutOfTime {
        /// What was asked for.
        url: String,
        /// What was acceptable.
        seconds: u64,
    },
    /// The disk.
    #[error("cannot write {path}: {source}")]
    Disk {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Gets the file into `part`, which may hold the beginning of it from an earlier try; `told` hears of bytes as they come,
/// with the whole size where the host says it. On success `part` holds the whole file and nothing else does.
pub fn get(
    wanted: &Wanted<'_>,
    route: &Route,
    part: &Path,
    told: &mut dyn FnMut(u64, Option<u64>),
) -> Result<(), Error> {
    let until = Instant::now() + wanted.time;
    let mut tries = 0;
    loop {
        let reason = match attempt(wanted, route, part, until, told) {
            Ok(()) => {
                let _ = std::fs::remove_file(tag_file(part));
                return Ok(());
            }
            Err(Trouble::Final(error)) => return Err(error),
            Err(Trouble::Passing(reason)) => reason,
        };
        tries += 1;
        let wait = Duration::from_millis(500 * 4_u64.pow(tries)).min(MAX_WAIT);
        if Instant::now() + wait >= until {
            return Err(out_of_time(wanted));
        }
        if tries > RETRIES {
            return Err(Error::Broken { url: shown(wanted.url), reason });
        }
        std::thread::sleep(wait);
    }
}

/// The whole of a small text, such as a checksum; `None` when the host has no such file.
pub fn text(wanted: &Wanted<'_>, route: &Route) -> Result<Option<String>, Error> {
    let folder =
        tempfile::tempdir().map_err(|source| Error::Disk { path: std::env::temp_dir(), source })?;
    let part = folder.path().join("text");
    match get(wanted, route, &part, &mut |_, _| {}) {
        Ok(()) => {}
        Err(Error::Refused { status: 404 | 403 | 410, .. }) => return Ok(None),
        Err(error) => return Err(error),
    }
    let bytes = std::fs::read(&part).map_err(|source| Error::Disk { path: part, source })?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

enum Trouble {
    /// Another try changes nothing.
    Final(Error),
    /// It may do better.
    Passing(String),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Final(error)
    }
}

fn attempt(
    wanted: &Wanted<'_>,
    route: &Route,
    part: &Path,
    until: Instant,
    told: &mut dyn FnMut(u64, Option<u64>),
) -> Result<(), Trouble> {
    let disk = |source| Error::Disk { path: part.to_owned(), source };
    let known_tag = std::fs::read_to_string(tag_file(part)).ok().filter(|tag| is_strong(tag));
    let have = match (std::fs::metadata(part), &known_tag) {
        (Ok(meta), Some(_)) if meta.is_file() && meta.len() > 0 => meta.len(),
        _ => 0,
    };
    let resume = known_tag.as_deref().filter(|_| have > 0).map(|tag| (have, tag));
    let mut answer = ask(wanted, route, resume, until)?;
    let status = answer.status().as_u16();
    let (mut file, mut size) = match status {
        200 => (File::create(part).map_err(disk)?, 0),
        206 if continues(answer.headers(), have) => {
            (OpenOptions::new().append(true).open(part).map_err(disk)?, have)
        }
        206 | 416 => {
            // What is here does not fit what the host has now.
            let _ = std::fs::remove_file(part);
            let _ = std::fs::remove_file(tag_file(part));
            return Err(Trouble::Passing("the host continues another file".to_owned()));
        }
        408 | 429 | 500..=599 => {
            return Err(Trouble::Passing(format!("the host answered HTTP {status}")));
        }
        _ => return Err(Error::Refused { url: shown(wanted.url), status }.into()),
    };
    if size == 0 {
        match header(answer.headers(), "etag").filter(|tag| is_strong(tag)) {
            Some(tag) => std::fs::write(tag_file(part), tag).map_err(disk)?,
            None => drop(std::fs::remove_file(tag_file(part))),
        }
    }
    let rest = header(answer.headers(), "content-length").and_then(|text| text.parse::<u64>().ok());
    let whole = rest.map(|rest| rest.saturating_add(size));
    let too_large = || Error::TooLarge { url: shown(wanted.url), limit: wanted.limit };
    if whole.is_some_and(|whole| whole > wanted.limit) {
        return Err(too_large().into());
    }
    let mut body = answer.body_mut().as_reader();
    let mut buffer = vec![0; 64 << 10];
    loop {
        if Instant::now() >= until {
            return Err(out_of_time(wanted).into());
        }
        let read = body
            .read(&mut buffer)
            .map_err(|error| Trouble::Passing(format!("the transfer broke off: {error}")))?;
        if read == 0 {
            break;
        }
        size += read as u64;
        if size > wanted.limit {
            return Err(too_large().into());
        }
        file.write_all(&buffer[..read]).map_err(disk)?;
        told(size, whole);
    }
    if whole.is_some_and(|whole| whole != size) {
        return Err(Trouble::Passing("the transfer broke off".to_owned()));
    }
    file.sync_all().map_err(disk)?;
    Ok(())
}

fn ask(
    wanted: &Wanted<'_>,
    route: &Route,
    resume: Option<(u64, &str)>,
    until: Instant,
) -> Result<ureq::http::Response<ureq::Body>, Trouble> {
    let mut address = safe(wanted.url)?;
    for _ in 0..=MAX_REDIRECTS {
        let host = Host::new(address.host().unwrap_or_default());
        let agent = route.agent(&host).map_err(Error::from)?;
        let mut request = Request::builder().method("GET").uri(address.clone());
        if let Some((have, tag)) = resume {
            request = request.header("range", format!("bytes={have}-")).header("if-range", tag);
        }
        let request = request
            .header("accept-encoding", "identity")
            .body(())
            .map_err(|_| Error::Address(shown(wanted.url)))?;
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(out_of_time(wanted).into());
        }
        let answer = request
            .with_agent(&agent)
            .configure()
            .timeout_global(Some(left))
            .timeout_connect(Some(left.min(Duration::from_secs(20))))
            .run()
            .map_err(|error| Trouble::Passing(format!("the host did not answer: {error}")))?;
        if !matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
            return Ok(answer);
        }
        let next = header(answer.headers(), "location").unwrap_or_default();
        address = safe(&absolute(&address, &next))?;
    }
    let reason = "the host redirects in circles".to_owned();
    Err(Error::Broken { url: shown(wanted.url), reason }.into())
}

/// An address that may be asked: nothing in the clear but to this machine, no credentials in it.
fn safe(url: &str) -> Result<Uri, Error> {
    let bad = || Error::Address(shown(url));
    let uri: Uri = url.parse().map_err(|_| bad())?;
    let authority = uri.authority().ok_or_else(bad)?.as_str();
    let host = Host::new(uri.host().ok_or_else(bad)?);
    let scheme = uri.scheme_str();
    let is_safe = scheme == Some("https") || (scheme == Some("http") && host.is_loopback);
    if !is_safe || host.name.is_empty() || authority.contains('@') { Err(bad()) } else { Ok(uri) }
}

fn absolute(from: &Uri, next: &str) -> String {
    match (next.strip_prefix('/'), from.scheme_str(), from.authority()) {
        (Some(rest), Some(scheme), Some(authority)) if !rest.starts_with('/') => {
            format!("{scheme}://{authority}{next}")
        }
        _ => next.to_owned(),
    }
}

/// An address for people: without credentials and query, which may be a signature.
fn shown(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    match (url.split_once("://"), url.rfind('@')) {
        (Some((scheme, _)), Some(at)) => format!("{scheme}://{}", &url[at + 1..]),
        _ => url.to_owned(),
    }
}

/// Whether an answer continues where `have` bytes end.
fn continues(headers: &HeaderMap, have: u64) -> bool {
    header(headers, "content-range")
        .is_some_and(|range| range.starts_with(&format!("bytes {have}-")))
}

/// A weak tag does not promise the same bytes.
fn is_strong(tag: &str) -> bool {
    tag.len() > 2
        && tag.len() < 512
        && tag.starts_with('"')
        && tag.bytes().all(|b| b.is_ascii_graphic())
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn tag_file(part: &Path) -> PathBuf {
    let mut name = part.as_os_str().to_owned();
    name.push(".etag");
    PathBuf::from(name)
}

fn out_of_time(wanted: &Wanted<'_>) -> Error {
    Error::OutOfTime { url: shown(wanted.url), seconds: wanted.time.as_secs() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_safe_addresses_are_asked() {
        for good in ["https://a.example/x", "http://127.0.0.1:80/x", "http://[::1]:9/x"] {
            assert!(safe(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "x",
            "http://a.example/x",
            "https://u:p@a.example/",
            "file:///etc/passwd",
            "ftp://a/b",
        ] {
            assert!(safe(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_is_shown_without_what_may_be_secret() {
        assert_eq!(shown("https://u:p@a.example/x?sig=1#y"), "https://a.example/x");
        assert_eq!(shown("https://a.example/x"), "https://a.example/x");
    }

    #[test]
    fn a_redirect_may_be_relative_to_its_host() {
        let from: Uri = "https://a.example/x/y".parse().unwrap();
        assert_eq!(absolute(&from, "/z"), "https://a.example/z");
        assert_eq!(absolute(&from, "https://b.example/z"), "https://b.example/z");
        assert_eq!(absolute(&from, "//b.example/z"), "//b.example/z");
    }
}

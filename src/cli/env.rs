//! The only reader of the environment. Takes the variables that mean something to securescan once, at the start, adds
//! those of the user's `.env` file (the shell wins), and answers typed questions about them.

use crate::adapter::Surroundings;
use crate::clock::{BadTime, Clock};
use crate::config::find::{self, Links, Unreadable};
use crate::http::Route;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};

/// Variables of securescan itself.
const PREFIX: &str = "SECURESCAN_";
/// Variables of others that are looked at.
const FOREIGN: &[&str] = &[
    "CI_MERGE_REQUEST_DIFF_BASE_SHA",
    "HOME",
    "PATH",
    "TMPDIR",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
    "REQUESTS_CA_BUNDLE",
    "NPM_CONFIG_REGISTRY",
    "OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY",
    "SAFETY_API_KEY",
    "TRIVY_CACHE_DIR",
    "XDG_CACHE_HOME",
    "XDG_DATA_HOME",
    "CI_JOB_STARTED_AT",
    "GITHUB_REPOSITORY",
    "GITHUB_SERVER_URL",
    "GITHUB_SHA",
    "GITHUB_BASE_REF",
    "XDG_CONFIG_HOME",
    "CI",
    "NO_COLOR",
    "CLICOLOR_FORCE",
    "TERM",
    "COLUMNS",
    "SOURCE_DATE_EPOCH",
    "GITHUB_ACTIONS",
    "GITHUB_API_URL",
    "GITHUB_EVENT_NAME",
    "GITHUB_EVENT_PATH",
    "GITHUB_STEP_SUMMARY",
    "GITHUB_TOKEN",
    "GH_TOKEN",
    "GROQ_API_KEY",
    "HTTPS_PROXY",
    "https_proxy",
    "NO_PROXY",
    "no_proxy",
    "SSL_CERT_FILE",
];
/// The file with further variables, in the user's folder.
const FILE: &str = ".env";

/// A snapshot of the environment.
#[derive(Clone, Default)]
pub struct Env {
    variables: BTreeMap<String, OsString>,
    folder: PathBuf,
    notices: Vec<String>,
    secrets: Vec<String>,
}

/// Names only: values may be secrets.
impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Env")
            .field("variables", &self.variables.keys())
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

impl Env {
    /// The environment of this process, with the user's `.env` file.
    pub fn from_process() -> Self {
        let folder = std::env::current_dir().unwrap_or_default();
        Self::new(std::env::vars_os(), folder).with_file()
    }

    /// An environment of given variables and working directory, for tests; no file is read.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
        folder: impl Into<PathBuf>,
    ) -> Self {
        Self::new(pairs.into_iter().map(|(name, value)| (name.into(), value.into())), folder.into())
    }

    fn new(pairs: impl Iterator<Item = (OsString, OsString)>, folder: PathBuf) -> Self {
        let mut variables = BTreeMap::new();
        let mut secrets = Vec::new();
        for (name, value) in pairs {
            let Ok(name) = name.into_string() else { continue };
            if is_secret(&name) && value.len() >= LEAST_SECRET {
                secrets.push(name.clone());
            }
            if name.starts_with(PREFIX) || FOREIGN.contains(&name.as_str()) {
                variables.insert(name, value);
            }
        }
        secrets.sort();
        Self { variables, folder, notices: Vec::new(), secrets }
    }

    /// Adds the variables of the user's `.env` file that are not set yet.
    pub fn with_file(mut self) -> Self {
        let Some(path) = self.user_folder().map(|folder| folder.join(FILE)) else {
            return self;
        };
        let shown = crate::config::issue::plain(&path.to_string_lossy());
        let bytes = match find::read(&path, Links::Follow) {
            Ok(bytes) => bytes,
            Err(Unreadable::Missing) => return self,
            Err(why) => {
                self.notices.push(format!("{shown}: {why}; not used"));
                return self;
            }
        };
        let Ok(text) = String::from_utf8(bytes) else {
            self.notices.push(format!("{shown}: it is not valid UTF-8; not used"));
            return self;
        };
        let mut secret = false;
        for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            match assignment(line) {
                Line::Nothing => {}
                Line::Set(name, value) => {
                    secret |= ["_KEY", "_TOKEN", "_SECRET"].iter().any(|end| name.ends_with(end));
                    self.variables.entry(name.to_owned()).or_insert_with(|| value.into());
                }
                // The line itself is not shown: it may hold a secret.
                Line::Foreign => self.notices.push(format!(
                    "{shown}:{}: only names that begin with {PREFIX} are read; ignored",
                    index + 1
                )),
                Line::Broken => self
                    .notices
                    .push(format!("{shown}:{}: the line is not KEY=value; ignored", index + 1)),
            }
        }
        if secret && open_to_others(&path) {
            self.notices.push(format!("{shown}: others can read the keys in it; chmod 600 it"));
        }
        self
    }

    /// What was odd about the `.env` file.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// Names of all variables that seem to hold a secret, sorted. Their values are not kept.
    pub fn secret_names(&self) -> &[String] {
        &self.secrets
    }

    /// The working directory, absolute.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A variable as text; an empty one counts as not set. Bytes that are not UTF-8 become U+FFFD.
    pub fn text(&self, name: &str) -> Option<String> {
        self.raw(name).map(|value| value.to_string_lossy().into_owned())
    }

    /// A variable as a path.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.raw(name).map(PathBuf::from)
    }

    /// A switch: `1`, `true`, `yes` and `on` in any case.
    pub fn switch(&self, name: &str) -> bool {
        let value = self.text(name).unwrap_or_default().to_ascii_lowercase();
        matches!(value.as_str(), "1" | "true" | "yes" | "on")
    }

    fn raw(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(name).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }

    /// What of the machine external tools may see.
    pub fn surroundings(&self) -> Surroundings {
        let some = |names: &[&str]| {
            let set = |name: &&str| Some((OsString::from(*name), self.raw(name)?.to_owned()));
            names.iter().filter_map(set).collect()
        };
        Surroundings {
            path: self.raw("PATH").map(OsStr::to_owned),
            common: some(&["HOME", "TMPDIR"]),
            network: some(&[
                "HTTPS_PROXY",
                "https_proxy",
                "HTTP_PROXY",
                "http_proxy",
                "ALL_PROXY",
                "all_proxy",
                "NO_PROXY",
                "no_proxy",
                "SSL_CERT_FILE",
                "REQUESTS_CA_BUNDLE",
            ]),
            special: some(&[
                "NPM_CONFIG_REGISTRY",
                "OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY",
                "SAFETY_API_KEY",
                "TRIVY_CACHE_DIR",
                "XDG_CACHE_HOME",
            ]),
            folder: self.folder.clone(),
            route: Route::default(),
            zap_address: self.text("SECURESCAN_ZAP_ADDRESS"),
            zap_key: self.text("SECURESCAN_ZAP_API_KEY"),
        }
    }

    /// Every `SECURESCAN_*` variable, for [`crate::config::Inputs`].
    pub fn settings(&self) -> BTreeMap<String, String> {
        let names = self.variables.keys().filter(|name| name.starts_with(PREFIX));
        names.filter_map(|name| Some((name.clone(), self.text(name)?))).collect()
    }

    /// The user's home folder.
    pub fn home(&self) -> Option<PathBuf> {
        self.path("HOME").filter(|path| path.is_absolute())
    }

    /// `$XDG_CONFIG_HOME/securescan`, else `~/.config/securescan`; a relative value is ignored, as the XDG base
    /// directory specification asks.
    pub fn user_folder(&self) -> Option<PathBuf> {
        self.path("XDG_CONFIG_HOME")
            .filter(|path| path.is_absolute())
            .or_else(|| self.home().map(|home| home.join(".config")))
            .map(|folder| folder.join("securescan"))
    }

    /// `$XDG_DATA_HOME/securescan`, else `~/.local/share/securescan`.
    pub fn data_folder(&self) -> Option<PathBuf> {
        let folder = self
            .path("XDG_DATA_HOME")
            .filter(|path| path.is_absolute())
            .or_else(|| self.home().map(|home| home.join(".local/share")));
        folder.map(|folder| folder.join("securescan"))
    }

    /// `$XDG_CACHE_HOME/securescan`, else `~/.cache/securescan`.
    pub fn cache_folder(&self) -> Option<PathBuf> {
        self.path("XDG_CACHE_HOME")
            .filter(|path| path.is_absolute())
            .or_else(|| self.home().map(|home| home.join(".cache")))
            .map(|folder| folder.join("securescan"))
    }

    /// Whether this is a CI job: `CI` is set to anything but `0`, `false`, `no` or `off`.
    pub fn ci(&self) -> bool {
        let value = self.text("CI").unwrap_or_default().to_ascii_lowercase();
        !matches!(value.as_str(), "" | "0" | "false" | "no" | "off")
    }

    /// `NO_COLOR` is set and not empty (<https://no-color.org>).
    pub fn no_color(&self) -> bool {
        self.raw("NO_COLOR").is_some()
    }

    /// `TERM`.
    pub fn terminal(&self) -> Option<String> {
        self.text("TERM")
    }

    /// `COLUMNS`, if it is a number above 0.
    pub fn columns(&self) -> Option<usize> {
        self.text("COLUMNS")?.trim().parse().ok().filter(|&columns| columns > 0)
    }

    /// `SECURESCAN_CONFIG`: the configuration file to use, as `--config` would.
    pub fn config_file(&self) -> Option<PathBuf> {
        self.path("SECURESCAN_CONFIG").map(|path| self.folder.join(path))
    }

    /// The clock: pinned by `SECURESCAN_FAKE_NOW`, else by `SOURCE_DATE_EPOCH`, else the machine's.
    pub fn clock(&self) -> Result<Clock, BadTime> {
        match self.text("SECURESCAN_FAKE_NOW").or_else(|| self.text("SOURCE_DATE_EPOCH")) {
            Some(value) => Clock::pinned(value.trim()),
            None => Ok(Clock::System),
        }
    }

    /// The moment reports may name: a pinned one, else the start of the GitLab job. Never the machine's clock, so that two
    /// runs give the same bytes.
    pub fn moment(&self) -> Result<Option<Timestamp>, BadTime> {
        match self.clock()? {
            Clock::Fixed(moment) => Ok(Some(moment)),
            Clock::System => Ok(self.text("CI_JOB_STARTED_AT").and_then(|text| text.parse().ok())),
        }
    }

    /// The present day (UTC), by which suppressions with an expiry are judged.
    pub fn today(&self) -> Result<Date, BadTime> {
        Ok(self.clock()?.now().to_zoned(TimeZone::UTC).date())
    }
}

/// Shorter values are switches and numbers.
const LEAST_SECRET: usize = 4;

/// Whether the name of a variable says that it holds a secret, and not where one is.
fn is_secret(name: &str) -> bool {
    const MARKS: &[&str] =
        &["API_KEY", "SECRET", "PASSWORD", "TOKEN", "PRIVATE_KEY", "CREDENTIALS"];
    const ELSEWHERE: &[&str] = &["_FILE", "_PATH", "_DIR", "_URL", "_NAME"];
    let name = name.to_ascii_uppercase();
    MARKS.iter().any(|mark| name.contains(mark)) && !ELSEWHERE.iter().any(|end| name.ends_with(end))
}

enum Line<'a> {
    Nothing,
    Set(&'a str, &'a str),
    Foreign,
    Broken,
}

/// `KEY=value`; blanks around both are dropped, quotes are kept, `#` begins a comment at the start of a line only.
fn assignment(line: &str) -> Line<'_> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Line::Nothing;
    }
    let Some((name, value)) = line.split_once('=') else {
        return Line::Broken;
    };
    let name = name.trim();
    let sound = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') && !name.is_empty();
    match sound {
        false => Line::Broken,
        true if name.starts_with(PREFIX) => Line::Set(name, value.trim()),
        true => Line::Foreign,
    }
}

#[cfg(unix)]
fn open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn open_to_others(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> Env {
        Env::from_pairs(pairs.iter().copied(), "/work")
    }

    #[test]
    fn the_users_folder_follows_xdg() {
        for (pairs, expected) in [
            (&[("XDG_CONFIG_HOME", "/x"), ("HOME", "/h")][..], Some("/x/securescan")),
            (&[("XDG_CONFIG_HOME", ""), ("HOME", "/h")], Some("/h/.config/securescan")),
            (&[("XDG_CONFIG_HOME", "x"), ("HOME", "/h")], Some("/h/.config/securescan")),
            (&[("HOME", "h")], None),
            (&[], None),
        ] {
            assert_eq!(env(pairs).user_folder().as_deref(), expected.map(Path::new), "{pairs:?}");
        }
    }

    #[test]
    fn switches_and_numbers_have_their_spellings() {
        for (value, expected) in [
            ("true", true),
            ("1", true),
            ("woodpecker", true),
            ("false", false),
            ("0", false),
            ("", false),
        ] {
            assert_eq!(env(&[("CI", value)]).ci(), expected, "{value}");
        }
        assert!(env(&[("NO_COLOR", "0")]).no_color() && !env(&[("NO_COLOR", "")]).no_color());
        assert_eq!(env(&[("COLUMNS", "120")]).columns(), Some(120));
        assert_eq!(env(&[("COLUMNS", "0")]).columns(), None);
        assert!(env(&[("SECURESCAN_X", "On")]).switch("SECURESCAN_X"));
    }

    #[test]
    fn the_clock_is_pinned_by_our_variable_before_the_common_one() {
        let both = [("SECURESCAN_FAKE_NOW", "1700000000"), ("SOURCE_DATE_EPOCH", "1")];
        assert_eq!(env(&both).clock().unwrap().now().as_second(), 1_700_000_000);
        assert_eq!(env(&both[1..]).clock().unwrap().now().as_second(), 1);
        assert_eq!(env(&[]).clock(), Ok(Clock::System));
        assert!(env(&[("SECURESCAN_FAKE_NOW", "soon")]).clock().is_err());
    }

    #[test]
    fn only_variables_with_a_meaning_are_kept_and_none_is_printed() {
        let env = env(&[
            ("AWS_SECRET_ACCESS_KEY", "hush-hush"),
            ("DB_PASSWORD_FILE", "/run/x"),
            ("TOKEN", "1"),
            ("SECURESCAN_API_KEY", "hush"),
            ("CI", "1"),
        ]);
        assert_eq!(env.text("AWS_SECRET_ACCESS_KEY"), None);
        assert_eq!(env.settings().keys().collect::<Vec<_>>(), ["SECURESCAN_API_KEY"]);
        assert_eq!(env.secret_names(), ["AWS_SECRET_ACCESS_KEY", "SECURESCAN_API_KEY"]);
        assert!(!format!("{env:?}").contains("hush"));
    }

    #[cfg(unix)]
    #[test]
    fn the_env_file_adds_what_the_shell_does_not_set() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("securescan");
        std::fs::create_dir(&folder).unwrap();
        let file = folder.join(".env");
        let text = "\u{feff}# keys\r\nSECURESCAN_AI = true\nSECURESCAN_THREADS=2 # two\n\
                    SECURESCAN_ZAP_API_KEY=\"abc=\"\nHOME=/evil\nhush hush\n";
        std::fs::write(&file, text).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        let home = home.path().to_str().unwrap();
        let env = env(&[("XDG_CONFIG_HOME", home), ("HOME", "/h"), ("SECURESCAN_AI", "false")])
            .with_file();
        assert_eq!(env.text("SECURESCAN_AI").as_deref(), Some("false"), "the shell wins");
        assert_eq!(env.text("SECURESCAN_THREADS").as_deref(), Some("2 # two"), "read literally");
        assert_eq!(env.text("SECURESCAN_ZAP_API_KEY").as_deref(), Some("\"abc=\""));
        assert_eq!(env.home().as_deref(), Some(Path::new("/h")));
        let notices = env.notices().join("\n");
        assert!(notices.contains(".env:5: only names") && notices.contains(".env:6: the line"));
        assert!(notices.contains("chmod 600") && !notices.contains("hush"), "{notices}");
    }

    #[cfg(unix)]
    #[test]
    fn an_env_file_that_is_a_pipe_does_not_hang() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("securescan");
        std::fs::create_dir(&folder).unwrap();
        let mode = rustix::fs::Mode::from_raw_mode(0o600);
        rustix::fs::mkfifoat(rustix::fs::CWD, folder.join(".env"), mode).unwrap();
        let env = env(&[("XDG_CONFIG_HOME", home.path().to_str().unwrap())]).with_file();
        assert!(env.notices()[0].ends_with("it is not a regular file; not used"), "{env:?}");
    }
}

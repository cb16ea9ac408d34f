//! All sources to the effective settings: flags over the environment over the repository's file over the user's own file
//! over defaults. A list replaces the list of a lower source; it is not added to it.

use super::find::{self, Links, Unreadable};
use super::issue::{self, Issue, Level};
use super::join::Joined;
use super::layer::{self, Key, Layer};
use super::lint::{self, Context, Trust};
use super::{Config, Known, read, value, variables};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// Where the repository's settings come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Looked for from the target upwards.
    Search,
    /// `--config FILE`, absolute. A file inside the repository is held to the same rules as one that was found.
    File(PathBuf),
    /// Text the caller already has, e.g. from a commit, and the path it stands for, absolute.
    Text {
        /// Where the file would be.
        path: PathBuf,
        /// What it holds.
        bytes: Vec<u8>,
    },
    /// No repository file at all.
    Nothing,
}

/// Everything settings are made from.
#[derive(Debug, Clone)]
pub struct Inputs<'a> {
    /// What is scanned, absolute.
    pub target: &'a Path,
    /// The repository's settings.
    pub origin: Origin,
    /// Folder with the user's own `config.yml`.
    pub user_folder: Option<&'a Path>,
    /// `SECURESCAN_*` variables.
    pub environment: &'a BTreeMap<String, String>,
    /// Whether this is a CI job (`CI`): AI is off unless something turns it on.
    pub ci: bool,
    /// What flags say; relative paths start from `folder`.
    pub flags: Layer,
    /// The working directory, absolute.
    pub folder: &'a Path,
    /// Names to check against.
    pub known: Known<'a>,
    /// The present day (UTC).
    pub today: Date,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "name", rename_all = "snake_case")]
pub enum Source {
    /// Nobody set it.
    Default,
    /// The user's own file.
    UserFile(PathBuf),
    /// The repository's file, or the one of `--config`.
    RepositoryFile(PathBuf),
    /// An environment variable.
    Environment(&'static str),
    /// A flag.
    Flag(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.pad("default"),
            Self::UserFile(path) | Self::RepositoryFile(path) => f.pad(&path.to_string_lossy()),
            Self::Environment(name) | Self::Flag(name) => f.pad(name),
        }
    }
}

/// Effective settings.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The values.
    pub config: Config,
    /// Key -> where its value comes from; every key of [`layer::KEYS`] is there.
    pub sources: BTreeMap<&'static str, Source>,
    /// What the user should hear: settings that were ignored, entries that expired.
    pub notices: Vec<String>,
    /// The repository's file that was read.
    pub file: Option<PathBuf>,
    /// The nearest folder with a `.git`.
    pub root: Option<PathBuf>,
}

/// Settings that cannot be used. Displays every mistake of every source, one per line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadError {
    /// All of them errors; at least one.
    pub issues: Vec<Issue>,
}

impl std::error::Error for LoadError {}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, issue) in self.issues.iter().enumerate() {
            write!(f, "{}{issue}", if index == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

/// One source of settings, with the folder its relative paths start from.
pub(super) struct Stratum {
    /// What it says.
    pub layer: Layer,
    /// Absolute.
    pub base: PathBuf,
    /// Names the source of a key.
    pub source: fn(&Key, &Path) -> Source,
    /// The file, if it is one.
    pub path: PathBuf,
}

/// Finds, reads and joins all sources.
pub fn load(inputs: &Inputs<'_>) -> Result<Loaded, LoadError> {
    let notices = variables::misspelt(inputs.environment);
    let mut work = Work { inputs, issues: Vec::new(), notices };
    let walk = find::walk(inputs.target);
    let mut strata = vec![work.flags(), work.environment()];
    let file = match &inputs.origin {
        Origin::Search => walk.file.clone(),
        Origin::File(path) | Origin::Text { path, .. } => Some(path.clone()),
        Origin::Nothing => None,
    };
    strata.extend(file.as_deref().and_then(|path| work.repository(path, walk.root.as_deref())));
    strata.extend(inputs.user_folder.and_then(|folder| work.user(&folder.join(find::USER_NAME))));
    work.issues.retain(|issue| issue.level == Level::Error);
    if !work.issues.is_empty() {
        return Err(LoadError { issues: work.issues });
    }
    let mut joined = Joined { strata: &strata, sources: BTreeMap::new() };
    let mut config = joined.config();
    config.ignored_rules.retain(|rule| rule.expires.is_none_or(|day| day >= inputs.today));
    // A pipeline asks a model only when its own command says so.
    let flag = joined.sources.get("ai") == Some(&Source::Flag("--ai"));
    if inputs.ci && !flag && config.ai != Some(false) {
        config.ai = Some(false);
        joined.sources.insert("ai", Source::Environment("CI"));
    }
    let sources = joined.sources;
    Ok(Loaded { config, sources, notices: work.notices, file, root: walk.root })
}

/// Whose file a path is: inside the repository by its parts or by its links, it is the repository's.
pub fn trust_of(path: &Path, root: Option<&Path>, target: &Path) -> Trust {
    let area = root.map_or_else(|| find::folder_of(target), Path::to_owned);
    let folder = path.parent().map(Path::to_owned).unwrap_or_default();
    let real = std::fs::canonicalize(&folder).unwrap_or_else(|_| folder.clone());
    if value::join(&folder, Path::new("")).starts_with(&area) || real.starts_with(&area) {
        Trust::Repository(area)
    } else {
        Trust::User
    }
}

struct Work<'a> {
    inputs: &'a Inputs<'a>,
    issues: Vec<Issue>,
    notices: Vec<String>,
}

impl<'a> Work<'a> {
    fn context<'c>(&self, origin: &'c str, base: &'c Path, trust: Trust) -> Context<'c>
    where
        'a: 'c,
    {
        let on_disk = !matches!(self.inputs.origin, Origin::Text { .. });
        let (known, today) = (self.inputs.known, self.inputs.today);
        Context { origin, base, trust, known, today, on_disk }
    }

    fn flags(&mut self) -> Stratum {
        let layer = self.inputs.flags.clone();
        let read = read::Read { layer: layer.clone(), ..read::Read::default() };
        let report = lint::check_read(read, &self.context("", self.inputs.folder, Trust::User));
        self.issues.extend(report.issues.into_iter().map(|issue| {
            let flag = layer::key_of(&issue.key).and_then(|key| key.flag);
            Issue { origin: flag.unwrap_or("command line").to_owned(), ..issue }
        }));
        Stratum { layer, base: self.inputs.folder.to_owned(), source: FLAG, path: PathBuf::new() }
    }

    fn environment(&mut self) -> Stratum {
        let read = variables::read(self.inputs.environment);
        let report = lint::check_read(read, &self.context("", self.inputs.folder, Trust::User));
        self.issues.extend(report.issues.into_iter().map(|issue| {
            let variable = layer::key_of(&issue.key).and_then(|key| key.variable);
            Issue { origin: variable.unwrap_or("environment").to_owned(), place: None, ..issue }
        }));
        let base = self.inputs.folder.to_owned();
        Stratum { layer: report.layer, base, source: VARIABLE, path: PathBuf::new() }
    }

    fn repository(&mut self, path: &Path, root: Option<&Path>) -> Option<Stratum> {
        let trust = match (&self.inputs.origin, root) {
            (Origin::File(path), _) => trust_of(path, root, self.inputs.target),
            (_, Some(root)) => Trust::Repository(root.to_owned()),
            _ => Trust::Repository(find::folder_of(path.parent().unwrap_or(Path::new("/")))),
        };
        let bytes = if let Origin::Text { bytes, .. } = &self.inputs.origin {
            bytes.clone()
        } else {
            let links = if trust == Trust::User { Links::Follow } else { Links::Refuse };
            self.bytes(path, find::read(path, links))?
        };
        let origin = shown(path, self.inputs.folder);
        Some(self.file(path, &origin, &bytes, trust, REPOSITORY_FILE))
    }

    fn user(&mut self, path: &Path) -> Option<Stratum> {
        let read = find::read(path, Links::Follow);
        if matches!(read, Err(Unreadable::Missing)) {
            return None;
        }
        let bytes = self.bytes(path, read)?;
        let origin = path.to_string_lossy().into_owned();
        Some(self.file(path, &origin, &bytes, Trust::User, USER_FILE))
    }

    fn bytes(&mut self, path: &Path, read: Result<Vec<u8>, Unreadable>) -> Option<Vec<u8>> {
        match read {
            Ok(bytes) => Some(bytes),
            Err(why) => {
                let origin = shown(path, self.inputs.folder);
                self.issues.push(Issue::new(Level::Error, &origin, "", why.to_string()));
                None
            }
        }
    }

    fn file(
        &mut self,
        path: &Path,
        origin: &str,
        bytes: &[u8],
        trust: Trust,
        source: fn(&Key, &Path) -> Source,
    ) -> Stratum {
        let base = find::folder_of(path.parent().unwrap_or(Path::new("/")));
        let report = lint::check(bytes, &self.context(origin, &base, trust));
        self.issues.extend(report.issues);
        self.notices.extend(report.notices.iter().map(notice_line));
        Stratum { layer: report.layer, base, source, path: path.to_owned() }
    }
}

const FLAG: fn(&Key, &Path) -> Source = |key, _| Source::Flag(key.flag.unwrap_or(key.name));
const VARIABLE: fn(&Key, &Path) -> Source =
    |key, _| Source::Environment(key.variable.unwrap_or(key.name));
const REPOSITORY_FILE: fn(&Key, &Path) -> Source =
    |_, path| Source::RepositoryFile(path.to_owned());
const USER_FILE: fn(&Key, &Path) -> Source = |_, path| Source::UserFile(path.to_owned());

/// A file as messages name it: relative to the working directory where that is shorter.
pub fn shown(path: &Path, folder: &Path) -> String {
    let real = find::folder_of(folder);
    let inner = path.strip_prefix(folder).or_else(|_| path.strip_prefix(real));
    inner.unwrap_or(path).to_string_lossy().into_owned()
}

fn notice_line(issue: &Issue) -> String {
    let place = issue.place.map(|place| format!(":{place}")).unwrap_or_default();
    format!("{}{place}: {}: {}", issue.origin, issue::plain(&issue.key), issue.message)
}

#[cfg(test)]
mod tests;

//! The rules a comparison judges by, read from one side's commit instead of the work tree: configuration, baseline and rule
//! packs. A file that only the other side has does not count; one that neither side has is the user's own, on disk.

use super::args::{self, Silencing};
use super::failure::Failure;
use super::scan::{self, Packs};
use super::{Io, baseline};
use crate::config::{Config, Layer, Loaded, Origin, find};
use crate::finding::change::PolicyFrom;
use crate::post::baseline::Baseline;
use crate::rules::load;
use crate::scan::Terms;
use crate::target::git::refs::Commit;
use crate::target::git::{Mode, Objects};
use anyhow::anyhow;
use std::path::{Path, PathBuf};

/// The two commits, and whose rules apply.
#[derive(Debug, Clone, Copy)]
pub struct Sides<'a> {
    /// Where the commits are.
    pub objects: &'a Objects,
    /// The commit before.
    pub base: Commit,
    /// The commit after.
    pub head: Commit,
    /// Whose rules apply.
    pub from: PolicyFrom,
    /// Repository-relative path of the target; empty for the root.
    pub below: &'a str,
}

/// What the rules came to.
#[derive(Debug)]
pub struct Policy {
    /// The rules.
    pub terms: Terms,
    /// Settings of base and head, for the audit.
    pub settings: [Option<Config>; 2],
    /// Settings and baseline of the base, where those of the head judge.
    pub base_rules: Option<(Config, Option<Baseline>)>,
    /// Paths that the settings of either side name, with their role.
    pub files: Vec<(String, &'static str)>,
}

/// Files of this size are not configuration.
const LIMIT: u64 = 64 << 20;

/// Reads the rules.
pub fn read(
    sides: &Sides<'_>,
    flags: &Layer,
    settings: &args::Settings,
    silencing: &Silencing,
    advisory: &args::Advisory,
    lifted: bool,
    io: &Io<'_>,
) -> Result<Policy, Failure> {
    let (policy, other) = match sides.from {
        PolicyFrom::Base => (sides.base, sides.head),
        PolicyFrom::Head => (sides.head, sides.base),
    };
    let load = |commit| sides.load(commit, flags, settings, io);
    let mut loaded = load(policy)?;
    // The other side's file is looked at and obeyed in nothing; one that does not read is said.
    let other_config = match load(other) {
        Ok(loaded) => Some(loaded.config),
        Err(failure) => {
            let side = if sides.from == PolicyFrom::Base { "head" } else { "base" };
            let why = failure.source.to_string();
            let why = why.lines().next().unwrap_or_default();
            loaded.notices.push(format!("configuration of the {side}: {why}"));
            None
        }
    };
    let mut files = sides.named(&loaded.config);
    files.extend(other_config.iter().flat_map(|config| sides.named(config)));
    files.sort();
    files.dedup();
    let base_rules = match (sides.from, &other_config) {
        (PolicyFrom::Head, Some(config)) => {
            let mut scratch = loaded.clone();
            let read = |path| sides.baseline(other, path, &mut scratch).ok().flatten();
            Some((config.clone(), config.baseline.as_deref().and_then(read)))
        }
        _ => None,
    };
    let own = Some(loaded.config.clone());
    // What a comparison looks at when nobody says otherwise.
    if lifted {
        loaded.config.fail_on_severity = None;
    }
    if loaded.config.scan_types.is_empty() {
        loaded.config.scan_types = baseline::TYPES.to_vec();
    }
    let settings = match sides.from {
        PolicyFrom::Base => [own, other_config],
        PolicyFrom::Head => [other_config, own],
    };
    let baseline = match loaded.config.baseline.clone() {
        Some(path) if !silencing.no_suppress => sides.baseline(policy, &path, &mut loaded)?,
        _ => None,
    };
    let config = loaded.config.clone();
    let packs = Packs::read(&config, false, |paths| sides.packs(policy, paths, &mut loaded))?;
    let terms = scan::terms(loaded, baseline, packs, silencing, advisory, io)?;
    Ok(Policy { terms, settings, base_rules, files })
}

/// Where a named file was found.
enum Place {
    /// At this path of the commit that decides.
    Commit(String),
    /// Only on the other side: it does not count.
    OtherSide(String),
    /// On neither side, so nobody changed it with the commits.
    Disk,
}

impl Sides<'_> {
    /// Settings as a commit has them.
    fn load(
        &self,
        commit: Commit,
        flags: &Layer,
        settings: &args::Settings,
        io: &Io<'_>,
    ) -> Result<Loaded, Failure> {
        let root = self.objects.root();
        let named = settings.config.clone().or_else(|| io.env.config_file());
        let named = named.filter(|_| !settings.no_config).map(|path| io.env.folder().join(path));
        let mut given = settings.clone();
        let origin = match named.map(|path| (self.place(commit, &path), path)) {
            Some((Place::Commit(path), _)) => {
                given.config = None;
                self.text(commit, &path)?
            }
            // Without the file that was asked for, this side has none.
            Some((Place::OtherSide(_), _)) => Origin::Nothing,
            Some((Place::Disk, path)) => Origin::File(path),
            None => match self.found(commit) {
                Some(path) => self.text(commit, &path)?,
                None => Origin::Nothing,
            },
        };
        if matches!(origin, Origin::Nothing) {
            given = args::Settings { config: None, no_config: true, ..given };
        }
        let target = if self.objects.is_bare() { root.to_owned() } else { root.join(self.below) };
        scan::load(&target, flags.clone(), &given, origin, io)
    }

    /// The configuration file nearest to the target, as a walk over a work tree finds it.
    fn found(&self, commit: Commit) -> Option<String> {
        let mut folder = self.below;
        loop {
            for name in find::NAMES {
                let path =
                    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
                if self.objects.find(commit.tree, &path).is_some() {
                    return Some(path);
                }
            }
            if folder.is_empty() {
                return None;
            }
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }

    fn text(&self, commit: Commit, path: &str) -> Result<Origin, Failure> {
        let bytes = self.bytes(commit, path, find::MAX_BYTES)?;
        Ok(Origin::Text { path: self.objects.root().join(path), bytes })
    }

    fn bytes(&self, commit: Commit, path: &str, limit: u64) -> Result<Vec<u8>, Failure> {
        let refuse = |why: String| {
            let short = commit.id.to_string();
            Failure::input(anyhow!("{path} at {}: {why}", &short[..7]))
        };
        match self.objects.find(commit.tree, path) {
            Some((id, Mode::Regular { .. })) => {
                let mut bytes = Vec::new();
                self.objects.read(id, limit, &mut bytes).map_err(|why| refuse(why.to_string()))?;
                Ok(bytes)
            }
            Some((_, Mode::Link)) => {
                Err(refuse("it is a symbolic link, which is not followed".to_owned()))
            }
            _ => Err(refuse("it is not a file".to_owned())),
        }
    }

    /// The path inside the repository, if it is one.
    fn inside(&self, path: &Path) -> Option<String> {
        let root = self.objects.root();
        let real = || {
            let folder = std::fs::canonicalize(path.parent()?).ok()?;
            Some(folder.join(path.file_name()?))
        };
        let inner = match path.strip_prefix(root) {
            Ok(inner) => inner.to_owned(),
            Err(_) => real()?.strip_prefix(root).ok()?.to_owned(),
        };
        let text = inner.to_str()?.replace('\\', "/");
        (!text.is_empty()).then_some(text)
    }

    fn place(&self, commit: Commit, path: &Path) -> Place {
        let Some(inner) = self.inside(path) else { return Place::Disk };
        let other = if commit.id == self.base.id { self.head } else { self.base };
        let has = |commit: Commit| {
            self.objects.find(commit.tree, &inner).is_some()
                || self.objects.folder(commit.tree, &inner).is_some()
        };
        match (has(commit), has(other)) {
            (true, _) => Place::Commit(inner),
            (false, true) => Place::OtherSide(inner),
            (false, false) => Place::Disk,
        }
    }

    /// Paths the settings name.
    fn named(&self, config: &Config) -> Vec<(String, &'static str)> {
        let of = |paths: &[PathBuf], role| {
            paths.iter().filter_map(|path| Some((self.inside(path)?, role))).collect::<Vec<_>>()
        };
        let mut named = of(config.baseline.as_slice(), "baseline");
        named.extend(of(&config.secrets.rules, "rule pack"));
        named.extend(of(&config.checks, "checks"));
        named.extend(of(&config.semgrep_rules, "rule pack"));
        named
    }

    fn baseline(
        &self,
        commit: Commit,
        path: &Path,
        loaded: &mut Loaded,
    ) -> Result<Option<Baseline>, Failure> {
        let path = match self.place(commit, path) {
            Place::Disk => return scan::read_baseline(path).map(Some),
            Place::OtherSide(path) => {
                loaded.notices.push(self.not_counted("baseline", &path));
                return Ok(None);
            }
            Place::Commit(path) => path,
        };
        let bytes = self.bytes(commit, &path, LIMIT)?;
        Baseline::read(&path, &bytes).map(Some).map_err(|error| {
            let hint = error.hint;
            Failure::input(error).hint(hint)
        })
    }

    /// Files of packs: from the commit that decides, or from the disk when neither side has them.
    fn packs(
        &self,
        commit: Commit,
        paths: &[PathBuf],
        loaded: &mut Loaded,
    ) -> Result<Vec<load::File>, Failure> {
        let mut files = Vec::new();
        for path in paths {
            match self.place(commit, path) {
                Place::Disk => files.extend(load::files(std::slice::from_ref(path))?),
                Place::OtherSide(path) => loaded.notices.push(self.not_counted("rule pack", &path)),
                Place::Commit(path) => {
                    for file in self.pack_files(commit, &path)? {
                        let bytes = self.bytes(commit, &file, load::MAX_PACK)?;
                        files.push((file, bytes));
                    }
                }
            }
        }
        Ok(files)
    }

    /// The file itself, or the packs directly in a folder.
    fn pack_files(&self, commit: Commit, path: &str) -> Result<Vec<String>, Failure> {
        let Some(names) = self.objects.folder(commit.tree, path) else {
            return Ok(vec![path.to_owned()]);
        };
        let mut files: Vec<String> = names
            .iter()
            .filter(|name| load::is_pack(Path::new(name)))
            .map(|name| format!("{path}/{name}"))
            .collect();
        files.sort();
        if files.is_empty() {
            return Err(Failure::input(anyhow!("no .yml file in {path}")));
        }
        Ok(files)
    }

    fn not_counted(&self, what: &str, path: &str) -> String {
        let side = self.from.as_str();
        format!("{what} {path} is not in the {side} commit, whose rules apply; not used")
    }
}

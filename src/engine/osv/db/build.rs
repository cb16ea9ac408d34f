//! Gathers advisories from files and makes a database of them. Reads what it is handed, in parallel; opens no file
//! and asks for no time.

use super::super::advisory::Advisory;
use super::super::import::scores::{Epss, Kev};
use super::super::import::{self, Imported, Order, zip};
use super::{BuildError, Coverage, Header, Row, Rows, SourceInfo, group, merge, pack, reduce};
use crate::text::hex;
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Failures that are kept word for word, of each source.
const KEPT_FAILURES: usize = 1000;

/// One of the sources of a [`Builder`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceId(usize);

/// What a build came to.
#[derive(Debug)]
pub struct Built {
    /// The database, to be written as it is.
    pub bytes: Vec<u8>,
    /// Its header.
    pub header: Header,
    /// Files that could not be read, by source and path; at most 1,000 of each source are named. Lines are
    /// `source: path: reason`.
    pub failures: Vec<String>,
    /// Packed bytes of the index, of the rows and of the details.
    pub sizes: [usize; 3],
}

#[derive(Default)]
struct Source {
    info: SourceInfo,
    files: Vec<(String, [u8; 32])>,
    failures: Vec<(String, String)>,
    dates: BTreeSet<i64>,
}

/// Takes advisories in and makes a database of them.
pub struct Builder<'a> {
    order: &'a Order<'a>,
    sources: Vec<Source>,
    /// With source and path, which decide where advisories with the same id differ.
    advisories: Vec<(usize, String, Advisory)>,
    epss: Option<Epss>,
    kev: Option<Kev>,
}

impl std::fmt::Debug for Builder<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder")
            .field("advisories", &self.advisories.len())
            .finish_non_exhaustive()
    }
}

impl<'a> Builder<'a> {
    /// Nothing yet; `order` compares versions.
    pub fn new(order: &'a Order<'a>) -> Self {
        Self { order, sources: Vec::new(), advisories: Vec::new(), epss: None, kev: None }
    }

    /// Another source. Of advisories with the same id, those of sources named earlier come first where they differ.
    /// `date` is when the revision was published, seconds since 1970; 0 for unknown.
    pub fn source(&mut self, name: &str, revision: &str, date: i64, licence: &str) -> SourceId {
        let info = SourceInfo {
            name: name.to_owned(),
            revision: revision.to_owned(),
            date,
            licence: licence.to_owned(),
            ..SourceInfo::default()
        };
        self.sources.push(Source { info, ..Source::default() });
        SourceId(self.sources.len() - 1)
    }

    /// Takes files in; paths are relative to the source and have `/` between their parts. May be called again for
    /// more of the same source, so that not all of a large one need be in memory at once.
    pub fn add<B: AsRef<[u8]> + Sync>(&mut self, source: SourceId, files: &[(String, B)]) {
        let order = self.order;
        let read: Vec<_> = files
            .par_iter()
            .map(|(path, bytes)| (path.as_str(), read(path, bytes.as_ref(), order)))
            .collect();
        self.take(source, read);
    }

    /// Takes the files of a zip archive in, such as OSV's `all.zip`.
    pub fn add_zip(&mut self, source: SourceId, archive: &[u8]) -> Result<(), String> {
        let entries = zip::entries(archive)?;
        let order = self.order;
        let read: Vec<_> = entries
            .par_iter()
            .map(|entry| {
                let outcome = match entry.read(import::MAX_FILE) {
                    Ok(bytes) => read(&entry.path, &bytes, order),
                    Err(error) => ([0; 32], Err(error)),
                };
                (entry.path.as_str(), outcome)
            })
            .collect();
        self.take(source, read);
        Ok(())
    }

    fn take(&mut self, SourceId(at): SourceId, read: Vec<(&str, Outcome)>) {
        let Some(source) = self.sources.get_mut(at) else { return };
        for (path, (digest, outcome)) in read {
            source.info.files += 1;
            source.files.push((path.to_owned(), digest));
            match outcome {
                Ok(Imported::Advisory(advisory)) => {
                    source.info.advisories += 1;
                    source.dates.extend([advisory.modified, advisory.published]);
                    self.advisories.push((at, path.to_owned(), *advisory));
                }
                Ok(Imported::Withdrawn) => source.info.withdrawn += 1,
                Ok(Imported::Foreign(_)) => source.info.foreign += 1,
                Ok(Imported::Other) => {}
                Err(error) => {
                    source.info.failed += 1;
                    source.failures.push((path.to_owned(), error));
                }
            }
        }
    }

    /// Scores of how likely a weakness is to be used; those of CVEs that occur are kept.
    pub fn epss(&mut self, epss: Epss) {
        self.epss = Some(epss);
    }

    /// Weaknesses known to be used; those that occur are kept.
    pub fn kev(&mut self, kev: Kev) {
        self.kev = Some(kev);
    }

    /// Makes the database. `now` is the time of the build, seconds since 1970; `generator` names the program.
    pub fn finish(self, now: i64, generator: &str) -> Result<Built, BuildError> {
        let advisories = merged(self.advisories);
        if advisories.is_empty() {
            return Err(BuildError::Empty);
        }
        if u32::try_from(advisories.len()).is_err() {
            return Err(BuildError::TooLarge("too many advisories"));
        }
        let (advisories, groups) = arranged(advisories);
        let rows = rows(&advisories, &groups);
        let (sources, failures) = told(self.sources, now);
        let mut ids: BTreeSet<&str> = BTreeSet::new();
        for advisory in &advisories {
            let own = std::iter::once(&advisory.id).chain(&advisory.aliases);
            ids.extend(own.map(String::as_str).filter(|id| id.starts_with("CVE-")));
        }
        let distinct: BTreeSet<u32> = groups.iter().copied().collect();
        let header = Header {
            generator: generator.to_owned(),
            built: now,
            sources,
            ecosystems: coverage(&advisories, &rows, now),
            advisories: advisories.len() as u32,
            groups: distinct.len() as u32,
            epss: self.epss.as_ref().map(|epss| epss.date.clone()).unwrap_or_default(),
            kev: self.kev.as_ref().map(|kev| kev.date.clone()).unwrap_or_default(),
        };
        let scores = pack::Scores { ids, epss: self.epss.as_ref(), kev: self.kev.as_ref() };
        let (bytes, sizes) = pack::pack(&header, &rows, &advisories, &scores)?;
        Ok(Built { bytes, header, failures, sizes })
    }
}

type Outcome = ([u8; 32], Result<Imported, String>);

fn read(path: &str, bytes: &[u8], order: &Order<'_>) -> Outcome {
    let digest = Sha256::digest(bytes).into();
    let mut imported = import::import(path, bytes, order);
    if let Ok(Imported::Advisory(advisory)) = &mut imported {
        for affected in &mut advisory.affected {
            reduce::reduce(affected, order);
        }
    }
    (digest, imported)
}

/// Advisories with distinct ids, in their order.
fn merged(mut all: Vec<(usize, String, Advisory)>) -> Vec<Advisory> {
    all.sort_by(|a, b| (&a.2.id, a.0, &a.1).cmp(&(&b.2.id, b.0, &b.1)));
    let mut out: Vec<Advisory> = Vec::new();
    for (_, _, advisory) in all {
        match out.last_mut().filter(|last| last.id == advisory.id) {
            Some(last) => merge::absorb(last, advisory),
            None => out.push(advisory),
        }
    }
    for advisory in &mut out {
        let id = &advisory.id;
        advisory.aliases.retain(|alias| alias != id);
    }
    out.par_iter_mut().for_each(merge::join_packages);
    out
}

/// Advisories in the order of their first package and group, and the group of each.
fn arranged(mut advisories: Vec<Advisory>) -> (Vec<Advisory>, Vec<u32>) {
    let groups = group::groups(&advisories);
    merge::fill(&mut advisories, &groups);
    let key = |at: usize| {
        let first = advisories[at].affected.first();
        first.map(|affected| (affected.ecosystem.as_str(), affected.name.as_str()))
    };
    let mut places: Vec<usize> = (0..advisories.len()).collect();
    places.sort_by_key(|at| (key(*at), groups[*at], *at));
    let mut number = vec![0; places.len()];
    for (new, old) in places.iter().enumerate() {
        number[*old] = new as u32;
    }
    let mut least: BTreeMap<usize, u32> = BTreeMap::new();
    for (old, group) in groups.iter().enumerate() {
        let first = least.entry(*group).or_insert(u32::MAX);
        *first = number[old].min(*first);
    }
    let mut old: Vec<Option<Advisory>> = advisories.into_iter().map(Some).collect();
    let mut out = Vec::with_capacity(places.len());
    let mut new_groups = Vec::with_capacity(places.len());
    for at in places {
        out.extend(old[at].take());
        new_groups.push(least.get(&groups[at]).copied().unwrap_or_default());
    }
    (out, new_groups)
}

fn rows(advisories: &[Advisory], groups: &[u32]) -> Rows {
    let mut rows = Rows::new();
    for (at, (advisory, group)) in advisories.iter().zip(groups).enumerate() {
        let score = merge::score(advisory);
        for affected in &advisory.affected {
            let key = (affected.ecosystem.as_str(), affected.name.clone());
            let mut affected = affected.clone();
            affected.symbols.clear();
            let (advisory, kind) = (at as u32, advisory.kind);
            let row = Row { advisory, group: *group, kind, score, affected };
            rows.entry(key).or_default().push(row);
        }
    }
    rows
}

fn coverage(advisories: &[Advisory], rows: &Rows, now: i64) -> Vec<Coverage> {
    let mut all: BTreeMap<&str, Coverage> = BTreeMap::new();
    for ((ecosystem, _), rows) in rows {
        let one = all.entry(ecosystem).or_default();
        one.packages += 1;
        one.rows += rows.len() as u32;
        for row in rows {
            if let Some(advisory) = advisories.get(row.advisory as usize) {
                // Some dates lie in the future: mistakes of their sources.
                let dates = [advisory.modified, advisory.published];
                let past = dates.into_iter().filter(|date| *date <= now);
                one.newest = past.fold(one.newest, i64::max);
            }
        }
    }
    all.into_iter().map(|(name, one)| Coverage { name: name.to_owned(), ..one }).collect()
}

fn told(sources: Vec<Source>, now: i64) -> (Vec<SourceInfo>, Vec<String>) {
    let mut infos = Vec::new();
    let mut failures = Vec::new();
    for mut source in sources {
        source.files.sort();
        let mut digest = Sha256::new();
        for (path, content) in &source.files {
            digest.update((path.len() as u64).to_le_bytes());
            digest.update(path.as_bytes());
            digest.update(content);
        }
        source.info.digest = hex(&digest.finalize());
        source.info.newest = source.dates.range(..=now).next_back().copied().unwrap_or_default();
        source.failures.sort();
        source.failures.truncate(KEPT_FAILURES);
        let name = &source.info.name;
        failures
            .extend(source.failures.iter().map(|(path, error)| format!("{name}: {path}: {error}")));
        infos.push(source.info);
    }
    (infos, failures)
}

//! Which advisories mean the same thing: those of one package that share an id, their own or an alias. Knows ids and
//! packages only.

use super::super::advisory::Advisory;
use super::super::component::Ecosystem;
use std::collections::{BTreeMap, BTreeSet};

/// Most advisories of a group. Databases that publish one thing are few; more is a chain of mistakes.
const MOST: usize = 64;

/// For every advisory the place of the first of its group.
///
/// Advisories are joined when they share an id and concern a common package: the same CVE in two packages is two
/// things to correct. They are not joined when both name CVE ids and none in common: an advisory that bundles
/// several CVEs would chain everything together. Such bundles come last, and join only where all they could join is
/// one group already.
pub(super) fn groups(advisories: &[Advisory]) -> Vec<usize> {
    let mut sets = Sets::new(advisories);
    let by_id = by_id(advisories);
    // Where two advisories meet: an id and a package.
    for members in by_id.values() {
        let mut packages: BTreeMap<(Ecosystem, &str), Vec<usize>> = BTreeMap::new();
        for &member in members.iter().filter(|member| sets.own[**member].len() < 2) {
            for affected in &advisories[member].affected {
                packages.entry((affected.ecosystem, &affected.name)).or_default().push(member);
            }
        }
        for members in packages.values() {
            let mut heads: Vec<usize> = Vec::new();
            for member in members {
                let joined = heads.iter().any(|head| sets.join(*head, *member));
                if !joined && heads.len() < MOST {
                    heads.push(*member);
                }
            }
        }
    }
    for bundle in (0..advisories.len()).filter(|at| sets.own[*at].len() > 1).collect::<Vec<_>>() {
        let packages: BTreeSet<(Ecosystem, &str)> =
            advisories[bundle].affected.iter().map(|a| (a.ecosystem, a.name.as_str())).collect();
        let ids = std::iter::once(&advisories[bundle].id).chain(&advisories[bundle].aliases);
        let neighbours = ids.filter_map(|id| by_id.get(id.as_str())).flatten().copied();
        let roots: BTreeSet<usize> = neighbours
            .filter(|other| *other != bundle)
            .filter(|other| {
                let mut theirs = advisories[*other].affected.iter();
                theirs.any(|a| packages.contains(&(a.ecosystem, a.name.as_str())))
            })
            .map(|other| sets.root(other))
            .collect();
        if let (Some(root), 1) = (roots.first(), roots.len()) {
            sets.join(bundle, *root);
        }
    }
    (0..advisories.len()).map(|at| sets.root(at)).collect()
}

/// Advisories by every id they go by.
pub(super) fn by_id(advisories: &[Advisory]) -> BTreeMap<&str, Vec<usize>> {
    let mut by_id: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, advisory) in advisories.iter().enumerate() {
        for id in std::iter::once(&advisory.id).chain(&advisory.aliases) {
            by_id.entry(id).or_default().push(at);
        }
    }
    by_id
}

/// Disjoint sets; the root of each is its least member.
struct Sets<'a> {
    parent: Vec<usize>,
    size: Vec<usize>,
    /// CVE ids of each advisory.
    own: Vec<BTreeSet<&'a str>>,
    /// CVE ids of each set, at its root.
    cves: Vec<BTreeSet<&'a str>>,
}

impl<'a> Sets<'a> {
    fn new(advisories: &'a [Advisory]) -> Self {
        let own: Vec<BTreeSet<&str>> = advisories
            .iter()
            .map(|one| {
                let ids = std::iter::once(&one.id).chain(&one.aliases).map(String::as_str);
                ids.filter(|id| id.starts_with("CVE-")).collect()
            })
            .collect();
        let count = advisories.len();
        Self { parent: (0..count).collect(), size: vec![1; count], cves: own.clone(), own }
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.parent[at] != at {
            self.parent[at] = self.parent[self.parent[at]];
            at = self.parent[at];
        }
        at
    }

    /// Joins the sets of two advisories; whether they are one now.
    fn join(&mut self, a: usize, b: usize) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        let (low, high) = (a.min(b), a.max(b));
        let differ = !self.cves[low].is_empty()
            && !self.cves[high].is_empty()
            && self.cves[low].is_disjoint(&self.cves[high]);
        if low == high {
            return true;
        }
        if differ || self.size[low] + self.size[high] > MOST {
            return false;
        }
        self.parent[high] = low;
        self.size[low] += self.size[high];
        let more = std::mem::take(&mut self.cves[high]);
        self.cves[low].extend(more);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::advisory::Affected;
    use super::*;

    fn advisory(id: &str, aliases: &[&str], packages: &[&str]) -> Advisory {
        let affected = packages.iter().map(|name| Affected {
            ecosystem: Ecosystem::PyPi,
            name: (*name).to_owned(),
            ranges: Vec::new(),
            versions: Vec::new(),
            symbols: Vec::new(),
        });
        Advisory {
            id: id.to_owned(),
            aliases: aliases.iter().map(|a| (*a).to_owned()).collect(),
            affected: affected.collect(),
            ..Advisory::default()
        }
    }

    #[test]
    fn advisories_of_one_package_that_share_an_id_are_one_group() {
        let all = [
            advisory("CVE-1", &[], &["p"]),
            advisory("GHSA-a", &["CVE-1"], &["p", "q"]),
            advisory("PYSEC-1", &["GHSA-a"], &["q"]),
            advisory("PYSEC-2", &["CVE-2"], &["p"]),
        ];
        assert_eq!(groups(&all), [0, 0, 0, 3]);
    }

    #[test]
    fn one_id_in_two_packages_is_two_groups() {
        let all = [advisory("A", &["CVE-1"], &["p"]), advisory("B", &["CVE-1"], &["q"])];
        assert_eq!(groups(&all), [0, 1]);
    }

    #[test]
    fn a_bundle_of_cves_chains_nothing_together() {
        let all = [
            advisory("GHSA-a", &["CVE-1", "CVE-2"], &["p"]),
            advisory("PYSEC-1", &["CVE-1", "GHSA-a"], &["p"]),
            advisory("PYSEC-2", &["CVE-2", "GHSA-a"], &["p"]),
        ];
        assert_eq!(groups(&all), [0, 1, 2]);
        assert_eq!(groups(&all[..2]), [0, 0], "with one neighbour it is the same thing");
    }
}

//! Makes one advisory of several that have the same id, and one entry of several for the same package; fills what one
//! advisory leaves out from others that mean the same thing.

use super::super::advisory::{Advisory, Affected, Kind};
use super::super::cvss;
use super::group::by_id;
use std::collections::BTreeMap;

/// Puts what `other` says into `one`, which has the same id and comes first where they differ.
pub(super) fn absorb(one: &mut Advisory, other: Advisory) {
    one.aliases.extend(other.aliases);
    one.aliases.sort();
    one.aliases.dedup();
    if one.summary.is_empty() {
        one.summary = other.summary;
    }
    if one.kind == Kind::Vulnerability {
        one.kind = other.kind;
    }
    if one.vectors.is_empty() {
        one.vectors = other.vectors;
    }
    if one.word.is_empty() {
        one.word = other.word;
    }
    if one.cwes.is_empty() {
        one.cwes = other.cwes;
    }
    if one.references.is_empty() {
        one.references = other.references;
    }
    if one.published == 0 || (other.published != 0 && other.published < one.published) {
        one.published = other.published;
    }
    one.modified = one.modified.max(other.modified);
    one.affected.extend(other.affected);
}

/// Makes one entry of all entries for a package, in the order of packages. One that says nothing of versions means
/// all of them, and so does the whole.
pub(super) fn join_packages(advisory: &mut Advisory) {
    let mut joined: Vec<Affected> = Vec::new();
    let mut all = std::mem::take(&mut advisory.affected);
    all.sort_by(|a, b| (a.ecosystem, &a.name).cmp(&(b.ecosystem, &b.name)));
    let everything = |one: &Affected| one.ranges.is_empty() && one.versions.is_empty();
    for next in all {
        let Some(last) = joined
            .last_mut()
            .filter(|last| last.ecosystem == next.ecosystem && last.name == next.name)
        else {
            joined.push(next);
            continue;
        };
        if everything(last) || everything(&next) {
            last.ranges.clear();
            last.versions.clear();
        } else {
            for range in next.ranges {
                if !last.ranges.contains(&range) {
                    last.ranges.push(range);
                }
            }
            last.versions.extend(next.versions);
            last.versions.sort();
            last.versions.dedup();
        }
        last.symbols.extend(next.symbols);
        last.symbols.sort();
        last.symbols.dedup();
    }
    advisory.affected = joined;
}

/// Fills score, severity, summary and weaknesses that an advisory leaves out: first from its group, then from
/// advisories of other packages that share an id with it. Every advisory gets the ids of its whole group as aliases.
pub(super) fn fill(advisories: &mut [Advisory], groups: &[usize]) {
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, group) in groups.iter().enumerate() {
        members.entry(*group).or_default().push(at);
    }
    let mut filled: Vec<(usize, Advisory)> = Vec::new();
    {
        let known = by_id(advisories);
        for (at, one) in advisories.iter().enumerate() {
            let group = members.get(&groups[at]).map(Vec::as_slice).unwrap_or_default();
            let ids = std::iter::once(&one.id).chain(&one.aliases);
            let relatives = ids.filter_map(|id| known.get(id.as_str())).flatten();
            let others: Vec<&Advisory> = group
                .iter()
                .chain(relatives.take(1000))
                .filter(|other| **other != at)
                .map(|other| &advisories[*other])
                .collect();
            if others.is_empty() {
                continue;
            }
            let mut new = Advisory { affected: Vec::new(), ..one.clone() };
            if new.vectors.is_empty()
                && let Some(best) = others.iter().find(|other| !other.vectors.is_empty())
            {
                new.vectors.clone_from(&best.vectors);
            }
            let first = |text: fn(&Advisory) -> &String| {
                others.iter().map(|other| text(other)).find(|text| !text.is_empty()).cloned()
            };
            if new.word.is_empty() {
                new.word = first(|other| &other.word).unwrap_or_default();
            }
            if new.summary.is_empty() {
                new.summary = first(|other| &other.summary).unwrap_or_default();
            }
            if new.cwes.is_empty()
                && let Some(best) = others.iter().find(|other| !other.cwes.is_empty())
            {
                new.cwes.clone_from(&best.cwes);
            }
            for other in group.iter().map(|other| &advisories[*other]) {
                new.aliases.push(other.id.clone());
                new.aliases.extend(other.aliases.iter().cloned());
            }
            new.aliases.sort();
            new.aliases.dedup();
            new.aliases.retain(|alias| *alias != new.id);
            filled.push((at, new));
        }
    }
    for (at, new) in filled {
        let affected = std::mem::take(&mut advisories[at].affected);
        advisories[at] = Advisory { affected, ..new };
    }
}

/// The score of an advisory: that of the first vector.
pub(super) fn score(advisory: &Advisory) -> Option<f32> {
    advisory.vectors.iter().find_map(|vector| cvss::score(vector)).map(|(score, _)| score)
}

#[cfg(test)]
mod tests {
    use super::super::super::advisory::{Event, Range, RangeKind};
    use super::super::super::component::Ecosystem;
    use super::*;

    fn entry(name: &str, fixed: &str) -> Affected {
        let events = vec![Event::Introduced("0".into()), Event::Fixed(fixed.into())];
        let ranges = vec![Range { kind: RangeKind::Ecosystem, events }];
        Affected {
            ecosystem: Ecosystem::PyPi,
            name: name.into(),
            ranges: if fixed.is_empty() { Vec::new() } else { ranges },
            versions: Vec::new(),
            symbols: Vec::new(),
        }
    }

    #[test]
    fn entries_of_a_package_become_one_and_all_versions_stay_all() {
        let affected = vec![entry("b", "1"), entry("a", "1"), entry("b", "2"), entry("b", "1")];
        let mut advisory = Advisory { affected, ..Advisory::default() };
        join_packages(&mut advisory);
        assert_eq!(advisory.affected.len(), 2);
        assert_eq!(advisory.affected[1].ranges.len(), 2);
        advisory.affected.push(entry("b", ""));
        join_packages(&mut advisory);
        assert!(advisory.affected[1].ranges.is_empty());
    }

    #[test]
    fn what_one_leaves_out_its_group_fills_in() {
        let vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
        let mut all = vec![
            Advisory { id: "A".into(), aliases: vec!["C".into()], ..Advisory::default() },
            Advisory {
                id: "B".into(),
                summary: "s".into(),
                vectors: vec![vector.into()],
                ..Advisory::default()
            },
            Advisory { id: "D".into(), ..Advisory::default() },
        ];
        fill(&mut all, &[0, 0, 2]);
        assert_eq!((all[0].summary.as_str(), score(&all[0])), ("s", Some(9.8)));
        assert_eq!(
            (&all[0].aliases, &all[1].aliases),
            (&vec!["B".into(), "C".into()], &vec!["A".into(), "C".into()])
        );
        assert_eq!(score(&all[2]), None);
    }
}

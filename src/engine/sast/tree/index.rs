//! Where the nodes of each kind stand, and the names with each text: so that a pattern is held against the nodes it may match, and no others.

use super::{Id, Kind, Node};
use std::ops::Range;

/// Nodes by kind, and names by their texts' hash; each list in the order of the tree.
#[derive(Debug, Clone)]
pub struct Index {
    /// For each kind, where its nodes begin in `ids`; one more for the end.
    starts: Vec<u32>,
    ids: Vec<Id>,
    kinds: Vec<Kind>,
    /// For each bucket of hashes, where its names begin in `names`; one more for the end.
    buckets: Vec<u32>,
    names: Vec<Id>,
}

impl Index {
    /// The index of all nodes.
    pub fn of(nodes: &[Node]) -> Self {
        let kind = |node: &Node| node.kind as usize;
        let (starts, ids) = grouped(nodes, usize::from(u8::MAX) + 1, |node| Some(kind(node)));
        let mut kinds = Vec::new();
        for pair in starts.windows(2) {
            if let [start, end] = *pair
                && start < end
                && let Some(id) = ids.get(start as usize)
                && let Some(node) = nodes.get(*id as usize)
            {
                kinds.push(node.kind);
            }
        }
        let all = starts.get(kind_number(Kind::Name)..).unwrap_or_default();
        let count = all.get(1).zip(all.first()).map_or(0, |(end, start)| (end - start) as usize);
        let size = (count / 2).next_power_of_two().max(1);
        let (buckets, names) =
            grouped(nodes, size, |node| (node.kind == Kind::Name).then(|| bucket(node.hash, size)));
        Self { starts, ids, kinds, buckets, names }
    }

    /// The kinds that occur.
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// The nodes of a kind within a range of nodes.
    pub fn of_kind(&self, kind: Kind, within: &Range<Id>) -> &[Id] {
        slice(&self.starts, &self.ids, kind_number(kind), within)
    }

    /// The names within a range of nodes whose texts may have a hash: some have another one.
    pub fn names(&self, hash: u32, within: &Range<Id>) -> &[Id] {
        let size = self.buckets.len().saturating_sub(1).max(1);
        slice(&self.buckets, &self.names, bucket(hash, size), within)
    }
}

fn kind_number(kind: Kind) -> usize {
    kind as usize
}

/// The number of buckets is a power of two.
fn bucket(hash: u32, buckets: usize) -> usize {
    // The low bits of this hash alone tell texts that differ in the last byte apart.
    (hash ^ (hash >> 15)) as usize & (buckets - 1)
}

/// Nodes by group: where each group begins, and the nodes.
fn grouped(
    nodes: &[Node],
    groups: usize,
    group: impl Fn(&Node) -> Option<usize>,
) -> (Vec<u32>, Vec<Id>) {
    let mut starts = vec![0_u32; groups + 1];
    for at in nodes.iter().filter_map(&group) {
        if let Some(count) = starts.get_mut(at + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    let mut next = starts.clone();
    let mut ids = vec![0; sum as usize];
    for (node, id) in nodes.iter().zip(0..) {
        if let Some(at) = group(node)
            && let Some(next) = next.get_mut(at)
            && let Some(slot) = ids.get_mut(*next as usize)
        {
            *slot = id;
            *next += 1;
        }
    }
    (starts, ids)
}

fn slice<'i>(starts: &[u32], ids: &'i [Id], group: usize, within: &Range<Id>) -> &'i [Id] {
    let (Some(start), Some(end)) = (starts.get(group), starts.get(group + 1)) else { return &[] };
    let all = ids.get(*start as usize..*end as usize).unwrap_or_default();
    let from = all.partition_point(|id| *id < within.start);
    let to = all.partition_point(|id| *id < within.end);
    all.get(from..to).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::{Text, Tree};
    use super::*;

    #[test]
    fn nodes_are_found_by_kind_and_names_by_their_texts_within_a_range() {
        let mut tree = Tree::new("a b a 1");
        tree.open(Kind::Module, 0, 7, Text::None);
        for (kind, at) in [(Kind::Name, 0), (Kind::Name, 2), (Kind::Name, 4), (Kind::Number, 6)] {
            tree.push(kind, at, at + 1, Text::At(at..at + 1));
        }
        tree.close();
        let index = Index::of(tree.nodes());
        assert_eq!(index.kinds(), [Kind::Module, Kind::Name, Kind::Number]);
        assert_eq!(index.of_kind(Kind::Name, &(0..5)), [1, 2, 3]);
        assert_eq!(index.of_kind(Kind::Name, &(2..3)), [2]);
        assert_eq!(index.of_kind(Kind::Call, &(0..5)), [0; 0]);
        let hash = tree.node(1).hash;
        let named = |within: Range<Id>| -> Vec<Id> {
            let all = index.names(hash, &within).iter().copied();
            all.filter(|id| tree.node(*id).hash == hash).collect()
        };
        assert_eq!(named(0..5), [1, 3]);
        assert_eq!(named(2..5), [3]);
    }

    #[test]
    fn a_tree_without_nodes_has_none_of_any_kind() {
        let index = Index::of(&[]);
        assert_eq!(index.of_kind(Kind::Name, &(0..1)), [0; 0]);
        assert_eq!(index.names(7, &(0..1)), [0; 0]);
        assert_eq!(index.kinds(), []);
    }
}

//! The tree of `node_modules` folders that package-lock.json describes, and how node looks a name up in it. Holds
//! places of packages, no packages.

use std::collections::HashMap;

/// Deepest nesting of `node_modules` in each other, and of folders above a member, that is followed.
pub(super) const MAX_DEPTH: usize = 64;

/// One package's place in the tree.
pub(super) type Node = u32;

/// The project's own place.
pub(super) const ROOT: Node = 0;

#[derive(Debug, Default, Clone, Copy)]
struct Place {
    parent: Option<Node>,
    package: Option<u32>,
}

/// Places by name below each other.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    places: Vec<Place>,
    children: HashMap<(Node, &'a str), Node>,
    folders: HashMap<&'a str, Node>,
}

impl<'a> Tree<'a> {
    /// The project's own place alone.
    pub(super) fn new() -> Self {
        let folders = HashMap::from([("", ROOT)]);
        Self { places: vec![Place::default()], children: HashMap::new(), folders }
    }

    /// The place for a name in the `node_modules` of another.
    pub(super) fn child(&mut self, parent: Node, name: &'a str) -> Node {
        let next = self.places.len() as Node;
        let node = *self.children.entry((parent, name)).or_insert(next);
        if node == next {
            self.places.push(Place { parent: Some(parent), package: None });
        }
        node
    }

    /// The place of a path such as `packages/a/node_modules/b/node_modules/@c/d`; `None` when it is too deep.
    pub(super) fn at(&mut self, path: &'a str) -> Option<Node> {
        let (folder, rest) = match path.strip_prefix("node_modules/") {
            Some(rest) => ("", Some(rest)),
            None => match path.split_once("/node_modules/") {
                Some((folder, rest)) => (folder, Some(rest)),
                None => (path, None),
            },
        };
        let next = self.places.len() as Node;
        let mut node = *self.folders.entry(folder).or_insert(next);
        if node == next {
            self.places.push(Place::default());
        }
        let Some(rest) = rest else { return Some(node) };
        for (depth, name) in rest.split("/node_modules/").enumerate() {
            if depth >= MAX_DEPTH {
                return None;
            }
            node = self.child(node, name);
        }
        Some(node)
    }

    /// The place of a name in the `node_modules` of another, if it was put in.
    pub(super) fn below(&self, parent: Node, name: &str) -> Option<Node> {
        self.children.get(&(parent, name)).copied()
    }

    /// Puts a package at a place.
    pub(super) fn put(&mut self, node: Node, package: u32) {
        if let Some(place) = self.places.get_mut(node as usize) {
            place.package = Some(package);
        }
    }

    /// The package at a place.
    pub(super) fn get(&self, node: Node) -> Option<u32> {
        self.places.get(node as usize)?.package
    }

    /// The place of a folder that was put in by its path.
    pub(super) fn folder(&self, path: &str) -> Option<Node> {
        self.folders.get(path).copied()
    }

    /// Says for every folder which one above it node looks in next; to be called when all are in.
    pub(super) fn connect_folders(&mut self) {
        let mut parents = Vec::new();
        // The order does not matter: every folder gets its own parent.
        let mut folders: Vec<(&str, Node)> =
            self.folders.iter().map(|(path, node)| (*path, *node)).collect();
        folders.sort_unstable();
        for (path, node) in folders {
            if node == ROOT {
                continue;
            }
            let above = path.rmatch_indices('/').take(MAX_DEPTH).map(|(at, _)| &path[..at]);
            let parent = above.into_iter().find_map(|above| self.folder(above)).unwrap_or(ROOT);
            parents.push((node, parent));
        }
        for (node, parent) in parents {
            if let Some(place) = self.places.get_mut(node as usize) {
                place.parent = Some(parent);
            }
        }
    }

    /// The package that node finds under a name from a place: in its own `node_modules`, then in those above.
    pub(super) fn find(&self, from: Node, name: &str) -> Option<u32> {
        let mut at = from;
        for _ in 0..=2 * MAX_DEPTH {
            if let Some(package) = self.children.get(&(at, name)).and_then(|node| self.get(*node)) {
                return Some(package);
            }
            at = self.places.get(at as usize)?.parent?;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_as_node_finds_it() {
        let paths = [
            "node_modules/a",
            "node_modules/b",
            "node_modules/b/node_modules/a",
            "node_modules/b/node_modules/@s/c",
            "packages/m",
            "packages/m/node_modules/a",
            "packages/m/examples/e",
            "../out",
        ];
        let mut tree = Tree::new();
        let nodes: Vec<Node> = paths.iter().map(|path| tree.at(path).unwrap()).collect();
        for (package, node) in nodes.iter().enumerate() {
            tree.put(*node, package as u32);
        }
        tree.connect_folders();
        for (from, name, expected) in [
            (ROOT, "a", Some(0)),
            (nodes[1], "a", Some(2)),
            (nodes[3], "a", Some(2)),
            (nodes[2], "@s/c", Some(3)),
            (nodes[0], "@s/c", None),
            (nodes[4], "a", Some(5)),
            (nodes[6], "a", Some(5)),
            (nodes[6], "b", Some(1)),
            (nodes[7], "b", Some(1)),
        ] {
            assert_eq!(tree.find(from, name), expected, "{name} from {from}");
        }
    }

    #[test]
    fn a_path_that_is_too_deep_has_no_place() {
        let path = "node_modules/a/".repeat(MAX_DEPTH + 1);
        assert_eq!(Tree::new().at(path.trim_end_matches('/')), None);
    }
}

//! Paths of a file: variables, their fields and their elements with a constant index, numbered so that what lies below a path follows it
//! without a gap.

use crate::engine::sast::tree::{Id, Kind, Tree};
use std::collections::HashMap;

/// A variable, a field of it, a field of that ...
pub(in crate::engine::sast::flow) type Path = u32;

/// No path.
const NONE: Path = Path::MAX;

/// Fields in a row; what is deeper belongs to the last that is kept.
const DEPTH: u8 = 4;

/// All paths of a file. The same for every rule.
#[derive(Debug, Default)]
pub(in crate::engine::sast::flow) struct Paths {
    of: Vec<Path>,
    parent: Vec<Path>,
    behind: Vec<Path>,
}

impl Paths {
    /// Reads the paths of a tree.
    pub(in crate::engine::sast::flow) fn of(tree: &Tree<'_>) -> Self {
        let count = tree.nodes().len();
        let mut of = vec![NONE; count];
        // By what it is part of and the name of the part; both as they were found, from the end of the tree.
        let mut known: HashMap<(Path, &str), Path> = HashMap::new();
        let mut found: Vec<(Path, u8)> = Vec::new();
        for id in (0..count as Id).rev() {
            let first = id + 1;
            let (object, name) = match tree.kind(id) {
                Kind::Name => (NONE, tree.text(id)),
                Kind::Attribute => (at(&of, first), tree.text(tree.child(id, 1))),
                Kind::Index if tree.node(id).count == 2 => {
                    let index = tree.child(id, 1);
                    if !matches!(tree.kind(index), Kind::Str | Kind::Number) {
                        continue;
                    }
                    (at(&of, first), tree.text(index))
                }
                Kind::Parameter if tree.node(id).count > 0 => {
                    let path = at(&of, first);
                    set(&mut of, id, path);
                    continue;
                }
                _ => continue,
            };
            let is_part = tree.kind(id) != Kind::Name;
            if is_part && object == NONE {
                continue;
            }
            let depth = found.get(object as usize).map_or(0, |(_, depth)| depth + 1);
            if depth > DEPTH {
                continue;
            }
            let next = found.len() as Path;
            let path = *known.entry((object, name)).or_insert(next);
            if path == next {
                found.push((object, depth));
            }
            set(&mut of, id, path);
        }
        Self::numbered(of, &found)
    }

    /// Gives paths numbers so that each is followed by those below it. Each was found after what it is part of.
    fn numbered(mut of: Vec<Path>, found: &[(Path, u8)]) -> Self {
        let mut sizes = vec![1_u32; found.len()];
        for (path, (object, _)) in found.iter().enumerate().rev() {
            let size = sizes.get(path).copied().unwrap_or(1);
            if let Some(above) = sizes.get_mut(*object as usize) {
                *above += size;
            }
        }
        let mut numbers = vec![NONE; found.len()];
        let (mut parent, mut behind) = (vec![NONE; found.len()], vec![0; found.len()]);
        // Where the next part of each path goes.
        let mut next = vec![0; found.len()];
        let mut last = 0;
        for (path, (object, _)) in found.iter().enumerate() {
            let size = sizes.get(path).copied().unwrap_or(1);
            let place = next.get_mut(*object as usize).unwrap_or(&mut last);
            let number = *place;
            *place += size;
            set(&mut numbers, path as u32, number);
            set(&mut next, path as u32, number + 1);
            set(&mut parent, number, at(&numbers, *object));
            set(&mut behind, number, number + size);
        }
        for path in &mut of {
            *path = at(&numbers, *path);
        }
        Self { of, parent, behind }
    }

    /// The path that a node is.
    pub(super) fn at(&self, id: Id) -> Option<Path> {
        self.of.get(id as usize).copied().filter(|path| *path != NONE)
    }

    /// What a path is a part of.
    pub(super) fn parent(&self, path: Path) -> Option<Path> {
        self.parent.get(path as usize).copied().filter(|path| *path != NONE)
    }

    /// The path behind the last below a path.
    pub(super) fn behind(&self, path: Path) -> Path {
        self.behind.get(path as usize).copied().unwrap_or(path + 1)
    }
}

fn at(list: &[u32], place: u32) -> u32 {
    list.get(place as usize).copied().unwrap_or(NONE)
}

fn set(list: &mut [u32], place: u32, to: u32) {
    if let Some(slot) = list.get_mut(place as usize) {
        *slot = to;
    }
}

//! Runs a check over a system: the one place that knows every way a check can look.

use super::check::{Check, Look, On, Seen, State, finding};
use super::root::Root;
use super::{kernel, login, ssh_config};
use crate::finding::Finding;

/// What a check came to, and what it found.
pub(super) fn run(check: &Check, root: &Root<'_>) -> (State, Vec<Finding>) {
    let mut seen = Seen::default();
    if check.on != On::Machine || !root.is_container {
        match check.look {
            Look::By(look) => look(root, &mut seen),
            Look::Ssh(keyword, is_bad) => ssh_config::judge(root, keyword, is_bad, &mut seen),
            Look::Kernel(names, is_good) => kernel::judge(root, names, is_good, &mut seen),
            Look::Defs(name, is_bad) => login::judge(root, name, is_bad, &mut seen),
        }
    }
    let state = seen.state();
    seen.tell_overflow();
    (state, seen.flaws.iter().map(|flaw| finding(&check.rule, flaw, root)).collect())
}

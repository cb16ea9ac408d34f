//! What a repository should not hold, and what its ignore rules should keep out: files that carry credentials, dumps,
//! installed dependencies, large binaries. Names alone accuse nobody where content can be looked at.

mod bulk;
mod content;
mod dump;
mod env;
mod ignores;
mod names;
mod rule;
mod sensitive;
mod submodules;
mod view;

#[cfg(test)]
mod claims;

use super::{BadConfig, Built, Meta, RuleInfo, Setup, Sink, Tree, TreeEngine};

use crate::finding::{ScanType, ScannerId};
use view::View;

const ID: &str = "git-hygiene";

/// What is known of the scanner.
pub static META: Meta = Meta {
    id: ScannerId::new(ID),
    scan_type: ScanType::Code,
    summary: "sensitive files under version control and missing ignore rules",
    checks: &[
        "tracked credential files (.env, private keys, cloud and registry credentials, kubeconfig), by name and content",
        "tracked databases, dumps, Terraform state, core dumps, packet captures, shell histories",
        "sensitive files that the next `git add -A` would commit",
        "ignore rules missing for the project's own tools",
        "tracked dependencies, build output and large binaries",
        "submodules over plain http or with credentials in the URL",
    ],
    rules,
    version,
};

/// Makes the scanner ready.
pub fn build(setup: &Setup<'_>) -> Result<Built, BadConfig> {
    Ok(Built {
        file: Some(Box::new(submodules::Urls)),
        tree: Some(Box::new(Hygiene { max_binary_size: setup.config.git_hygiene.max_binary_size })),
        ..Built::default()
    })
}

fn rules() -> Vec<RuleInfo> {
    let mut rules: Vec<RuleInfo> = [
        &ignores::NO_GITIGNORE,
        &ignores::MISSING_RULES,
        &bulk::LARGE_BINARY,
        &bulk::COMMITTED_DEPENDENCIES,
        &bulk::IGNORED_BUT_TRACKED,
        &submodules::INSECURE_URL,
    ]
    .into_iter()
    .map(rule::Rule::info)
    .collect();
    rules.extend(names::SENSITIVE.iter().map(names::Sensitive::tracked_info));
    rules.extend(names::SENSITIVE.iter().filter_map(names::Sensitive::untracked_info));
    rules
}

fn version() -> String {
    format!("{} rules", rules().len())
}

struct Hygiene {
    max_binary_size: u64,
}

impl TreeEngine for Hygiene {
    fn scan(&self, tree: &Tree<'_>, sink: &mut Sink) -> Result<(), String> {
        if let Some(why) = tree.broken_repository {
            return Err(why.to_owned());
        }
        let view = View::new(tree);
        ignores::scan(&view, sink);
        sensitive::scan(&view, sink);
        bulk::scan(&view, self.max_binary_size, sink);
        Ok(())
    }
}

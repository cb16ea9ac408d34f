//! What has to hold for any bytes at all. Each function takes the input of one fuzz target and panics when it breaks its
//! promise; the fuzz targets in `tests/fuzz` and the property tests beside this folder call the same functions.

mod change;
mod code;
mod engine;
mod files;
mod hosts;
mod iac;
mod manifests;
mod misconfig;
mod packages;
mod policy;
mod settings;
mod text;
mod tools;

pub use change::{cache, hunks, posted, refs, result};
pub use code::{code, code_pattern, code_rules};
pub use engine::{examine, rule_pack, rules, scanned};
pub use files::{git_index, ignore_file, walk};
pub use hosts::{host_files, http_response};
pub use iac::dockerfile;
pub use manifests::{chart, manifest};
pub use misconfig::{check_pack, template, terraform};
pub use packages::{advisory, database, imports, license, lockfile, sbom, versions};
pub use policy::{baseline, config, directives};
pub use settings::{server_config, workflow};
pub use text::{decode, escape};
pub use tools::tool_output;

/// One fuzz target: its name and what it runs.
pub type Target = (&'static str, fn(&[u8]));

/// Every fuzz target.
pub const TARGETS: &[Target] = &[
    ("rules", rules),
    ("rule_pack", rule_pack),
    ("directives", directives),
    ("config", config),
    ("ignore_file", ignore_file),
    ("walk", walk),
    ("baseline", baseline),
    ("git_index", git_index),
    ("escape", escape),
    ("decode", decode),
    ("refs", refs),
    ("cache", cache),
    ("result", result),
    ("hunks", hunks),
    ("posted", posted),
    ("lockfile", lockfile),
    ("advisory", advisory),
    ("database", database),
    ("versions", versions),
    ("sbom", sbom),
    ("license", license),
    ("imports", imports),
    ("tool_output", tool_output),
    ("host_files", host_files),
    ("http_response", http_response),
    ("dockerfile", dockerfile),
    ("manifest", manifest),
    ("chart", chart),
    ("workflow", workflow),
    ("server_config", server_config),
    ("terraform", terraform),
    ("template", template),
    ("check_pack", check_pack),
    ("code", code),
    ("code_pattern", code_pattern),
    ("code_rules", code_rules),
];

/// An input that is a file: its first line is the path, the rest its bytes.
fn file(data: &[u8]) -> (String, &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let path = String::from_utf8_lossy(&data[..end]).into_owned();
    (path, data.get(end + 1..).unwrap_or_default())
}

/// Whether `haystack` holds `needle`.
fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    !needle.is_empty() && haystack.windows(needle.len()).any(|window| window == needle)
}

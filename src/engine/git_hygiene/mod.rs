//! What a repository should not hold: files that carry credentials, dumps, large binaries.

use super::{BadConfig, Built, Meta};
use crate::config::Config;
use crate::finding::{ScanType, ScannerId};

/// What is known of the scanner.
pub static META: Meta = Meta {
    id: ScannerId::new("git-hygiene"),
    scan_type: ScanType::Code,
    summary: "sensitive files under version control and missing ignore rules",
    checks: &[],
    rules: Vec::new,
    version: String::new,
};

/// Makes the scanner ready.
pub fn build(_: &Config) -> Result<Built, BadConfig> {
    Ok(Built::default())
}

//! Credentials in text.

use super::{BadConfig, Built, Meta};
use crate::config::Config;
use crate::finding::{ScanType, ScannerId};

/// What is known of the scanner.
pub static META: Meta = Meta {
    id: ScannerId::new("secrets"),
    scan_type: ScanType::Code,
    summary: "hard-coded credentials: provider tokens, private keys, passwords, connection strings",
    checks: &[],
    rules: Vec::new,
    version: String::new,
};

/// Makes the scanner ready.
pub fn build(_: &Config) -> Result<Built, BadConfig> {
    Ok(Built::default())
}

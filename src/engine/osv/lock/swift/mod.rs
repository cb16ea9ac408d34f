//! Apple platforms: `Package.resolved` of the Swift package manager and `Podfile.lock` of CocoaPods.

mod package;
mod pods;

use super::{Format, Role};
use crate::engine::osv::component::Ecosystem;

/// Formats of these ecosystems.
pub static FORMATS: &[Format] = &[
    Format {
        name: "Package.resolved",
        ecosystem: Ecosystem::SwiftUrl,
        role: Role::Lockfile,
        files: &["Package.resolved"],
        reads: "versions 1 to 3; repositories, registry packages and folders",
        locked_by: &[],
        read: package::read,
    },
    Format {
        name: "Podfile.lock",
        ecosystem: Ecosystem::CocoaPods,
        role: Role::Lockfile,
        files: &["Podfile.lock"],
        reads: "pods with all their subspecs as one, external sources and checksums",
        locked_by: &[],
        read: pods::read,
    },
];

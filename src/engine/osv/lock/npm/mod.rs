//! Lockfiles, manifests and installed packages of JavaScript: what npm, yarn, pnpm and bun write. Knows the files, not
//! the registry, and resolves nothing that a tool did not resolve before.

mod berry;
mod block_yaml;
mod bun;
mod draft;
mod installed;
mod manifest;
mod package_lock;
mod pnpm;
mod pnpm_key;
mod requirement;
mod soft;
mod source;
mod tree;
mod yarn;

#[cfg(test)]
mod tests;

use super::{Format, Role};
use crate::engine::osv::component::Ecosystem;

/// Lockfiles that speak for a `package.json` in their folder or below. `bun.lockb` is not among them: it cannot be
/// read, so the manifest still has something to say.
const LOCKFILES: &[&str] =
    &["npm-shrinkwrap.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"];

/// Rows of this ecosystem. Of several that fit a path the first counts: an installed `package.json` is no manifest.
pub static FORMATS: &[Format] = &[
    Format {
        name: "package-lock.json",
        ecosystem: Ecosystem::Npm,
        role: Role::Lockfile,
        files: &["package-lock.json", "npm-shrinkwrap.json"],
        reads: "lockfileVersion 1, 2 and 3, and the shrinkwrap files before them",
        locked_by: &[],
        read: package_lock::read,
    },
    Format {
        name: "yarn.lock",
        ecosystem: Ecosystem::Npm,
        role: Role::Lockfile,
        files: &["yarn.lock"],
        reads: "yarn 1 and yarn 2 and later; what yarn 1 does not write (direct, development) comes from package.json",
        locked_by: &[],
        read: yarn::read,
    },
    Format {
        name: "pnpm-lock.yaml",
        ecosystem: Ecosystem::Npm,
        role: Role::Lockfile,
        files: &["pnpm-lock.yaml"],
        reads: "lockfileVersion 5 to 9, with importers and several documents",
        locked_by: &[],
        read: pnpm::read,
    },
    Format {
        name: "bun.lock",
        ecosystem: Ecosystem::Npm,
        role: Role::Lockfile,
        files: &["bun.lock"],
        reads: "lockfileVersion 0 to 2",
        locked_by: &[],
        read: bun::read,
    },
    Format {
        name: "bun.lockb",
        ecosystem: Ecosystem::Npm,
        role: Role::Lockfile,
        files: &["bun.lockb"],
        reads: "nothing: the binary form is reported as unreadable",
        locked_by: &[],
        read: bun::refuse_binary,
    },
    Format {
        name: "node_modules",
        ecosystem: Ecosystem::Npm,
        role: Role::Installed,
        files: &["node_modules/*/package.json", "node_modules/@*/*/package.json"],
        reads: "name, version, licence and install scripts of an installed package",
        locked_by: &[],
        read: installed::read,
    },
    Format {
        name: "package.json",
        ecosystem: Ecosystem::Npm,
        role: Role::Manifest,
        files: &["package.json"],
        reads: "requirements; exact versions count as packages",
        locked_by: LOCKFILES,
        read: manifest::read,
    },
];

//! What checks look at: the things a file declares, whatever its format. A scope is the set of things that may know each other: a
//! Terraform module, a template, a file.

use super::value::Value;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

macro_rules! formats {
    ($($(#[$doc:meta])* $variant:ident => $word:literal;)+) => {
        /// A kind of file.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
        pub enum Format { $($(#[$doc])* #[serde(rename = $word)] $variant),+ }

        impl Format {
            /// All of them, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The one spelling used everywhere.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    };
}

formats! {
    /// Terraform and OpenTofu.
    Terraform => "terraform";
    /// CloudFormation and SAM templates.
    CloudFormation => "cloudformation";
    /// Kubernetes manifests, and what charts and overlays come to.
    Kubernetes => "kubernetes";
    /// Compose files.
    Compose => "compose";
    /// Workflows and actions of GitHub.
    GithubActions => "github-actions";
    /// Pipelines of GitLab.
    GitlabCi => "gitlab-ci";
    /// Settings of servers: nginx, sshd and the like.
    Server => "server";
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Something a file declares.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// What kind of file declares it.
    pub format: Format,
    /// Its type as checks name it: `aws_s3_bucket`, `container`, `step`.
    pub kind: String,
    /// What people call it: `aws_s3_bucket.logs`, `Deployment/web container app`. In messages and metadata.
    pub address: String,
    /// Index of the file in its scope.
    pub file: usize,
    /// Where it is declared: what a finding about something missing points at.
    pub head: Range<usize>,
    /// What is said of it.
    pub body: Value,
}

/// Things that may know each other.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scope {
    /// All of them, in the order of files and of each text.
    pub resources: Vec<Resource>,
    /// Addresses of those that a variable keeps from being there. They are judged by what they say; those that are there do not count on them.
    pub asleep: BTreeSet<String>,
}

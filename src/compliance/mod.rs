//! Findings to the tags of compliance frameworks.

//! The only user of serde_yaml.

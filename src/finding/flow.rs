//! Where a value came from and went on its way into a finding, as its metadata hold it.

use super::{Finding, key};
use serde::{Deserialize, Serialize};

/// What a place is to the flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The value begins here.
    Source,
    /// It goes through here.
    Step,
    /// It must not get here.
    Sink,
}

/// A place of the finding's file; lines and columns count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What the place is to the flow.
    pub role: Role,
    /// First line.
    pub line: u32,
    /// First column, in bytes.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
}

impl Finding {
    /// The flow in order, the source first and the sink last; empty for a finding that is none.
    pub fn flow(&self) -> Vec<Step> {
        let steps = self.metadata.get(key::DATAFLOW).cloned();
        steps.and_then(|steps| serde_json::from_value(steps).ok()).unwrap_or_default()
    }

    /// Sets the flow.
    pub fn set_flow(&mut self, steps: &[Step]) {
        if let Ok(steps) = serde_json::to_value(steps) {
            self.metadata.insert(key::DATAFLOW.to_owned(), steps);
        }
    }
}

//! What every reader of SARIF relies on, beyond the schema.

//! The fuzz targets' half of the invariants in `tests/prop`.

#[path = "../../prop/invariants/mod.rs"]
pub mod invariants;

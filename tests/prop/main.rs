//! Laws that hold for any input, checked over made-up ones. The invariants are those of the fuzz targets in `tests/fuzz`.

mod invariants;
mod seeds;
mod time;

use proptest::prelude::*;

/// Each invariant over the seeds of its fuzz target, cut and mixed.
mod targets {
    use super::*;

    #[test]
    fn every_seed_holds() {
        for (name, check) in invariants::TARGETS {
            let seeds = seeds::of(name);
            assert!(!seeds.is_empty(), "{name} has no seeds");
            for seed in seeds {
                let shown = String::from_utf8_lossy(&seed).into_owned();
                let held = std::panic::catch_unwind(|| check(&seed));
                assert!(held.is_ok(), "{name}: {shown:?}");
            }
        }
    }
}

/// Writes the seeds where cargo-fuzz looks for them; `tests/slow.sh` runs it before the fuzz targets.
#[test]
#[ignore = "writes into tests/fuzz/corpus"]
fn write_seeds() {
    for (name, _) in invariants::TARGETS {
        seeds::write(name);
    }
}

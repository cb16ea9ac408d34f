//! Laws that hold for any input, checked over made-up ones. The invariants are those of the fuzz targets in `tests/fuzz`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod invariants;
mod laws;
mod made;
#[path = "../formats/oracle.rs"]
mod oracle;
mod seeds;
mod time;
mod versions;

use proptest::prelude::*;

/// Each invariant over the seeds of its fuzz target, cut and mixed.
mod targets {
    use super::*;
    use proptest::sample::Index;
    use std::sync::LazyLock;

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

    /// A seed with pieces of others, and bytes of any value, put in and cut out.
    fn mixed(seeds: &[Vec<u8>], cuts: &[(Index, Index, Index, Vec<u8>)]) -> Vec<u8> {
        let mut data = Vec::new();
        for (which, from, to, more) in cuts {
            let seed = which.get(seeds);
            let (from, to) = (from.index(seed.len() + 1), to.index(seed.len() + 1));
            data.extend(&seed[from.min(to)..from.max(to)]);
            data.extend(more);
        }
        data.truncate(8 << 10);
        data
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn mixtures_of_seeds_hold(cuts in prop::collection::vec(
            (any::<Index>(), any::<Index>(), any::<Index>(), prop::collection::vec(any::<u8>(), 0..6)),
            1..6,
        )) {
            for ((_, check), seeds) in invariants::TARGETS.iter().zip(SEEDS.iter()) {
                check(&mixed(seeds, &cuts));
            }
        }
    }

    static SEEDS: LazyLock<Vec<Vec<Vec<u8>>>> =
        LazyLock::new(|| invariants::TARGETS.iter().map(|(name, _)| seeds::of(name)).collect());
}

/// Writes the seeds where cargo-fuzz looks for them; `tests/slow.sh` runs it before the fuzz targets.
#[test]
#[ignore = "writes into tests/fuzz/corpus"]
fn write_seeds() {
    for (name, _) in invariants::TARGETS {
        seeds::write(name);
    }
}

//! The line hash GitHub code scanning uses to follow an alert from commit to commit (`primaryLocationLineHash`, computed
//! by github/codeql-action's `src/fingerprints.ts`). It depends on the hundred characters after the line start, so an edit
//! two lines below can close and reopen an alert; the product's own fingerprint does not, and stands beside it.

use std::collections::HashMap;

/// How many characters a hash looks at, blanks not counted.
const BLOCK: usize = 100;
const BASE: u64 = 37;
/// Stands for the end of the file; zeros follow.
const END: u16 = 65535;

/// For each line (index 0 is line 1) `<hash>:<n>`, `n` counting equal hashes in the file from 1. An empty text has one
/// line, and so has the place after a final line end.
pub fn line_hashes(text: &[u8]) -> Vec<String> {
    let (units, starts) = significant(&String::from_utf8_lossy(text));
    let mut seen: HashMap<u64, u32> = HashMap::new();
    starts
        .into_iter()
        .map(|start| {
            let ahead = units[start..].iter().copied().chain(std::iter::repeat(0)).take(BLOCK);
            let hash = ahead
                .fold(0_u64, |hash, unit| hash.wrapping_mul(BASE).wrapping_add(u64::from(unit)));
            let nth = seen.entry(hash).or_default();
            *nth += 1;
            format!("{hash:x}:{nth}")
        })
        .collect()
}

/// UTF-16 units without blanks, every line end a LF, closed by [`END`]; and where each line starts among them.
fn significant(text: &str) -> (Vec<u16>, Vec<usize>) {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let blanks = [u16::from(b' '), u16::from(b'\t')];
    let mut units: Vec<u16> = text.encode_utf16().filter(|unit| !blanks.contains(unit)).collect();
    units.push(END);
    let after_line_end = |pair: &[u16]| pair[0] == u16::from(b'\n');
    let later = units.windows(2).enumerate().filter(|(_, pair)| after_line_end(pair));
    let starts = std::iter::once(0).chain(later.map(|(at, _)| at + 1)).collect();
    (units, starts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_vectors_hold() {
        for (text, expected) in [
            ("", vec!["c129715d7a2bc9a3:1"]),
            (
                " a\nb\n  \t\tc\n d",
                vec![
                    "271789c17abda88f:1",
                    "54703d4cd895b18:1",
                    "180aee12dab6264:1",
                    "a23a3dc5e078b07b:1",
                ],
            ),
        ] {
            assert_eq!(line_hashes(text.as_bytes()), expected, "{text:?}");
        }
        assert_eq!(line_hashes(b"x = eval(payload)\n")[0], "bb31882758028cc1:1");
    }

    #[test]
    fn line_ends_and_blanks_make_no_difference() {
        let plain = line_hashes(b"a b\nc\n");
        assert_eq!(plain, line_hashes(b"a b\r\nc\r\n"));
        assert_eq!(plain, line_hashes(b"\tab\rc \r"));
        assert_eq!(plain.len(), 3);
    }

    #[test]
    fn equal_hashes_are_numbered() {
        let text = "x\n".repeat(300);
        let hashes = line_hashes(text.as_bytes());
        assert!(hashes[0].ends_with(":1") && hashes[1].ends_with(":2"), "{:?}", &hashes[..2]);
    }
}

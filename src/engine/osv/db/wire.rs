//! Numbers, strings, ids and CVSS vectors as bytes and back. Reading checks every length and never panics.

/// Appends a number.
pub(super) fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number as u8) | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Appends a number that may be negative.
pub(super) fn put_signed(out: &mut Vec<u8>, number: i64) {
    put(out, ((number << 1) ^ (number >> 63)).cast_unsigned());
}

/// Appends a string.
pub(super) fn put_str(out: &mut Vec<u8>, text: &str) {
    put(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// Bytes that are read from front to back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wire<'a>(pub(super) &'a [u8]);

impl<'a> Wire<'a> {
    pub(super) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7F);
            if shift == 63 && bits > 1 {
                return None;
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    pub(super) fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    /// A number that fits 32 bits.
    pub(super) fn small(&mut self) -> Option<u32> {
        self.number()?.try_into().ok()
    }

    /// The number of things that follow; each takes a byte at least, so that memory is bounded by what is there.
    pub(super) fn count(&mut self) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        (count <= self.0.len()).then_some(count)
    }

    pub(super) fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (part, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(part)
    }

    pub(super) fn str(&mut self) -> Option<&'a str> {
        let length = self.count()?;
        std::str::from_utf8(self.bytes(length)?).ok()
    }

    pub(super) fn string(&mut self) -> Option<String> {
        self.str().map(str::to_owned)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Ids of the form prefix, year, number; the last field is the least number of digits.
const DATED: [(&str, usize); 5] =
    [("CVE-", 4), ("PYSEC-", 1), ("RUSTSEC-", 4), ("GO-", 4), ("MAL-", 1)];
/// Ids of the form prefix, number.
const COUNTED: [&str; 2] = ["OSVDB-", "NSWG-ECO-"];
/// Letters of GHSA ids.
const GHSA: &[u8; 20] = b"23456789cfghjmpqrvwx";
/// Bytes of a packed GHSA id: 20^12 is less than 2^56.
const GHSA_BYTES: usize = 7;
/// Tags: an id as it is, a GHSA id, then the dated and the counted ones.
const RAW: u8 = 0;
const IS_GHSA: u8 = 1;
const FIRST_DATED: u8 = 2;
const FIRST_COUNTED: u8 = FIRST_DATED + DATED.len() as u8;
/// Year that ids count from.
const EPOCH: u64 = 1980;

/// Appends an id, in fewer bytes where its form is known.
pub(super) fn put_id(out: &mut Vec<u8>, id: &str) {
    let start = out.len();
    if pack_id(out, id).is_none() {
        out.truncate(start);
        out.push(RAW);
        put_str(out, id);
    }
}

fn pack_id(out: &mut Vec<u8>, id: &str) -> Option<()> {
    let start = out.len();
    if let Some(letters) = id.strip_prefix("GHSA-") {
        let mut number: u64 = 0;
        for letter in letters.bytes().filter(|b| *b != b'-') {
            let digit = GHSA.iter().position(|one| *one == letter)? as u64;
            number = number.checked_mul(20)?.checked_add(digit)?;
        }
        out.push(IS_GHSA);
        out.extend_from_slice(number.to_le_bytes().get(..GHSA_BYTES)?);
    } else if let Some(at) = DATED.iter().position(|(prefix, _)| id.starts_with(prefix)) {
        let (year, number) = id.get(DATED[at].0.len()..)?.split_once('-')?;
        out.push(FIRST_DATED + at as u8);
        put(out, year.parse::<u64>().ok()?.checked_sub(EPOCH)?);
        put(out, number.parse().ok()?);
    } else {
        let at = COUNTED.iter().position(|prefix| id.starts_with(prefix))?;
        out.push(FIRST_COUNTED + at as u8);
        put(out, id.get(COUNTED[at].len()..)?.parse().ok()?);
    }
    // Only what comes back the same is packed.
    let written = out.get(start..)?;
    (take_id(&mut Wire(written)).as_deref() == Some(id)).then_some(())
}

/// Reads an id.
pub(super) fn take_id(wire: &mut Wire<'_>) -> Option<String> {
    match wire.byte()? {
        RAW => wire.string(),
        IS_GHSA => {
            let mut bytes = [0; 8];
            bytes.get_mut(..GHSA_BYTES)?.copy_from_slice(wire.bytes(GHSA_BYTES)?);
            let mut number = u64::from_le_bytes(bytes);
            let mut letters = [b'-'; 14];
            for at in (0..14).rev().filter(|at| at % 5 != 4) {
                letters[at] = GHSA[(number % 20) as usize];
                number /= 20;
            }
            Some(format!("GHSA-{}", std::str::from_utf8(&letters).ok()?))
        }
        tag if tag < FIRST_COUNTED => {
            let (prefix, width) = DATED.get(usize::from(tag - FIRST_DATED))?;
            let (year, number) = (wire.number()?.checked_add(EPOCH)?, wire.number()?);
            Some(format!("{prefix}{year:04}-{number:0width$}"))
        }
        tag => {
            let prefix = COUNTED.get(usize::from(tag - FIRST_COUNTED))?;
            Some(format!("{prefix}{}", wire.number()?))
        }
    }
}

/// Metrics of a vector with their values.
type Metrics = &'static [(&'static str, &'static str)];
const THREE: Metrics = &[
    ("AV", "NALP"),
    ("AC", "LH"),
    ("PR", "NLH"),
    ("UI", "NR"),
    ("S", "UC"),
    ("C", "NLH"),
    ("I", "NLH"),
    ("A", "NLH"),
];
const FOUR: Metrics = &[
    ("AV", "NALP"),
    ("AC", "LH"),
    ("AT", "NP"),
    ("PR", "NLH"),
    ("UI", "NPA"),
    ("VC", "HLN"),
    ("VI", "HLN"),
    ("VA", "HLN"),
    ("SC", "HLN"),
    ("SI", "HLN"),
    ("SA", "HLN"),
];
/// Forms of vectors that are packed, by tag from 1; tag 0 is a vector as it is.
const FORMS: [(&str, Metrics); 3] = [("CVSS:3.1", THREE), ("CVSS:3.0", THREE), ("CVSS:4.0", FOUR)];

/// Appends a CVSS vector; one with only base metrics in the usual order takes some three bytes.
pub(super) fn put_vector(out: &mut Vec<u8>, vector: &str) {
    for (form, (prefix, metrics)) in FORMS.iter().enumerate() {
        if let Some(number) = vector.strip_prefix(prefix).and_then(|rest| rank(rest, metrics)) {
            out.push(form as u8 + 1);
            put(out, number);
            return;
        }
    }
    out.push(0);
    put_str(out, vector);
}

fn rank(rest: &str, metrics: Metrics) -> Option<u64> {
    let mut parts = rest.strip_prefix('/')?.split('/');
    let mut number = 0;
    for (name, values) in metrics {
        let (given, value) = parts.next()?.split_once(':')?;
        let at = values.find(value).filter(|_| given == *name && value.len() == 1)?;
        number = number * values.len() as u64 + at as u64;
    }
    parts.next().is_none().then_some(number)
}

/// Reads a CVSS vector.
pub(super) fn take_vector(wire: &mut Wire<'_>) -> Option<String> {
    let form = wire.byte()?;
    let Some(form) = form.checked_sub(1) else { return wire.string() };
    let (prefix, metrics) = FORMS.get(usize::from(form))?;
    let mut number = wire.number()?;
    let mut parts: Vec<String> = Vec::with_capacity(metrics.len());
    for (name, values) in metrics.iter().rev() {
        let count = values.len() as u64;
        let value = values.as_bytes().get((number % count) as usize)?;
        parts.push(format!("{name}:{}", char::from(*value)));
        number /= count;
    }
    parts.reverse();
    (number == 0).then(|| format!("{prefix}/{}", parts.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_back_as_they_were() {
        for (id, most) in [
            ("CVE-2021-44228", 6),
            ("CVE-2021-0001", 4),
            ("CVE-2021-1", 20),
            ("GHSA-jfh8-c2jp-5v3q", 8),
            ("GHSA-JFH8-c2jp-5v3q", 30),
            ("GHSA-22", 20),
            ("PYSEC-2026-802", 5),
            ("RUSTSEC-2023-0071", 4),
            ("GO-2022-0477", 5),
            ("MAL-2025-191", 5),
            ("OSVDB-108728", 5),
            ("NSWG-ECO-100", 4),
            ("FriendsOfPHP/a/b/2014-04-26", 40),
            ("CVE-1-2", 20),
            ("", 2),
        ] {
            let mut out = Vec::new();
            put_id(&mut out, id);
            assert!(out.len() <= most, "{id}: {}", out.len());
            let mut wire = Wire(&out);
            assert_eq!(take_id(&mut wire).as_deref(), Some(id));
            assert!(wire.is_empty());
        }
    }

    #[test]
    fn vectors_come_back_as_they_were() {
        for (vector, most) in [
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 3),
            ("CVSS:3.0/AV:P/AC:H/PR:H/UI:R/S:C/C:N/I:N/A:N", 3),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 4),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:P", 80),
            ("AV:N/AC:L/Au:N/C:P/I:P/A:P", 30),
        ] {
            let mut out = Vec::new();
            put_vector(&mut out, vector);
            assert!(out.len() <= most, "{vector}: {}", out.len());
            assert_eq!(take_vector(&mut Wire(&out)).as_deref(), Some(vector));
        }
    }

    proptest::proptest! {
        #[test]
        fn numbers_come_back_and_any_bytes_are_read_or_refused(
            number: u64, signed: i64, bytes: Vec<u8>,
        ) {
            let mut out = Vec::new();
            put(&mut out, number);
            put_signed(&mut out, signed);
            let mut wire = Wire(&out);
            assert_eq!((wire.number(), wire.signed()), (Some(number), Some(signed)));
            let _ = take_id(&mut Wire(&bytes));
            let _ = take_vector(&mut Wire(&bytes));
            let _ = Wire(&bytes).string();
        }
    }
}

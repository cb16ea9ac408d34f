//! The few facts of an X.509 certificate that are judged: how long it is valid, whether it signed itself, what it was signed
//! with. Reads DER by its lengths and stops at the first that does not fit; checks no signature.

use jiff::civil::{Date, date};

/// Facts of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// First day.
    pub begins: Date,
    /// Last day.
    pub ends: Date,
    /// Its issuer is its subject.
    pub is_self_signed: bool,
    /// It was signed with MD5 or SHA-1.
    pub has_weak_signature: bool,
    /// Bits of an RSA key; `None` for others.
    pub rsa_bits: Option<usize>,
}

const SEQUENCE: u8 = 0x30;
const OBJECT: u8 = 0x06;
const BITS: u8 = 0x03;
const INTEGER: u8 = 0x02;
const UTC_TIME: u8 = 0x17;
const GENERAL_TIME: u8 = 0x18;
const VERSION: u8 = 0xa0;

/// md5WithRSA, sha1WithRSA, dsaWithSHA1, ecdsaWithSHA1.
const WEAK: &[&[u8]] = &[
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x04],
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05],
    &[0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x03],
    &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01],
];
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// One value and what follows it.
fn value(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match *first {
        short @ 0..=127 => (usize::from(short), rest),
        long @ 0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
            (digits.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    let (inner, rest) = rest.split_at_checked(length)?;
    Some((*tag, inner, rest))
}

fn expect(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    value(bytes).filter(|(found, ..)| *found == tag).map(|(_, inner, rest)| (inner, rest))
}

/// Reads a certificate in DER.
pub fn read(der: &[u8]) -> Option<Certificate> {
    let (certificate, _) = expect(SEQUENCE, der)?;
    let (body, after) = expect(SEQUENCE, certificate)?;
    let (algorithm, _) = expect(SEQUENCE, after)?;
    let (signature, _) = expect(OBJECT, algorithm)?;
    let rest = match expect(VERSION, body) {
        Some((_, rest)) => rest,
        None => body,
    };
    let (_, rest) = expect(INTEGER, rest)?;
    let (_, rest) = expect(SEQUENCE, rest)?;
    let (issuer, rest) = expect(SEQUENCE, rest)?;
    let (validity, rest) = expect(SEQUENCE, rest)?;
    let (subject, rest) = expect(SEQUENCE, rest)?;
    let (key, _) = expect(SEQUENCE, rest)?;
    let (first, after) = moment(validity)?;
    let (last, _) = moment(after)?;
    Some(Certificate {
        begins: first,
        ends: last,
        is_self_signed: issuer == subject,
        has_weak_signature: WEAK.contains(&signature),
        rsa_bits: rsa_bits(key),
    })
}

fn rsa_bits(key: &[u8]) -> Option<usize> {
    let (algorithm, rest) = expect(SEQUENCE, key)?;
    let (kind, _) = expect(OBJECT, algorithm)?;
    if kind != RSA {
        return None;
    }
    let (bits, _) = expect(BITS, rest)?;
    let (numbers, _) = expect(SEQUENCE, bits.get(1..)?)?;
    let (modulus, _) = expect(INTEGER, numbers)?;
    let significant = modulus.iter().position(|byte| *byte != 0).map(|at| &modulus[at..])?;
    Some(significant.len() * 8 - significant[0].leading_zeros() as usize)
}

/// The day of a time: `YYMMDDhhmmssZ` or `YYYYMMDDhhmmssZ`.
fn moment(bytes: &[u8]) -> Option<(Date, &[u8])> {
    let (tag, text, rest) = value(bytes)?;
    let text = std::str::from_utf8(text).ok().filter(|text| text.is_ascii())?;
    let (year, text) = match tag {
        UTC_TIME => {
            let year: i16 = text.get(..2)?.parse().ok()?;
            // The rule of RFC 5280: 50 and later are of the last century.
            (if year >= 50 { 1900 + year } else { 2000 + year }, text.get(2..)?)
        }
        GENERAL_TIME => (text.get(..4)?.parse().ok()?, text.get(4..)?),
        _ => return None,
    };
    let (month, day) = (text.get(..2)?.parse().ok()?, text.get(2..4)?.parse().ok()?);
    Some((Date::new(year, month, day).ok().unwrap_or(date(9999, 12, 31)), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tlv(tag: u8, inner: &[u8]) -> Vec<u8> {
        let mut out = vec![tag];
        if inner.len() < 128 {
            out.push(inner.len() as u8);
        } else {
            out.extend([0x82, (inner.len() >> 8) as u8, inner.len() as u8]);
        }
        out.extend(inner);
        out
    }

    /// A certificate of the form that is read, with nothing in the places that are not.
    fn made(
        issuer: &str,
        subject: &str,
        from: &str,
        to: &str,
        signature: &[u8],
        bits: usize,
    ) -> Vec<u8> {
        let algorithm = tlv(SEQUENCE, &tlv(OBJECT, signature));
        let mut modulus = vec![0x00, 0x80];
        modulus.resize(bits / 8 + 1, 0);
        let numbers = tlv(SEQUENCE, &[tlv(INTEGER, &modulus), tlv(INTEGER, &[1, 0, 1])].concat());
        let key =
            [tlv(SEQUENCE, &tlv(OBJECT, RSA)), tlv(BITS, &[&[0][..], &numbers].concat())].concat();
        let body = [
            tlv(VERSION, &tlv(INTEGER, &[2])),
            tlv(INTEGER, &[7]),
            algorithm.clone(),
            tlv(SEQUENCE, issuer.as_bytes()),
            tlv(
                SEQUENCE,
                &[tlv(UTC_TIME, from.as_bytes()), tlv(GENERAL_TIME, to.as_bytes())].concat(),
            ),
            tlv(SEQUENCE, subject.as_bytes()),
            tlv(SEQUENCE, &key),
        ]
        .concat();
        tlv(SEQUENCE, &[tlv(SEQUENCE, &body), algorithm, tlv(BITS, &[0])].concat())
    }

    #[test]
    fn the_facts_of_a_certificate_are_read() {
        let der = made("a", "b", "250102030405Z", "20260304050607Z", WEAK[1], 2048);
        let expected = Certificate {
            begins: date(2025, 1, 2),
            ends: date(2026, 3, 4),
            is_self_signed: false,
            has_weak_signature: true,
            rsa_bits: Some(2048),
        };
        assert_eq!(read(&der), Some(expected));
        let der = made("a", "a", "500102030405Z", "20990304050607Z", &[1], 1024);
        let own = read(&der).unwrap();
        assert!(own.is_self_signed && !own.has_weak_signature);
        assert_eq!((own.rsa_bits, own.begins), (Some(1024), date(1950, 1, 2)));
    }

    #[test]
    fn every_cut_of_a_certificate_is_refused_without_a_panic() {
        let der = made("a", "b", "250102030405Z", "20260304050607Z", WEAK[0], 2048);
        for end in 0..der.len() {
            assert_eq!(read(&der[..end]), None);
        }
        for at in 0..der.len() {
            for byte in [0, 0x80, 0x84, 0xff] {
                let mut other = der.clone();
                other[at] = byte;
                let _ = read(&other);
            }
        }
    }
}

//! Data that left its system: databases, dumps, state, memory images, captures. Told by their own marks.

use super::content::{Verdict, has, yes_if};
use Verdict::{No, Weak, Yes};

pub(super) fn terraform_state(bytes: &[u8]) -> Verdict {
    if !has(bytes, "\"terraform_version\"") && !has(bytes, "\"lineage\"") {
        return No;
    }
    if has(bytes, "\"attributes\"") || has(bytes, "\"value\"") {
        Yes
    } else {
        Weak("the state is empty")
    }
}

pub(super) fn sqlite(bytes: &[u8]) -> Verdict {
    yes_if(bytes.starts_with(b"SQLite format 3\0"))
}

pub(super) fn redis(bytes: &[u8]) -> Verdict {
    yes_if(bytes.starts_with(b"REDIS0"))
}

/// A dump with rows. A schema alone is source code: Rails keeps one in every project.
pub(super) fn sql_dump(bytes: &[u8]) -> Verdict {
    if bytes.starts_with(b"PGDMP") {
        return Yes;
    }
    let head = &bytes[..bytes.len().min(4096)];
    let dumped = [
        "-- MySQL dump",
        "-- MariaDB dump",
        "PostgreSQL database dump",
        "-- phpMyAdmin SQL Dump",
        "-- Dumped from",
    ]
    .iter()
    .any(|mark| has(head, mark));
    yes_if(dumped && (has_copied_rows(bytes) || inserts(bytes) >= 3))
}

fn has_copied_rows(bytes: &[u8]) -> bool {
    memchr::memmem::find_iter(bytes, " FROM stdin;\n")
        .any(|at| !bytes[at + 13..].starts_with(b"\\."))
}

fn inserts(bytes: &[u8]) -> usize {
    memchr::memmem::find_iter(bytes, "INSERT INTO ")
        .filter(|at| {
            let table = &bytes[at + 12..bytes.len().min(at + 76)];
            !has(table, "schema_migrations") && !has(table, "ar_internal_metadata")
        })
        .count()
}

pub(super) fn memory_image(bytes: &[u8]) -> Verdict {
    // e_type of an ELF header: 4 is a core file, in either byte order.
    let elf = bytes.starts_with(b"\x7fELF") && matches!(bytes.get(16..18), Some([4, 0] | [0, 4]));
    yes_if(elf || bytes.starts_with(b"JAVA PROFILE 1.0") || bytes.starts_with(b"MDMP"))
}

pub(super) fn capture(bytes: &[u8]) -> Verdict {
    yes_if(matches!(
        bytes.get(..4),
        Some(
            [0xD4, 0xC3, 0xB2, 0xA1]
                | [0xA1, 0xB2, 0xC3, 0xD4]
                | [0x4D, 0x3C, 0xB2, 0xA1]
                | [0xA1, 0xB2, 0x3C, 0x4D]
                | [0x0A, 0x0D, 0x0D, 0x0A]
        )
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dumped_schema_is_not_a_dump_of_data() {
        let head = "--\n-- PostgreSQL database dump\n--\nCREATE TABLE users (id int);\n";
        assert_eq!(sql_dump(head.as_bytes()), No);
        let structure =
            format!("{head}INSERT INTO \"schema_migrations\" (version) VALUES\n('1');\n");
        assert_eq!(sql_dump(structure.as_bytes()), No);
        let rows = format!("{head}COPY public.users (id) FROM stdin;\n1\n\\.\n");
        assert_eq!(sql_dump(rows.as_bytes()), Yes);
        assert_eq!(sql_dump(b"INSERT INTO a VALUES (1);".repeat(9).as_slice()), No);
    }

    #[test]
    fn marks_at_the_head_decide() {
        assert_eq!(sqlite(b"SQLite format 3\0..."), Yes);
        assert_eq!(sqlite(b"not a database"), No);
        let mut elf = b"\x7fELF".to_vec();
        elf.resize(16, 0);
        elf.extend([4, 0]);
        assert_eq!(memory_image(&elf), Yes);
        elf[16] = 2;
        assert_eq!(memory_image(&elf), No);
        assert_eq!(capture(b""), No);
    }
}

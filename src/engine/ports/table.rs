//! Ports that are dialled without being asked for, and what they are known for. Made by hand for this program, from the
//! registry of IANA and from the documentation of the products; not from the list of another scanner.

use crate::finding::Severity;
use std::sync::OnceLock;

/// A port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Port {
    /// Its number.
    pub number: u16,
    /// What is usually there.
    pub name: &'static str,
    /// Why it matters, as the word of the table.
    pub class: Class,
    /// How much.
    pub severity: Severity,
}

/// Why an open port matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// It is open, and that is all.
    Plain,
    /// Passwords or data go over the line unprotected.
    ClearText,
    /// Data is kept there.
    Data,
    /// Something is controlled there.
    Control,
    /// A screen and a keyboard.
    Desktop,
    /// Files, printers and calls of a local network.
    Sharing,
    /// Machines that move things.
    Industrial,
}

impl Class {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "plain" => Self::Plain,
            "clear-text" => Self::ClearText,
            "data" => Self::Data,
            "control" => Self::Control,
            "desktop" => Self::Desktop,
            "sharing" => Self::Sharing,
            "industrial" => Self::Industrial,
            _ => return None,
        })
    }
}

/// Every port of the table, by number.
pub fn known() -> &'static [Port] {
    static PORTS: OnceLock<Vec<Port>> = OnceLock::new();
    PORTS.get_or_init(|| include_str!("ports.tsv").lines().filter_map(port).collect())
}

fn port(line: &'static str) -> Option<Port> {
    let mut fields = line.split('\t');
    Some(Port {
        number: fields.next()?.parse().ok()?,
        name: fields.next()?,
        class: Class::of(fields.next()?)?,
        severity: fields.next()?.parse().ok()?,
    })
}

/// What is known of a port.
pub(super) fn find(number: u16) -> Option<&'static Port> {
    let ports = known();
    ports.binary_search_by_key(&number, |port| port.number).ok().and_then(|at| ports.get(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read_and_stands_in_order() {
        let lines = include_str!("ports.tsv").lines().count();
        assert_eq!(known().len(), lines);
        assert!(known().windows(2).all(|pair| pair[0].number < pair[1].number));
        assert!(lines >= 300, "{lines}");
    }

    #[test]
    fn the_documented_ports_have_the_documented_severity() {
        for number in [21, 23, 5900, 6379, 27017, 11211] {
            assert_eq!(find(number).unwrap().severity, Severity::High, "{number}");
        }
        for number in [3306, 5432, 1433, 1521, 135, 139, 445] {
            assert_eq!(find(number).unwrap().severity, Severity::Medium, "{number}");
        }
        assert_eq!(find(22).unwrap().severity, Severity::Info);
        assert!(find(3389).unwrap().severity >= Severity::Medium);
    }
}

//! Escaping for every sink.

//! The walk over a work tree.

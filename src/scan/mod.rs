//! Request to Run.
